"""Letting go of a database when whoever waits for that gives up."""

import asyncio
import contextlib
import threading

import pytest
from sqlalchemy import text

from storage.database import open_database
from tests.waiting import HANG


@pytest.mark.parametrize("steps", range(1, 16, 2))
async def test_a_close_that_is_cancelled_leaves_no_thread_behind(
    sqlite_url: str, steps: int
) -> None:
    before = set(threading.enumerate())
    database = open_database(sqlite_url)
    await database.read(lambda connection: connection.execute(text("SELECT 1")).scalar())
    closing = asyncio.create_task(database.close())
    for _ in range(steps):  # however far it has come
        await asyncio.sleep(0)
    closing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await closing
    connections = [each for each in threading.enumerate() if each not in before]
    for thread in connections:
        await asyncio.to_thread(thread.join, HANG / 4)
    left = [each for each in connections if each.is_alive() and "asyncio" not in each.name]
    assert not left, "a process waits for its threads for ever"

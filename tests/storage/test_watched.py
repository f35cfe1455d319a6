"""While the database fails there is one line a minute, and one when it is well again."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from storage.database import Database
from storage.queries.revision import touch
from storage.tables import counters
from storage.watched import EVERY, Watched, was_told
from tests.storage.district import rows_of
from tests.storage.test_database import put_counter
from tests.storage.test_trouble import make_full, make_room_again, put_much


def fill_up_again(connection: Connection) -> None:
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watched(sqlite: Database, sqlite_url: str, clock: Clock) -> Watched:
    return Watched(sqlite, sqlite_url, clock)


async def fail(watched: Watched) -> None:
    """Something that has no room; who asked for it still gets the error."""
    with pytest.raises(Exception, match="full") as caught:
        await watched.write(put_much)
    assert was_told(caught.value)
    assert was_told(ExceptionGroup("all", [caught.value]))
    assert not was_told(ExceptionGroup("all", [caught.value, ConnectionError()]))


async def test_a_failure_is_told_once_a_minute_and_its_end_once(
    watched: Watched, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await watched.write(make_full)
    for _ in range(5):
        await fail(watched)
        await watched.read(rows_of, counters)  # it can be read all the time: that is not well yet
    [line] = caplog.messages
    assert "the database cannot be written: DATABASE_URL: " in line
    assert "no room left on the disk" in line
    clock.now += EVERY - 1
    await fail(watched)
    assert len(caplog.messages) == 1
    clock.now += 1
    await asyncio.gather(*(fail(watched) for _ in range(20)))
    assert len(caplog.messages) == 2
    assert "for 60 s now" in caplog.messages[1]
    await make_room_again(watched)
    for number in range(5):
        await watched.write(put_counter, f"n{number}")
        await watched.read(rows_of, counters)
    assert caplog.messages[2:] == ["the database is well again, after 60 s"]
    assert all(record.levelno >= logging.WARNING for record in caplog.records)


class NoRoom:
    """A database whose disk is full: what writes fails, and what has nothing to write works."""

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self.full = True

    async def write(self, action: Callable[..., Any], *args: Any) -> Any:
        if self.full and action in (touch, put_counter):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return await self._inner.write(action, *args)


async def test_what_has_nothing_to_write_does_not_make_it_well(
    sqlite: Database, sqlite_url: str, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    database: Any = NoRoom(sqlite)
    watched = Watched(database, sqlite_url, clock)
    for _ in range(3):
        with pytest.raises(sqlite3.OperationalError):
            await watched.write(put_counter, "x")
        await watched.write(rows_of, counters)
    [line] = caplog.messages
    assert "the database cannot be written: DATABASE_URL: " in line
    database.full = False
    await watched.write(rows_of, counters)
    assert caplog.messages[1:] == ["the database is well again, after 0 s"]


async def test_one_that_fails_now_and_then_is_told_once_a_minute_too(
    watched: Watched, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await watched.write(make_full)
    for _ in range(10):
        await fail(watched)
        await make_room_again(watched)
        await watched.write(fill_up_again)
        clock.now += 1
    assert len(caplog.messages) == 2, "one failure, one end"
    clock.now += EVERY
    await fail(watched)
    assert len(caplog.messages) == 3


async def test_a_mistake_of_ours_is_not_told_as_the_database_s(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    for mistake in (lambda c: 1 // 0, lambda c: c.exec_driver_sql("SELECT * FROM nowhere")):
        with pytest.raises(Exception, match="nowhere|zero"):
            await watched.write(mistake)
        with pytest.raises(Exception, match="nowhere|zero"):
            await watched.read(mistake)
    await watched.write(put_counter, "n")
    assert caplog.messages == []

"""How queries that come at once share the two connections that read."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Connection, text

from storage.database import Database, SqliteDatabase, open_database
from tests.waiting import HANG


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    database = open_database(sqlite_url)
    assert isinstance(database, SqliteDatabase)
    yield database
    await database.close()


class Slow:
    """A query that goes on until it is told to end."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._end = threading.Event()

    def __call__(self, connection: Connection) -> str:
        connection.execute(text("SELECT 1"))
        self._loop.call_soon_threadsafe(self.begun.set)
        assert self._end.wait(HANG)
        return "slow"

    @asynccontextmanager
    async def running(self, database: Database) -> AsyncIterator[None]:
        """While it runs; it may be ended earlier."""
        reading = asyncio.ensure_future(database.read(self))
        await asyncio.wait_for(self.begun.wait(), HANG)
        try:
            yield
        finally:
            self.end()
            assert await reading == "slow"

    def end(self) -> None:
        self._end.set()


def one(connection: Connection) -> int:
    return int(connection.execute(text("SELECT 1")).scalar_one())


async def test_nobody_waits_for_a_slow_query(sqlite: Database) -> None:
    async with Slow().running(sqlite):
        many = asyncio.gather(*(sqlite.read(one) for _ in range(50)))
        assert await asyncio.wait_for(many, HANG) == [1] * 50


async def test_what_was_answered_does_not_wait_for_a_slow_query_right_after_it(
    sqlite: Database,
) -> None:
    """Both readers are busy; then one takes the quick query and the slow one in one go."""
    first, second, third = Slow(), Slow(), Slow()
    async with first.running(sqlite), second.running(sqlite):
        quick = asyncio.ensure_future(sqlite.read(one))
        slow = asyncio.ensure_future(sqlite.read(third))
        await asyncio.sleep(0)
        first.end()
        assert await asyncio.wait_for(quick, HANG) == 1
        await asyncio.wait_for(third.begun.wait(), HANG)
        assert not slow.done()
        third.end()
        assert await slow == "slow"


async def test_a_query_that_fails_leaves_those_after_it_alone(sqlite: Database) -> None:
    def wrong(connection: Connection) -> None:
        connection.execute(text("SELECT no_such_column"))

    async with Slow().running(sqlite):  # so that one connection answers all of them
        results = await asyncio.gather(
            *(sqlite.read(each) for each in (one, wrong, one)), return_exceptions=True
        )
    assert results[0] == results[2] == 1
    assert "no_such_column" in str(results[1])


async def test_a_caller_who_gives_up_does_not_stop_a_reader(sqlite: Database) -> None:
    async with Slow().running(sqlite):
        impatient = asyncio.ensure_future(sqlite.read(one))
        await asyncio.sleep(0)
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
        assert await asyncio.wait_for(sqlite.read(one), HANG) == 1


async def test_closing_answers_what_was_asked(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    assert await database.read(one) == 1  # it is open
    waiting = [asyncio.ensure_future(database.read(one)) for _ in range(20)]
    await asyncio.sleep(0)
    await database.close()
    assert await asyncio.gather(*waiting) == [1] * 20

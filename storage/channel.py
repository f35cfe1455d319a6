"""A connection to an SQLite file, in a thread of its own."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable
from functools import cache, partial
from typing import TypeVar

import aiosqlite
from sqlalchemy import Connection, Engine, NullPool, create_engine, event

T = TypeVar("T")

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # what was confirmed to Telegram survives a power cut
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=30000",  # another process, such as the command line, may be writing
)


class Channel:
    """A SQLite connection in an aiosqlite thread, and SQLAlchemy's connection over it."""

    def __init__(self, path: str, begin: str, pragmas: tuple[str, ...]) -> None:
        self._path = path
        self._begin = begin
        self._pragmas = pragmas
        self._driver = aiosqlite.Connection(self._connect, iter_chunk_size=64)
        self._connection: Connection | None = None

    @classmethod
    async def open(cls, path: str, begin: str, *pragmas: str) -> "Channel":
        """Connect to the file at `path`; `begin` is the statement that begins a transaction."""
        channel = cls(path, begin, (*_PRAGMAS, *pragmas))
        try:
            await channel._driver
        except BaseException:
            # It asks its thread to end, which must be before the loop does.
            await asyncio.to_thread(channel._driver._thread.join)
            raise
        return channel

    async def run(self, unit: Callable[[Connection], T]) -> T:
        """Run `unit` in the connection's thread: one hop, however many statements."""
        # aiosqlite offers statements only; its `_execute` runs any function in the same thread.
        return await self._driver._execute(unit, self._connection)  # type: ignore[no-any-return,no-untyped-call]

    async def close(self) -> None:
        await self.run(lambda connection: connection.close())  # in its own thread
        await self._driver.close()

    def _connect(self) -> sqlite3.Connection:
        raw = opened_by_name(self._path)
        try:
            for pragma in self._pragmas:
                raw.execute(pragma)
        except BaseException:
            raw.close()
            raise
        self._connection = over(raw, self._begin)
        return raw


_given = threading.local()


def over(raw: sqlite3.Connection, begin: str) -> Connection:
    """SQLAlchemy's connection over one of SQLite's, which is closed with it.

    `begin` is the statement that begins a transaction; `raw` must leave that to it (isolation_level
    None).
    """
    _given.raw = raw
    connection = _engine().connect()
    connection.info["begin"] = partial(raw.execute, begin)
    return connection


@cache
def _engine() -> Engine:
    """One for all connections, so that each statement is compiled once, not for each of them."""
    # hide_parameters: errors are logged, and what people wrote belongs in no log.
    engine = create_engine(
        "sqlite://", creator=lambda: _given.raw, poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine, "begin", lambda c: c.info["begin"]())
    return engine


def opened_by_name(path: str) -> sqlite3.Connection:
    """Connect to the file that has the name `path`, when nobody is putting another one there."""
    while True:
        before = _identity(path)
        raw = sqlite3.connect(path, isolation_level=None)
        try:
            raw.execute("SELECT 1 FROM sqlite_master")  # waits for whoever holds it alone
        except BaseException:
            raw.close()
            raise
        if before in (None, _identity(path)):
            return raw
        raw.close()  # what it opened is the old one


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino

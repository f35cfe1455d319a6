"""The database: one contract, SQLite or PostgreSQL.

An *action* is a plain function `action(connection, ...)` that runs in one transaction of its own:
`await database.write(action, ...)`. A *query* is the same, read only: `await database.read(query,
...)`. Neither knows which database it runs on, nor how transactions are grouped.

On SQLite (storage/queues.py) a whole action or query is one hop to another thread. There is one
writer at a time: it takes whatever actions wait, runs each under a savepoint inside one `BEGIN
IMMEDIATE`, and answers their callers after the one COMMIT, as durable as one by one at a fraction
of the cost. Queries are answered by two connections beside it (docs/decisions/0002-database.md).
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.channel import Channel
from storage.dialects import sqlite_path
from storage.queues import Readers, Writer
from storage.receipts import MARK_HANDLED, Receipt, unwritten_receipt
from storage.turns import Turns, line_of

P = ParamSpec("P")
T = TypeVar("T")

_READERS = 2  # more would only wait for each other: SQLite reads while Python holds its lock
_POSTGRES_POOL = 10
_CONNECTED_WITHIN = 10.0  # seconds
_RETRIES = 5
# PostgreSQL manual, appendix A: serialization_failure, deadlock_detected, and unique_violation:
# of two who look for a key and then insert it, the second finds it when run again.
_RETRYABLE = {"40001", "40P01", "23505"}


class Database(Protocol):
    """What the rest of the product sees of a database."""

    async def write(
        self,
        action: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `action` in one transaction and return its result once that is durable.

        Whatever it raises undoes it and is raised here.
        """

    async def read(
        self,
        query: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `query` on one consistent state of the data and return its result."""

    async def close(self) -> None:
        """Finish what was begun and let go of every connection."""


def open_database(url: str) -> Database:
    """Open `sqlite:///path` or `postgresql://…`; nothing is connected before the first use.

    Raises ValueError for another kind of address.
    """
    match make_url(url).get_backend_name():
        case "sqlite":
            return SqliteDatabase(str(sqlite_path(url) or ":memory:"))
        case "postgresql":
            return PostgresDatabase(url)
        case other:
            raise ValueError(f"unknown database {other!r}: expected sqlite or postgresql")


class SqliteDatabase:
    """One connection that writes, a few that read."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._writer: Writer | None = None
        self._readers: Readers | None = None
        self._opening = asyncio.Lock()

    async def write(
        self,
        action: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        writer = self._writer or await self._open_writer()
        receipt = unwritten_receipt()
        result: T = await writer.run(lambda c: action(c, *args, **kwargs), receipt)
        return result

    async def read(
        self,
        query: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        readers = self._readers or await self._open_readers()
        result: T = await readers.run(lambda c: query(c, *args, **kwargs))
        return result

    async def close(self) -> None:
        await _to_its_end(self._close())

    async def _close(self) -> None:
        # The last connection to leave takes the log into the file: the one that may write.
        if self._readers is not None:
            await self._readers.close()
            self._readers = None
        if self._writer is not None:
            await self._writer.close()
            self._writer = None

    async def _open_writer(self) -> "Writer":
        async with self._opening:
            if self._writer is None:
                # A plain BEGIN that reads first may fail to become a writing transaction.
                self._writer = Writer(await Channel.open(self._path, "BEGIN IMMEDIATE"))
        return self._writer

    async def _open_readers(self) -> "Readers":
        await self._open_writer()  # it alone creates the file and switches it to WAL
        async with self._opening:
            if self._readers is None:
                readers = Readers()
                try:
                    for _ in range(_READERS):
                        readers.add(await Channel.open(self._path, "BEGIN", "PRAGMA query_only=ON"))
                except BaseException:
                    await readers.close()
                    raise
                self._readers = readers
        return self._readers


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do all of `work`, also when whoever waits for it is cancelled (Ctrl-C) meanwhile: a thread
    that was not told to end would keep the process for ever."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled


class PostgresDatabase:
    """A pool of asyncpg connections; a transaction that lost a race is run again. Actions that
    stand in a line (`in_turn`) wait before they take a connection; SQLite's one writer has all of
    them in order."""

    def __init__(self, url: str) -> None:
        # No more for a moment: a new one plans all statements and triggers anew.
        self._engine = postgres_engine(url, pool_size=_POSTGRES_POOL, max_overflow=0)
        self._turns = Turns()

    async def write(
        self,
        action: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        receipt = unwritten_receipt()
        unit = partial(_marked, lambda c: action(c, *args, **kwargs), receipt)
        async with self._turns.of(line_of(action, args, kwargs)):
            result = await self._run(unit)
        if receipt is not None:
            receipt.written = True
        return result

    async def _run(self, unit: Callable[[Connection], T]) -> T:
        for _ in range(_RETRIES - 1):
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(unit)
            except DBAPIError as error:
                if not _lost_a_race(error):
                    raise
        async with self._engine.begin() as connection:
            return await connection.run_sync(unit)

    async def read(
        self,
        query: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        async with self._engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="REPEATABLE READ")
            return await connection.run_sync(query, *args, **kwargs)

    async def close(self) -> None:
        await self._engine.dispose()


def postgres_engine(url: str, **pool: Any) -> AsyncEngine:
    """An engine for `postgresql://…`, whose address asyncpg reads: it knows the options that
    PostgreSQL's own tools know, such as `sslmode`. Connecting raises OSError or SQLAlchemyError."""

    async def connect(*_: Any, **__: Any) -> Any:
        import asyncpg

        try:
            return await asyncpg.connect(url, timeout=_CONNECTED_WITHIN)
        except TimeoutError:
            raise ConnectionError(f"no answer within {_CONNECTED_WITHIN:.0f} s") from None
        except (OSError, ValueError, OverflowError) as error:  # a host, an option, a port
            raise ConnectionError(str(error)) from error

    return create_async_engine(
        "postgresql+asyncpg://", async_creator=connect, hide_parameters=True, **pool
    )


def _marked(
    action: Callable[[Connection], T], receipt: Receipt | None, connection: Connection
) -> T:
    # First, so that what the action locks for everybody (an event) is held until the COMMIT only.
    if receipt is not None:
        connection.execute(MARK_HANDLED, receipt.mark())
    return action(connection)


def _lost_a_race(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _RETRYABLE

"""The database: one contract, SQLite or PostgreSQL.

An *action* is a plain function `action(connection, ...)` that runs in one transaction of its own:
`await database.write(action, ...)`. A *query* is the same, read only: `await database.read(query,
...)`. Neither knows which database it runs on, nor how transactions are grouped.

On SQLite the connections live in aiosqlite's threads. A hop to such a thread costs more than most
statements, so SQLAlchemy runs there too and a whole action or query is one hop. There is one writer
at a time: it takes whatever actions wait, runs each under a savepoint inside one `BEGIN IMMEDIATE`,
and answers their callers after the one COMMIT, as durable as one by one at a fraction of the cost
(docs/decisions/0002-database.md).
"""

import asyncio
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.channel import Channel
from storage.dialects import sqlite_path
from storage.receipts import MARK_HANDLED, Receipt, unwritten_receipt

P = ParamSpec("P")
T = TypeVar("T")

GROUP_LIMIT = 256  # actions in one commit: bounds how long the first of them waits
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
        self._writer: _Writer | None = None
        self._idle: asyncio.LifoQueue[Channel] = asyncio.LifoQueue()
        self._readers: list[Channel] = []
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
        channel = await self._idle_reader()
        try:
            return await channel.run(partial(_in_transaction, lambda c: query(c, *args, **kwargs)))
        finally:
            self._idle.put_nowait(channel)

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer.close()
            self._writer = None
        while self._readers:
            await self._readers.pop().close()

    async def _open_writer(self) -> "_Writer":
        async with self._opening:
            if self._writer is None:
                # A plain BEGIN that reads first may fail to become a writing transaction.
                self._writer = _Writer(await Channel.open(self._path, "BEGIN IMMEDIATE"))
        return self._writer

    async def _idle_reader(self) -> "Channel":
        await self._open_if_needed()
        return await self._idle.get()

    async def _open_if_needed(self) -> None:
        if not self._idle.empty() or len(self._readers) == _READERS:
            return
        if self._writer is None:
            await self._open_writer()  # it alone creates the file and switches it to WAL
        async with self._opening:
            if len(self._readers) < _READERS:
                channel = await Channel.open(self._path, "BEGIN", "PRAGMA query_only=ON")
                self._readers.append(channel)
                self._idle.put_nowait(channel)


class PostgresDatabase:
    """A pool of asyncpg connections; a transaction that lost a race is run again."""

    def __init__(self, url: str) -> None:
        self._engine = postgres_engine(url, pool_size=_POSTGRES_POOL)

    async def write(
        self,
        action: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        receipt = unwritten_receipt()
        unit = partial(_marked, lambda c: action(c, *args, **kwargs), receipt)
        for attempt in range(_RETRIES):
            try:
                async with self._engine.begin() as connection:
                    result: T = await connection.run_sync(unit)
                break
            except DBAPIError as error:
                if attempt == _RETRIES - 1 or not _lost_a_race(error):
                    raise
        if receipt is not None:
            receipt.written = True
        return result

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
        except (ValueError, OverflowError) as error:  # an option, a port
            raise ConnectionError(str(error)) from error

    return create_async_engine(
        "postgresql+asyncpg://", async_creator=connect, hide_parameters=True, **pool
    )


def _marked(
    action: Callable[[Connection], T], receipt: Receipt | None, connection: Connection
) -> T:
    result = action(connection)
    if receipt is not None:
        connection.execute(MARK_HANDLED, receipt.mark())
    return result


def _lost_a_race(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _RETRYABLE


def _in_transaction(query: Callable[[Connection], T], connection: Connection) -> T:
    with connection.begin():
        return query(connection)


@dataclass(slots=True)
class _Unit:
    """One action on its way through the writer, and in whose name: the writer's thread knows
    nothing of `handling`."""

    action: Callable[[Connection], Any]
    receipt: Receipt | None
    context: Context
    future: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None

    def settle(self) -> None:
        if self.receipt is not None and self.error is None:
            self.receipt.written = True
        if self.future.done():  # its caller was cancelled meanwhile
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class _Writer:
    """Takes the units that wait and commits them together, one group after another."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._waiting: asyncio.Queue[_Unit | None] = asyncio.Queue()
        self._task = asyncio.get_running_loop().create_task(self._work(), name="writer")

    async def run(self, action: Callable[[Connection], Any], receipt: Receipt | None) -> Any:
        """Queue one action; returns or raises what it did, after the commit."""
        future = asyncio.get_running_loop().create_future()
        unit = _Unit(action, receipt, copy_context(), future)
        self._waiting.put_nowait(unit)
        return await unit.future

    async def close(self) -> None:
        """Commit what is queued, then let go of the connection."""
        self._waiting.put_nowait(None)
        await self._task
        await self._channel.close()

    async def _work(self) -> None:
        while (unit := await self._waiting.get()) is not None:
            units = [unit]
            ending = self._take_more(units)
            try:
                await self._channel.run(partial(_commit_together, units))
            except Exception as error:  # the commit itself failed: every caller must hear of it
                for each in units:
                    each.error = error
            for each in units:
                each.settle()
            if ending:
                return

    def _take_more(self, units: list[_Unit]) -> bool:
        """Add whatever else waits already; True if the end was asked for."""
        while len(units) < GROUP_LIMIT and not self._waiting.empty():
            unit = self._waiting.get_nowait()
            if unit is None:
                return True
            units.append(unit)
        return False


def _commit_together(units: list[_Unit], connection: Connection) -> None:
    """Run `units` in one transaction. One that raises is undone alone; its error is kept.

    Raises what made SQLite undo all of them: a full disk, say (sqlite.org/lang_transaction.html,
    "Response To Errors Within A Transaction").
    """
    with connection.begin():
        cursor = connection.connection.cursor()
        execute = cursor.execute  # raw: savepoints are on the hot path
        for unit in units:
            execute("SAVEPOINT unit")
            try:
                unit.result = unit.context.run(unit.action, connection)
            except Exception as error:
                if not cursor.connection.in_transaction:
                    raise
                unit.error = error
                execute("ROLLBACK TO unit")
            execute("RELEASE unit")
        marks = [u.receipt.mark() for u in units if u.receipt is not None and u.error is None]
        if marks:
            connection.execute(MARK_HANDLED, marks)

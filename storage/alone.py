"""One process serves a database, and says who it is. The system lets go of that when it ends,
however it ends: so a start after kill -9 waits for nothing."""

import asyncio
import fcntl
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import postgres_engine
from storage.dialects import sqlite_path
from storage.outage import Outage
from storage.problem import DatabaseProblem
from storage.reasons import CANNOT_USE, reason
from storage.sqlite_file import LOCK, as_in

logger = logging.getLogger(__name__)

_KEY = {"kind": 0x4C494E4C, "number": 1}  # of the advisory lock, in this database
_TRIES, _BETWEEN_TRIES = 10, 0.3  # a server hears a little later that a process was killed
_LOOK = 5.0  # seconds between looks at whether the server still knows us
_LONGEST_NAME = 63  # bytes: PostgreSQL's NAMEDATALEN - 1
_TRY = text("SELECT pg_try_advisory_lock(:kind, :number)")
_HOLDER = text(
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :kind AND l.objid = :number"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
# A machine that lost its power says goodbye to nobody: its server asks after it.
_NAME = text(
    "SELECT set_config('application_name', :who, false),"
    " set_config('tcp_keepalives_idle', '10', false),"
    " set_config('tcp_keepalives_interval', '5', false),"
    " set_config('tcp_keepalives_count', '3', false)"
)


class Held(Exception):
    """Somebody else has it; the message says who."""


@contextmanager
def held(path: Path, who: str) -> Iterator[None]:
    """Hold the file at `path`, which is made if needed and stays; whoever holds it is in it.

    Raises Held, and OSError where it cannot be made.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        as_in(path.parent, file)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Held(os.read(file, 200).decode(errors="replace").strip()) from None
        os.ftruncate(file, 0)
        os.write(file, who.encode())
        yield
    finally:
        os.close(file)


class Alone:
    """What a process holds of the database that it serves."""

    async def run(self, stop: asyncio.Event) -> Exception | None:
        """Keep it until `stop`; sets that, and returns why, if somebody else has it now."""
        await stop.wait()
        return None


@asynccontextmanager
async def alone_on(url: str, who: str) -> AsyncIterator[Alone]:
    """Be the one process that serves the database at `url`; `who` is told to others that try.

    Raises DatabaseProblem that names whoever does already.
    """
    path = sqlite_path(url)
    if path is None:
        keeper = _OnPostgres(url, who)
        try:
            await keeper.take()
            yield keeper
        finally:
            await keeper.close()
        return
    with ExitStack() as stack:
        try:
            stack.enter_context(held(_beside(path), who))
        except Held as error:
            raise DatabaseProblem(_taken(str(error))) from None
        except OSError as error:
            raise DatabaseProblem(reason(error, url)) from error
        yield Alone()


async def holder(url: str) -> str | None:
    """Who serves the database at `url`; None if nobody does. Raises what connecting raises, and
    DatabaseProblem if that may not be seen."""
    path = sqlite_path(url)
    if path is None:
        engine = postgres_engine(url, poolclass=NullPool)
        try:
            async with engine.connect() as connection:
                found: str | None = (await connection.execute(_HOLDER, _KEY)).scalar()
                return found and found.rstrip(",")
        finally:
            await engine.dispose()
    lock = _beside(path)
    try:
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read().strip().rstrip(",")
    except FileNotFoundError:
        pass
    except OSError as error:
        raise DatabaseProblem(reason(error, url)) from error
    return None


def _beside(path: Path) -> Path:
    path = path.resolve()
    return path.with_name(path.name + LOCK)


def _taken(by: str) -> str:
    return f"DATABASE_URL: {by} serves this database; stop that first"


class _OnPostgres(Alone):
    """A lock of the server's, which lives as long as one connection."""

    def __init__(self, url: str, who: str) -> None:
        self._url = url
        self._who = who.encode()[:_LONGEST_NAME].decode(errors="ignore")
        self._engine = postgres_engine(url, poolclass=NullPool)
        self._connection: AsyncConnection | None = None

    async def take(self) -> None:
        """Raises DatabaseProblem."""
        try:
            connection = await self._engine.connect()
            self._connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(_NAME, {"who": self._who})
            for _ in range(_TRIES):
                if (await connection.execute(_TRY, _KEY)).scalar_one():
                    return
                await asyncio.sleep(_BETWEEN_TRIES)
            by = (await connection.execute(_HOLDER, _KEY)).scalar() or "another process"
        except CANNOT_USE as error:
            raise DatabaseProblem(reason(error, self._url)) from error
        raise DatabaseProblem(_taken(by))

    async def run(self, stop: asyncio.Event) -> Exception | None:
        lost = Outage(logger, "holding the database")
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK)
                break
            try:
                await self._look()
            except Held as error:
                stop.set()
                return DatabaseProblem(str(error))
            except CANNOT_USE as error:
                lost.failed(type(error).__name__)
            else:
                lost.worked()
        return None

    async def _look(self) -> None:
        """See whether it is ours still; take it again after the server was away. Raises Held."""
        try:
            if self._connection is not None:
                await self._connection.execute(text("SELECT 1"))
                return
        except CANNOT_USE:
            await self._drop()
        try:
            await self.take()
        except DatabaseProblem as error:
            await self._drop()
            cause = error.__cause__
            raise cause or Held(str(error)) from None

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*CANNOT_USE):
                await connection.invalidate()
                await connection.close()

    async def close(self) -> None:
        """Let go of it."""
        await self._drop()
        await self._engine.dispose()

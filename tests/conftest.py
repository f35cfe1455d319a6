"""A migrated SQLite file of its own for each test that wants one, or a PostgreSQL database.

PostgreSQL is used where TEST_DATABASE_URL names a server and a superuser of it (`.ci/run` starts
one); each worker has a database of its own, which its tests empty first.

Nothing here waits for a disk where that can be helped: a power cut is no test's subject, and a busy
disk makes most of them ten times as long.
"""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, make_url

from storage.database import Database, open_database
from storage.migrate import migrate
from storage.tables import metadata
from storage.triggers import drop_all

gc.disable()  # for the imports, as the product does: none of it is garbage


def pytest_collection_finish() -> None:
    """What was imported stays for good: the collector need not look at it at every turn, as under
    the product (bot/commands/run.py). What tests make is collected as ever."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


# How long an example takes says something about the machine, not about the code.
settings.register_profile("linli", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("linli")

# The files of tests stand in memory where there is some: pytest makes its folders there.
MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("migrated") / "linli.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    path = tmp_path / "linli.db"
    shutil.copy(migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    """The same for what is said of SQLite alone."""
    opened = open_database(sqlite_url)
    try:
        yield opened
    finally:
        await opened.close()


NO_POSTGRES = "needs a PostgreSQL server: set TEST_DATABASE_URL=postgresql://user@host/name"


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of a server for tests; skips where there is none."""
    url = os.environ.get("TEST_DATABASE_URL")
    if not url:
        pytest.skip(NO_POSTGRES)
    return url


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str, worker_id: str) -> Iterator[str]:
    """A migrated database for this worker alone."""
    with new_postgres(postgres_server, worker_id) as url:
        migrate(url)
        yield url


@pytest.fixture
async def empty_postgres(postgres_url: str) -> str:
    """That database without what other tests of this worker left in it."""
    database = open_database(postgres_url)
    try:
        await database.write(empty)
    finally:
        await database.close()
    return postgres_url


@contextmanager
def new_postgres(server: str, name: str, template: str | None = None) -> Iterator[str]:
    """A database on a server, named after what it is for; dropped afterwards. It is empty, or a
    copy of the one at the address `template`."""
    name = f"linli_{name}_{os.getpid()}"
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    of = f' TEMPLATE "{make_url(template).database}"' if template else ""
    create = f'CREATE DATABASE "{name}"{of}'
    at_once = f'ALTER DATABASE "{name}" SET synchronous_commit = off'
    asyncio.run(commands(server, create, at_once))
    try:
        yield url
    finally:
        asyncio.run(commands(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def commands(url: str, *statements: str) -> None:
    """Statements to a server of PostgreSQL, each by itself and in no transaction."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def empty(connection: Connection) -> None:
    """Delete all rows, and count every id from 1 again.

    Truncating makes a file anew for each table and index that is truncated or points at one that
    is, which is nearly all: ten times as long, and longer where the disk is busy. What triggers
    would do for each row (keep roll-ups, look for rows that point at it) is left out. Those that
    keep roll-ups go, too: of what is built from nothing they know nothing.
    """
    drop_all(connection)
    deleted = " ".join(f"DELETE FROM {name};" for name in metadata.tables)
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    connection.exec_driver_sql(
        f"DO $$ BEGIN {deleted} PERFORM setval(format('%I', sequencename)::regclass, 1, false) "
        "FROM pg_sequences WHERE last_value IS NOT NULL; END $$"
    )

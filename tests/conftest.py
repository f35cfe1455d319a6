"""A migrated SQLite file of its own for each test that wants one, or a PostgreSQL database.

PostgreSQL is used where TEST_DATABASE_URL names a server on which databases may be made
(`.ci/run` starts one); each worker has a database of its own, which its tests empty first.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, make_url, text

from storage.database import Database, open_database
from storage.migrate import migrate
from storage.tables import metadata

# How long an example takes says something about the machine, not about the code.
settings.register_profile("linli", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("linli")


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


@contextmanager
def new_postgres(server: str, name: str, template: str | None = None) -> Iterator[str]:
    """A database on a server, named after what it is for; dropped afterwards. It is empty, or a
    copy of the one at the address `template`."""
    name = f"linli_{name}_{os.getpid()}"
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    of = f' TEMPLATE "{make_url(template).database}"' if template else ""
    asyncio.run(_command(server, f'CREATE DATABASE "{name}"{of}'))
    try:
        yield url
    finally:
        asyncio.run(_command(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _command(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def empty(connection: Connection) -> None:
    names = ", ".join(table.name for table in metadata.sorted_tables)
    connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))

"""An empty, migrated database of each kind, and a small district in it.

PostgreSQL is used where TEST_DATABASE_URL names a server on which databases may be made
(`.ci/run` starts one); each worker has a database of its own, emptied before each test.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from sqlalchemy import Connection, make_url, text

from storage.actions import invitations
from storage.actions.nodes import add_community, found_district
from storage.actions.people import consent
from storage.database import Database, PostgresDatabase, open_database
from storage.migrate import migrate
from storage.queries.people import by_id
from storage.tables import metadata

from .district import NOW, District

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
    name = f"linli_{worker_id}_{os.getpid()}"
    url = make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    asyncio.run(_command(postgres_server, f'CREATE DATABASE "{name}"'))
    try:
        migrate(url)
        yield url
    finally:
        asyncio.run(_command(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _command(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty, migrated database, once of each kind."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = open_database(database_url)
    try:
        if isinstance(opened, PostgresDatabase):
            await opened.write(_empty)
        yield opened
    finally:
        await opened.close()


def _empty(connection: Connection) -> None:
    names = ", ".join(table.name for table in metadata.sorted_tables)
    connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


@pytest.fixture
async def district(database: Database) -> District:
    """A district with two communities and its owner, mei."""
    node = await database.write(found_district, "示范区", NOW)
    mei = await database.write(consent, 1, "mei", "zh", NOW)
    await database.write(invitations.invite_owner, node.id, "owner", NOW)
    await database.write(invitations.redeem, mei.id, "owner", NOW)
    east = await database.write(add_community, mei.id, "东湖社区", NOW)
    west = await database.write(add_community, mei.id, "西山社区", NOW)
    return District(database, node, east, west, await database.read(by_id, mei.id))

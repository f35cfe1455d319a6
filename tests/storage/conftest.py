"""An empty, migrated database of each kind, and a small district in it."""

from collections.abc import AsyncIterator

import pytest

from storage.database import Database, PostgresDatabase, open_database
from tests.conftest import empty

from .district import District, founded


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
            await opened.write(empty)
        yield opened
    finally:
        await opened.close()


@pytest.fixture
async def district(database: Database) -> District:
    return await founded(database)

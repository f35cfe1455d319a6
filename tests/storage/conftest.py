"""An empty, migrated database of each kind, and a small district in it."""

from collections.abc import AsyncIterator

import pytest

from storage.actions import invitations
from storage.actions.nodes import add_community, found_district
from storage.actions.people import consent
from storage.database import Database, PostgresDatabase, open_database
from storage.queries.people import by_id
from tests.conftest import empty

from .district import NOW, District


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
    """A district with two communities and its owner, mei."""
    node = await database.write(found_district, "示范区", NOW)
    mei = await database.write(consent, 1, "mei", "zh", NOW)
    await database.write(invitations.invite_owner, node.id, "owner", NOW)
    await database.write(invitations.redeem, mei.id, "owner", NOW)
    east = await database.write(add_community, mei.id, "东湖社区", NOW)
    west = await database.write(add_community, mei.id, "西山社区", NOW)
    return District(database, node, east, west, await database.read(by_id, mei.id))

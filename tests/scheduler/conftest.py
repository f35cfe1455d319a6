"""The district of the storage tests, on SQLite."""

import pytest

from storage.actions import invitations
from storage.actions.nodes import add_community, found_district
from storage.actions.people import consent
from storage.database import Database
from storage.queries.people import by_id
from tests.storage.district import NOW, District

from .post import Post, Telegram


@pytest.fixture
async def district(sqlite: Database) -> District:
    """A district with two communities and its owner, mei."""
    node = await sqlite.write(found_district, "示范区", NOW)
    mei = await sqlite.write(consent, 1, "mei", "zh", NOW)
    await sqlite.write(invitations.invite_owner, node.id, "owner", NOW)
    await sqlite.write(invitations.redeem, mei.id, "owner", NOW)
    east = await sqlite.write(add_community, mei.id, "东湖社区", NOW)
    west = await sqlite.write(add_community, mei.id, "西山社区", NOW)
    return District(sqlite, node, east, west, await sqlite.read(by_id, mei.id))


@pytest.fixture
def post(district: District) -> Post:
    return Post(district, Telegram())

"""The district of the storage tests, on SQLite; and time that passes only while all wait for it."""

from collections.abc import Callable, Mapping

import pytest

from storage.actions import invitations
from storage.actions.nodes import add_community, found_district
from storage.actions.people import consent
from storage.database import Database
from storage.queries.people import by_id
from tests.storage.district import NOW, District

from .clock import TimelessDatabase, VirtualLoop
from .post import Post, Telegram


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], VirtualLoop]]:
    """What these tests run on."""
    return {"virtual": VirtualLoop}


@pytest.fixture
async def district(sqlite: Database) -> District:
    return await founded(TimelessDatabase(sqlite))


async def founded(database: Database) -> District:
    """A district with two communities and its owner, mei."""
    node = await database.write(found_district, "示范区", NOW)
    mei = await database.write(consent, 1, "mei", "zh", NOW)
    await database.write(invitations.invite_owner, node.id, "owner", NOW)
    await database.write(invitations.redeem, mei.id, "owner", NOW)
    east = await database.write(add_community, mei.id, "东湖社区", NOW)
    west = await database.write(add_community, mei.id, "西山社区", NOW)
    return District(database, node, east, west, await database.read(by_id, mei.id))


@pytest.fixture
async def post(district: District) -> Post:
    return Post(district, Telegram())

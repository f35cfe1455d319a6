"""A room to talk to the bot in, see room.py; a scene in which everybody may try everything, see
scene.py."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from itertools import count

import pytest
from aiogram import Dispatcher
from pydantic import SecretStr
from sqlalchemy import make_url

from bot.conversations import Conversations
from bot.parts.intake import InOrderAlready
from bot.product import Content, load_content
from bot.settings import BotSettings, read_settings
from handlers import routers, table
from storage.actions import invitations
from storage.actions.nodes import add_community, found_district
from storage.actions.people import consent
from storage.database import Database
from tests.handlers.places import CHATS, Places, furnish
from tests.handlers.room import OWNER, TOKEN, Clock, Phones, Room
from tests.handlers.scene import Scene
from tests.handlers.tools import tools_for
from tests.storage.district import founded

MONDAY_NOON = datetime.fromisoformat("2026-11-23T12:00:00+08:00")


@pytest.fixture(scope="session")
def content() -> Content:
    settings = read_settings(BotSettings, _env_file=None, bot_token=SecretStr(TOKEN))
    return load_content(settings, lambda: MONDAY_NOON)


@pytest.fixture(scope="session")
def dispatcher() -> Dispatcher:
    """The way of an update to its handler, for all rooms: to build it takes longer than a step."""
    dispatcher = Dispatcher(events_isolation=InOrderAlready())
    dispatcher.include_routers(*routers(table()))
    return dispatcher


@pytest.fixture
async def room(sqlite: Database, content: Content, dispatcher: Dispatcher) -> Room:
    """A district with two communities, on a Monday at noon."""
    clock, phones, secrets = Clock(MONDAY_NOON), Phones(), count(1)
    tools = tools_for(sqlite, content, table(), phones, clock.now)
    tools = replace(tools, new_secret=lambda: f"secret-{next(secrets)}")
    dispatcher["tools"] = tools
    dispatcher.fsm.storage = Conversations(sqlite, clock.now)
    room = Room(dispatcher, phones, tools, clock)
    await _found(room)
    return room


async def _found(room: Room) -> None:
    database, now = room.database, room.clock.now()
    room.communities["示范区"] = district = await database.write(found_district, "示范区", now)
    owner = await database.write(consent, OWNER, "owner", "zh", now)
    await database.write(invitations.invite_owner, district.id, "owner", now)
    await database.write(invitations.redeem, owner.id, "owner", now)
    for name in ("东湖社区", "西山社区"):
        room.communities[name] = await database.write(add_community, owner.id, name, now)


@pytest.fixture
async def places(sqlite: Database) -> Places:
    """Something of every kind in each of two communities, and people of every role."""
    return await furnish(await founded(sqlite))


@pytest.fixture
async def scene(
    places: Places, sqlite: Database, sqlite_url: str, content: Content
) -> AsyncIterator[Scene]:
    made = Scene(sqlite, content, make_url(sqlite_url).database or "", set(CHATS.values()))
    made.keep()
    yield made
    made.close()

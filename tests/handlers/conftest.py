"""A room to talk to the bot in, see room.py; a scene in which everybody may try everything, see
scene.py."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from itertools import count

import pytest
from aiogram import Dispatcher
from pydantic import SecretStr
from sqlalchemy import Connection, make_url

from bot.conversations import Conversations
from bot.parts.intake import InOrderAlready
from bot.product import Content, load_content
from bot.settings import BotSettings, read_settings
from handlers import routers, table
from storage.actions import invitations
from storage.actions.nodes import add_community, found_district
from storage.actions.people import consent
from storage.database import Database
from storage.model.node import Node
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
    """The way of an update to its handler, for all rooms and scenes: to build it takes longer than
    a step."""
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
    now = room.clock.now()

    def found(connection: Connection) -> list[Node]:
        """All in one transaction: most of the tests here begin with it."""
        district = found_district(connection, "示范区", now)
        owner = consent(connection, OWNER, "owner", "zh", now)
        invitations.invite_owner(connection, district.id, "owner", now)
        invitations.redeem(connection, owner.id, "owner", now)
        names = ("东湖社区", "西山社区")
        return [district, *(add_community(connection, owner.id, name, now) for name in names)]

    nodes = await room.database.write(found)
    room.communities |= {node.name: node for node in nodes}


class Furnished:
    """What `furnish` made of a database, made once for all scenes: it takes longer than most."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect(":memory:")
        self._places: Places | None = None

    async def places(self, database: Database, path: str) -> Places:
        """Put it into the file of an open database."""
        with closing(sqlite3.connect(path)) as file:
            if self._places is None:
                self._places = await furnish(await founded(database))
                file.backup(self._kept)
            else:
                self._kept.backup(file)
        return deepcopy(self._places)

    def close(self) -> None:
        self._kept.close()


@pytest.fixture(scope="session")
def furnished() -> Iterator[Furnished]:
    made = Furnished()
    yield made
    made.close()


@pytest.fixture
async def places(sqlite: Database, sqlite_url: str, furnished: Furnished) -> Places:
    """Something of every kind in each of two communities, and people of every role."""
    return await furnished.places(sqlite, make_url(sqlite_url).database or "")


@pytest.fixture
async def scene(
    places: Places, sqlite: Database, sqlite_url: str, content: Content, dispatcher: Dispatcher
) -> AsyncIterator[Scene]:
    path = make_url(sqlite_url).database or ""
    made = Scene(sqlite, content, dispatcher, path, set(CHATS.values()))
    made.keep()
    yield made
    made.close()

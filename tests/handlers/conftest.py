"""A room to talk to the bot in, see room.py."""

from datetime import datetime
from functools import partial
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from aiogram import Dispatcher
from pydantic import SecretStr

from bot.conversations import Conversations
from bot.parts.intake import InOrderAlready
from bot.product import Content, load_content
from bot.settings import BotSettings, read_settings
from handlers import routers, table
from handlers.tools import Tools
from scheduler.calendar import next_slots
from storage.actions import invitations
from storage.actions.nodes import add_community, found_district
from storage.actions.people import consent
from storage.database import Database
from tests.handlers.room import OWNER, TOKEN, Clock, Phones, Room

MONDAY_NOON = datetime.fromisoformat("2026-11-23T12:00:00+08:00")


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content(read_settings(BotSettings, _env_file=None, bot_token=SecretStr(TOKEN)))


@pytest.fixture
async def room(sqlite: Database, content: Content) -> Room:
    """A district with two communities, on a Monday at noon."""
    declared = table()
    clock, phones, secrets = Clock(MONDAY_NOON), Phones(), count(1)
    tools = Tools(
        database=sqlite,
        texts=content.texts,
        programme=content.programme,
        courses=content.courses,
        zone=ZoneInfo("Asia/Shanghai"),
        chat=phones,
        now=clock.now,
        new_secret=lambda: f"secret-{next(secrets)}",
        next_slots=partial(next_slots, holidays=content.holidays.days_off),
        holidays=content.holidays,
        start_link=lambda payload: f"https://t.me/bot?start={payload}",
        language="zh",
        commands=declared.commands,
    )
    conversations = Conversations(sqlite, clock.now)
    dispatcher = Dispatcher(storage=conversations, events_isolation=InOrderAlready(), tools=tools)
    dispatcher.include_routers(*routers(declared))
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

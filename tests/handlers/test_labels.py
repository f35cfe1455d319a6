"""Names and titles as long as they may be: every list keeps its buttons short."""

from datetime import timedelta

import pytest

from storage.actions import groups, people
from storage.actions.events import post
from storage.actions.nodes import add_community
from storage.actions.sign_ups import sign_up
from storage.model.event import TITLE_LIMIT, NewEvent
from storage.model.message import utf16_length
from storage.model.node import NAME_LIMIT as PLACE_NAME
from storage.model.period import year_of
from storage.model.person import NAME_LIMIT
from storage.model.roles import Role
from storage.queries.people import by_telegram_id
from tests.handlers.room import OWNER, Room, Talker
from tests.storage.district import ZONE

ROOM = 60  # UTF-16 units: what is longer takes four lines of a phone's button, or is cut by it


@pytest.fixture
async def mei(room: Room) -> Talker:
    """Staff of a district in which everything has the longest name."""
    write, now = room.database.write, room.clock.now()
    owner = await room.database.read(by_telegram_id, OWNER)
    assert owner is not None
    node = await write(add_community, owner.id, "社" * PLACE_NAME, now)
    room.communities[node.name] = node
    starts_at = now + timedelta(hours=1)
    new = NewEvent("e", node.id, "service", "题" * TITLE_LIMIT, "广场", starts_at, 40)
    event = await write(post, owner.id, new, now)
    guest = await room.resident("名" * NAME_LIMIT, node.name)
    await write(sign_up, guest.id, event.id, now, ZONE)
    person = await room.database.read(by_telegram_id, guest.id)
    assert person is not None
    await write(people.ask_membership, person.id, now, room.tools.zone)
    await write(groups.link, owner.id, -100, "群" * 128, node.id, now)
    return await room.staff("mei", Role.DISTRICT, "示范区")


LISTS = ("posted", "roster:1", "inbox", "communities", "invite", "groups", "move:0")


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_keeps_its_buttons_short(mei: Talker, name: str) -> None:
    await mei.presses_raw(name)
    _all_short(mei)


async def test_so_do_the_choices_of_a_form_and_what_residents_see(room: Room, mei: Talker) -> None:
    await mei.says("/post")
    _all_short(mei)
    await mei.says("/notice 停水")
    await mei.presses("改对象", "活动")
    _all_short(mei)
    year = year_of(room.clock.now().date()).compact
    await mei.presses_raw(f"stats_where:{year}:0")
    _all_short(mei)
    bo = await room.resident("bo", "社" * PLACE_NAME)
    await bo.says("/events")
    _all_short(bo)
    assert "题" * 12 in bo.buttons[0]


def _all_short(person: Talker) -> None:
    assert "…" in "".join(person.buttons), f"nothing long in {person.buttons}"
    assert [each for each in person.buttons if utf16_length(each) > ROOM] == []


async def test_what_was_sought_in_vain_is_told_in_short(room: Room, mei: Talker) -> None:
    await mei.says("/post")
    await mei.says("找" * 4000)
    assert "没找到" in mei.screen
    assert len(mei.screen) < 100

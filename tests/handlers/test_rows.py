"""A screen has six rows of buttons at most: what is done less often stands under one of them."""

from collections import Counter
from datetime import timedelta

import pytest

from handlers import FORM_MARK
from storage.actions.events import post
from storage.actions.headcounts import add
from storage.actions.sign_ups import sign_up
from storage.model.event import Event, NewEvent
from storage.model.roles import Role
from storage.queries.people import by_telegram_id
from tests.handlers.room import OWNER, Room, Talker
from tests.storage.district import ZONE

MOST = 6
# Where a list is the screen, its lines are no choice among many things: a line for each of those
# who are ticked, of a longer page than other lists have, so that one hand ticks a whole queue.
# Of the lessons of a course, too, one sees five, and below what may be changed of the course.
LINES = {"came", "absent", "missed", "not_missed", "item"}
ENDS = {"called_off", "call_off_all"}  # after which there is less to see
TIMES = 3  # how often each kind of button is pressed, each on another thing
ENOUGH = 300  # presses: more than the kinds of screens there are


async def _an_event(room: Room, starts: timedelta, people: list[Talker]) -> Event:
    owner = await room.database.read(by_telegram_id, OWNER)
    assert owner is not None
    node, starts_at = room.communities["东湖社区"], room.clock.at + starts
    new = NewEvent(f"e{starts}", node.id, "service", "演练", "广场", starts_at, 40)
    event = await room.database.write(post, owner.id, new, room.clock.at)
    for who in people:
        await room.database.write(sign_up, who.id, event.id, room.clock.at, ZONE)
    return event


@pytest.mark.parametrize(
    ("role", "place", "language"),
    [
        (Role.DISTRICT, "示范区", "zh"),
        (Role.DISTRICT, "示范区", "en"),
        (Role.COMMUNITY, "东湖社区", "zh"),
    ],
)
async def test_no_screen_that_staff_reach_has_more_than_six_rows(
    room: Room, role: Role, place: str, language: str
) -> None:
    people = [await room.resident(f"p{number}") for number in range(9)]
    now_on = await _an_event(room, timedelta(minutes=30), people)
    await _an_event(room, timedelta(days=3), people)
    await _an_event(room, timedelta(hours=6), people[:3])
    owner = await room.database.read(by_telegram_id, OWNER)
    assert owner is not None
    for minutes in range(7):
        at = room.clock.at + timedelta(minutes=minutes)
        await room.database.write(add, owner.id, now_on.id, 3, at)
    mei, walked = await room.staff("mei", role, place, language), set[str]()
    too_many = await _walk(mei, walked)
    room.clock.at += timedelta(hours=9)
    too_many |= await _walk(mei, walked, f"confirm:{now_on.id}", f"roster:{now_on.id}")
    assert {"roster", "roster_more", "roster_people", "missing", "unnamed", "confirm"} <= walked
    assert too_many == {}


async def _walk(mei: Talker, walked: set[str], *first: str) -> dict[str, int]:
    """Press each kind of button on two things, whatever it leads to but a form; the screens that
    have too many rows, by what was pressed."""
    todo, seen, times = [*first, "staff", "home", "posted"], set[str](), Counter[str]()
    found: dict[str, int] = {}
    while todo and len(seen) < ENOUGH:
        data = todo.pop(0).removeprefix("+")
        action = data.partition(":")[0]
        if data in seen or action in ENDS or times[action] >= TIMES:
            continue
        seen.add(data)
        times[action] += 1
        before = set(mei.room.phones.chats.get(mei.id, {}))
        await mei.presses_raw(data)
        walked.add(action)
        for number in set(mei.room.phones.chats[mei.id]) - before:
            shown = mei.room.phones.chats[mei.id][number]
            todo += [each for _, each in shown.buttons if FORM_MARK not in each]
            if any(FORM_MARK in each for each in shown.rows):
                continue  # the review of a form: a list of its lines, each to be changed
            rows = [each for each in shown.rows if each.partition(":")[0] not in LINES]
            if len(rows) > MOST:
                found[data] = len(rows)
    return found

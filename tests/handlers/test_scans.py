"""What people press is found by an index: nothing reads a table that grows with people or messages
from its beginning to its end, however many there are."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from content.screen import press
from storage.actions import events, polls
from storage.actions.people import set_reachable
from storage.channel import _engine
from storage.model.event import NewEvent
from storage.model.person import Person
from storage.model.votes import Votes
from storage.queries.people import by_telegram_id
from storage.tables import acknowledgements, metadata, sign_ups
from tests.handlers.room import Room, Talker
from tests.storage.district import DAY, rows_of

# By people, by what they do, and by the messages that they get.
GROWING = (
    "acknowledgements",
    "attendances",
    "conversations",
    "deliveries",
    "doors",
    "enrolments",
    "guesses",
    "headcounts",
    "membership_requests",
    "moves",
    "no_shows",
    "persons",
    "polls",
    "sign_ups",
    "suggestions",
    "supports",
    "updates",
)
DID = (sign_ups, acknowledgements)
# Reading one of these whole is reading the few rows that it is about: what is queued, what waits.
PARTIAL = {
    index.name
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}
_SCAN = re.compile(r"^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")


@contextmanager
def scans() -> Iterator[list[str]]:
    """Fills with the plans and statements that read a table of `GROWING` whole."""
    found: list[str] = []

    def look(
        connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        given = parameters[0] if many else parameters
        plan = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", given)
        for *_, step in plan.fetchall():
            scan = _SCAN.match(step)
            if scan and scan[2] not in PARTIAL and _grows(scan[1], statement):
                found.append(f"{step}: {statement}")

    event.listen(_engine(), "before_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(_engine(), "before_cursor_execute", look)


def _grows(name: str, statement: str) -> bool:
    """Whether a plan calls a table of `GROWING` so, perhaps by an alias of the statement's."""
    aliased = rf"\b({'|'.join(GROWING)}) (AS )?{name}\b"
    return name in GROWING or re.search(aliased, statement) is not None


async def pressed(talker: Talker, action: str, *ids: object) -> None:
    talker.room.clock.at += timedelta(minutes=1)  # or it is a double tap
    await talker.presses_raw(press(action, *ids))


async def known(room: Room, talker: Talker) -> Person | None:
    return await room.database.read(by_telegram_id, talker.id)


async def what_people_press(room: Room) -> None:
    """Somebody arrives, does all that there is to do, is admitted by staff, and leaves."""
    east, west = (room.communities[name].id for name in ("东湖社区", "西山社区"))
    kim, bo, now = await room.staff("kim"), Talker(room, "bo"), room.clock.now()
    staff = await known(room, kim)
    assert staff is not None
    new = NewEvent("key", east, "service", "义诊", "广场", now + DAY, None)
    posted = await room.database.write(events.post, staff.id, new, now)
    course = next(iter(room.tools.courses))
    item = course.items[0].id
    await bo.says("/start")
    for action, *ids in (
        ("agree", "zh"),
        ("live", east),
        ("join", posted.id),
        ("unjoin", posted.id),
        ("join", posted.id),
        ("membership",),
    ):
        await pressed(bo, action, *ids)
    for action, number in (("inbox", 0), ("asked", 1), ("admit", 1)):
        await pressed(kim, action, number)
    admitted = await known(room, bo)
    assert admitted is not None
    assert admitted.is_member
    for there, *of in (
        ("study",),
        ("join_course", course.id, 0),
        ("item", course.id, item),
        ("done", course.id, item),
        ("pause_study", course.id, 0, 1),
        ("leave_course", course.id, 0),
        ("settings",),
        ("language", "en"),
        ("quiet", "none"),
        ("pause", 0),
        ("events",),
        ("event", posted.id),
        ("me",),
        ("home",),
        ("track",),
        ("moved", west),
        ("membership",),
    ):
        await pressed(bo, there, *of)
    await room.database.write(polls.count, "a", Votes(1, (1, 0)), now)
    await room.database.write(set_reachable, bo.id, False, now)
    await room.database.write(set_reachable, bo.id, True, now)
    await pressed(bo, "leave")
    await pressed(bo, "left")
    assert await known(room, bo) is None
    await bo.says("/start")


async def test_nothing_that_people_press_reads_a_growing_table_whole(room: Room) -> None:
    with scans() as found:
        await what_people_press(room)
    assert [len(await room.database.read(rows_of, table)) for table in DID] == [1] * len(DID)
    assert "\n".join(found) == ""

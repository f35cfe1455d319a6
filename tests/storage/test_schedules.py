"""Schedules: what is kept of them, one broadcast a slot, who joined, who is reminded."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from sqlalchemy import Connection, make_url, text, update

from content.courses import load_courses
from scheduler.calendar import next_slots
from scheduler.planner import Planner
from storage.actions import events as event_actions
from storage.actions import people
from storage.actions.leaving import leave
from storage.actions.nodes import set_zone
from storage.actions.schedules import cancel, schedule
from storage.actions.sign_ups import cancel as give_back
from storage.actions.sign_ups import sign_up
from storage.actions.slots import plan_slot
from storage.actions.study import acknowledge, join_course, leave_course
from storage.database import open_database
from storage.migrate import config_for
from storage.model.audience import Audience
from storage.model.broadcast import BroadcastState
from storage.model.event import Event
from storage.model.holidays import Holidays
from storage.model.kinds import DeliveryKind, Priority
from storage.model.person import Standing
from storage.model.refusal import Refusal
from storage.model.rhythm import (
    LAST,
    Calendar,
    Rhythm,
    ScheduleKind,
    after_joining,
    from_json,
)
from storage.model.roles import Role
from storage.model.schedule import (
    SKIPPED_SHOWN_FOR,
    NewSchedule,
    Schedule,
    ScheduleState,
    Slot,
    possible_reminders,
    usual_reminder,
)
from storage.queries import audience as audience_queries
from storage.queries import desk as desk_queries
from storage.queries import people as people_queries
from storage.queries import schedules as queries
from storage.queries.study import shelf
from storage.tables import broadcasts, deliveries, enrolments, events, nodes, schedules
from tests.conftest import commands

from .district import DAY, NOW, TODAY, ZONE, District, once, outcomes

HOUR = timedelta(hours=1)
CUT_OFF = timedelta(hours=12)  # of notices
COURSE = "resident-basics"
DAILY = Rhythm(ScheduleKind.DAILY, at=time(8, 30))
PUSH: dict[str, Any] = {
    "kind": DeliveryKind.STUDY_ITEM,
    "course_id": COURSE,
    "audience": None,
    "content": None,
}
_NUMBERS = count()
CONTENT = '{"bodies": {"zh": "停水"}}'


async def notice(district: District, slot: datetime = NOW, **given: Any) -> Schedule:
    """A notice to everybody of the eastern community, daily, unless said otherwise."""
    new: dict[str, Any] = {
        "draft_key": f"notice {next(_NUMBERS)}",
        "kind": DeliveryKind.NOTICE,
        "node_id": district.east.id,
        "rhythm": DAILY,
        "next_slot_at": slot,
        "audience": Audience(district.east.id),
        "content": CONTENT,
    }
    made = NewSchedule(**(new | given))
    made_id = await district.database.write(schedule, district.mei.id, made, min(NOW, slot))
    due = await district.database.read(queries.due, slot)
    return next(each for each in due if each.id == made_id)


async def plan(
    district: District, planned: Schedule, now: datetime = NOW, **given: Any
) -> int | None:
    """Serve the slot that is due, with another one a day later."""
    assert planned.next_slot_at is not None
    later = given.pop("next_slot_at", planned.next_slot_at + DAY)
    slot = Slot(planned.next_slot_at, next_at=later, **given)
    return await district.database.write(plan_slot, planned, slot, now)


async def told(district: District, broadcast_id: int | None) -> set[int]:
    """Whom a broadcast is for."""
    await district.owes()
    rows = await district.rows(deliveries, deliveries.c.broadcast_id == broadcast_id)
    return {row.person_id for row in rows}


# What is kept


@pytest.mark.parametrize(
    "rhythm",
    [
        once(NOW),
        Rhythm(ScheduleKind.WEEKLY, days=("mon", "thu"), at=time(8), every=2, starts_on=NOW.date()),
        Rhythm(ScheduleKind.MONTHLY, day_of_month=31, at=time(8), until_on=date(2027, 1, 1)),
        Rhythm(ScheduleKind.MONTHLY_WEEKDAY, nth=LAST, days=("fri",), at=time(8)),
        Rhythm(
            ScheduleKind.YEARLY,
            month=10,
            day_of_month=1,
            at=time(8),
            count=3,
            starts_on=NOW.date(),
            skip_on=frozenset({date(2027, 10, 1)}),
            skip_holidays=True,
        ),
        after_joining(COURSE, 3, time(8, 30)),
    ],
    ids=lambda rhythm: str(rhythm.kind),
)
async def test_a_schedule_comes_back_as_it_was_made(district: District, rhythm: Rhythm) -> None:
    made = await notice(
        district, rhythm=rhythm, priority=Priority.URGENT, at_most_once=True, node_id=1
    )
    assert (made.rhythm, made.node_path, made.node_name) == (rhythm, "/1/", "示范区")
    assert (made.audience, made.content) == (Audience(district.east.id), CONTENT)
    assert (made.priority, made.at_most_once, made.fired) == (Priority.URGENT, True, 0)
    assert made.next_slot_at == NOW


async def test_a_draft_scheduled_many_times_is_one_and_only_where_staff_may(
    district: District,
) -> None:
    kim = await district.kim()

    async def once_more(node: int, key: str = "one", slot: datetime = NOW) -> int:
        audience = Audience(node)
        new = NewSchedule(key, DeliveryKind.NOTICE, node, DAILY, slot, None, 0, audience, CONTENT)
        return await district.database.write(schedule, kim.id, new, NOW)

    assert len(set(await outcomes(once_more(district.east.id) for _ in range(6)))) == 1
    assert len(await district.rows(schedules)) == 1
    foreign = [once_more(district.west.id, "two"), once_more(district.node.id, "three")]
    assert await outcomes(foreign) == ["refused.not_yours"] * 2
    late = once_more(district.east.id, "four", NOW - HOUR)
    assert await outcomes([late]) == ["schedule.in_the_past"]


# One broadcast a slot


async def test_a_notice_goes_out_as_it_was_written(district: District) -> None:
    ana, bo = await district.member("ana"), await district.resident("bo")
    audience = Audience(district.east.id, standing=Standing.RESIDENT)
    made = await notice(district, audience=audience, priority=Priority.URGENT, at_most_once=True)
    broadcast = await plan(district, made)
    [row] = await district.rows(broadcasts)
    assert (row.id, row.kind, row.content) == (broadcast, DeliveryKind.NOTICE, CONTENT)
    assert (row.priority, row.at_most_once) == (Priority.URGENT, True)
    assert (row.schedule_id, row.slot_at, row.item_id) == (made.id, NOW, None)
    assert await told(district, broadcast) == {bo.id} != {ana.id}
    [kept] = await district.rows(schedules)
    assert (kept.fired, kept.position, kept.next_slot_at) == (1, 0, NOW + DAY)


async def test_planners_at_once_fire_once_whatever_is_sent(district: District) -> None:
    for name in ("ana", "bo"):
        person = await district.member(name)
        await district.database.write(join_course, person.id, COURSE, NOW - 3 * DAY)
    await notice(district, NOW)
    await notice(district, NOW, rhythm=after_joining(COURSE, 3, time(12)))
    await district.schedule(once(NOW), NOW)
    event = await district.event(starts_at=NOW + DAY, remind_hours=2)
    await district.database.write(sign_up, person.telegram_id, event.id, NOW, ZONE)
    for now, fired in ((NOW, 3), (NOW + 22 * HOUR, 2)):
        before = len(await district.rows(broadcasts))
        crowd = [_planner(district, lambda now=now: now) for _ in range(6)]  # type: ignore[misc]
        await asyncio.gather(*(planner.plan() for planner in crowd))
        assert len(await district.rows(broadcasts)) - before == fired
    keys = [(row.broadcast_id, row.person_id) for row in await district.rows(deliveries)]
    assert len(keys) == len(set(keys))


def _planner(district: District, now: Callable[[], datetime]) -> Planner:
    return Planner(district.database, load_courses(), ZONE, now, lambda: None, Holidays())


@pytest.mark.parametrize("late", [CUT_OFF, timedelta()])
async def test_a_notice_is_late_up_to_the_cut_off(district: District, late: timedelta) -> None:
    await plan(district, await notice(district), NOW + late)
    [row] = await district.rows(broadcasts)
    assert row.state == BroadcastState.RUNNING


async def test_what_comes_later_is_skipped_and_staff_see_it(district: District) -> None:
    kim, li = await district.kim(), await district.staff("li", Role.COMMUNITY, district.west)
    second = timedelta(seconds=1)
    late = NOW + CUT_OFF + second
    going_on, ending = await notice(district), await notice(district, rhythm=once(NOW))
    await plan(district, going_on, late)
    await plan(district, ending, late, next_slot_at=None)
    rows = await district.rows(broadcasts)
    assert [row.state for row in rows] == [BroadcastState.SKIPPED] * 2

    async def seen(person: Any, now: datetime) -> list[tuple[int, int, datetime | None]]:
        planned = await district.database.read(queries.planned, person, now, ZONE, 0)
        return [(each.schedule.id, each.missed, each.missed_at) for each in planned.items]

    assert await seen(kim, late) == [(ending.id, 1, NOW), (going_on.id, 1, NOW)]
    assert await seen(li, late) == []
    assert await seen(kim, NOW + SKIPPED_SHOWN_FOR + second) == [(going_on.id, 1, NOW)]
    assert [row.fired for row in await district.rows(schedules)] == [0, 0]


async def test_a_schedule_whose_last_slot_went_to_nobody_is_seen_for_a_week(
    district: District,
) -> None:
    kim = await district.kim()
    ending = await district.schedule(once(NOW), NOW)
    await plan(district, ending, NOW, next_slot_at=None, item_id="first", nobody=True)

    async def seen(now: datetime) -> list[tuple[datetime | None, str | None]]:
        planned = await district.database.read(queries.planned, kim, now, ZONE, 0)
        return [(each.nobody_at, each.nobody_item) for each in planned.items]

    assert await seen(NOW + SKIPPED_SHOWN_FOR) == []
    assert await seen(NOW + SKIPPED_SHOWN_FOR - timedelta(seconds=1)) == [(NOW, "first")]


async def test_the_desk_counts_what_the_plans_show(
    district: District,
) -> None:
    kim = await district.kim()
    await district.schedule(once(NOW), NOW)
    await notice(district)
    event = await district.event()
    day = await district.database.read(desk_queries.day, kim, TODAY, NOW)
    assert day.schedules == 3
    planned = await district.database.read(queries.planned, kim, NOW, ZONE, 0)
    assert {each.schedule.kind for each in planned.items} == {
        DeliveryKind.STUDY_ITEM,
        DeliveryKind.NOTICE,
        DeliveryKind.EVENT_REMINDER,
    }
    assert [each.event_title for each in planned.items if each.event_title] == [event.title]


async def test_a_schedule_goes_by_the_clock_of_its_place(district: District) -> None:
    def move(connection: Connection) -> None:
        west = nodes.c.id == district.west.id
        connection.execute(update(nodes).where(west).values(timezone="Asia/Urumqi"))

    await district.database.write(move)
    read = district.database.read
    assert (await read(queries.zone_of, district.west.id, ZONE)).key == "Asia/Urumqi"
    assert await read(queries.zone_of, district.east.id, ZONE) == ZONE
    await notice(district, node_id=district.west.id)
    [planned] = (await read(queries.planned, district.mei, NOW, ZONE, 0)).items
    assert planned.zone.key == "Asia/Urumqi"


async def test_another_clock_moves_what_goes_by_it_and_only_the_district_may(
    district: District,
) -> None:
    daily = Rhythm(ScheduleKind.DAILY, at=time(8, 30))
    slot, moment = NOW + timedelta(hours=20, minutes=30), NOW + timedelta(days=1)
    east, west = (
        await district.schedule(daily, slot),
        await district.schedule(daily, slot, district.west),
    )
    fixed = await district.schedule(once(moment), moment)
    kim, urumqi = await district.kim(), ZoneInfo("Asia/Urumqi")
    given = (district.east.id, urumqi, Calendar(ZONE, next_slots), NOW)
    refused = district.database.write(set_zone, kim.id, *given)
    assert await outcomes([refused]) == ["refused.not_yours"]
    for _ in range(2):  # twice is the same as once
        await district.database.write(set_zone, district.mei.id, *given)
    rows = {row.id: row.next_slot_at for row in await district.rows(schedules)}
    later = timedelta(hours=2)
    assert rows == {east.id: slot + later, west.id: slot, fixed.id: moment}
    back = (district.mei.id, district.east.id, ZONE, Calendar(ZONE, next_slots), NOW)
    await district.database.write(set_zone, *back)
    assert [row.next_slot_at for row in await district.rows(schedules)] == [slot, slot, moment]


# Joining a course


async def joined(district: District, person_id: int) -> bool:
    person = await district.database.read(people_queries.by_id, person_id)
    return (await district.database.read(shelf, person, COURSE)).joined


async def test_joining_twice_is_once_and_who_comes_back_begins_anew(district: District) -> None:
    ana, write = await district.member("ana"), district.database.write
    await outcomes(write(join_course, ana.id, COURSE, NOW) for _ in range(6))
    await write(join_course, ana.id, COURSE, NOW + HOUR)
    [row] = await district.rows(enrolments)
    assert (row.joined_at, row.left_at) == (NOW, None)
    await write(leave_course, ana.id, COURSE, NOW + HOUR)
    await write(leave_course, ana.id, COURSE, NOW + 2 * HOUR)
    [row] = await district.rows(enrolments)
    assert row.left_at == NOW + HOUR
    assert not await joined(district, ana.id)
    await write(join_course, ana.id, COURSE, NOW + DAY)
    [row] = await district.rows(enrolments)
    assert (row.joined_at, row.left_at) == (NOW + DAY, None)


async def test_done_on_the_first_item_joins_the_course_and_brings_nobody_back(
    district: District,
) -> None:
    ana, bo = await district.member("ana"), await district.member("bo")
    write = district.database.write
    first = "safe-account"
    await outcomes(write(acknowledge, ana.telegram_id, COURSE, first, NOW) for _ in range(5))
    assert await joined(district, ana.id)
    assert not await joined(district, bo.id)
    await write(leave_course, ana.id, COURSE, NOW)
    for item in (first, "fake-refund"):
        await write(acknowledge, ana.telegram_id, COURSE, item, NOW + HOUR)
    assert not await joined(district, ana.id)
    await write(leave_course, bo.id, COURSE, NOW)  # who never joined
    assert len(await district.rows(enrolments)) == 1


async def test_a_courses_people_are_an_audience_also_those_of_a_span(district: District) -> None:
    write = district.database.write
    ana, bo, li = [await district.member(name) for name in ("ana", "bo", "li")]
    far = await district.member("far", district.west)
    await district.member("never")
    for person, at in ((ana, NOW), (bo, NOW + HOUR), (li, NOW), (far, NOW)):
        await write(join_course, person.id, COURSE, at)
    await write(join_course, ana.id, "another", NOW)
    await write(leave_course, li.id, COURSE, NOW)
    for audience, names in (
        (Audience(district.east.id, course_id=COURSE), {"ana", "bo"}),
        (Audience(district.node.id, course_id=COURSE), {"ana", "bo", "far"}),
        (Audience(district.east.id, course_id="another"), {"ana"}),
        (Audience(district.east.id, course_id=COURSE, joined_to=NOW + HOUR), {"ana"}),
        (Audience(district.east.id, course_id=COURSE, joined_from=NOW + HOUR), {"bo"}),
    ):
        found = await district.database.read(audience_queries.sample, audience)
        assert set(found) == names, audience


async def test_after_joining_a_slot_is_for_those_of_its_span_alone(district: District) -> None:
    write = district.database.write
    ana, bo, late = [await district.member(name) for name in ("ana", "bo", "late")]
    resident, far = await district.member("mei"), await district.member("far", district.west)
    for person in (ana, resident, far):
        await write(join_course, person.id, COURSE, NOW)
    for node in (district.west, district.east):  # who moves is a resident there, and back
        await write(people.choose_community, resident.id, node.id, NOW)
    await write(join_course, bo.id, COURSE, NOW - DAY)
    await write(join_course, late.id, COURSE, NOW + DAY)
    made = await notice(district, rhythm=after_joining(COURSE, 1, time(8, 30)), position=1, **PUSH)
    broadcast = await plan(district, made, item_id="fake-refund", joined=(NOW, NOW + DAY))
    assert await told(district, broadcast) == {ana.id}  # a member, of this community
    [row] = await district.rows(schedules)
    assert (row.position, row.fired, row.next_slot_at) == (1, 1, NOW + DAY)


async def test_after_joining_a_slot_for_nobody_makes_no_broadcast(district: District) -> None:
    ana, far = await district.member("ana"), await district.member("far", district.west)
    await district.database.write(join_course, ana.id, COURSE, NOW - DAY)
    await district.database.write(join_course, far.id, COURSE, NOW)
    made = await notice(district, rhythm=after_joining(COURSE, 1, time(8, 30)))
    for now in (NOW, NOW + 5 * DAY):  # in time, and too late
        [due] = await district.database.read(queries.due, now)
        assert await plan(district, due, now, joined=(NOW, NOW + HOUR)) is None
    assert await district.rows(broadcasts) == []
    [row] = await district.rows(schedules)
    assert (row.id, row.fired, row.next_slot_at) == (made.id, 0, NOW + 2 * DAY)


async def test_a_notice_after_joining_keeps_its_own_audience_too(district: District) -> None:
    write = district.database.write
    ana, bo = await district.member("ana"), await district.resident("bo")
    audience = Audience(district.east.id, standing=Standing.RESIDENT)
    rhythm = after_joining(COURSE, 0, time(8, 30))
    made = await notice(district, rhythm=rhythm, audience=audience)
    for person in (ana, bo):
        await write(join_course, person.id, COURSE, NOW)
    broadcast = await plan(district, made, joined=(NOW, NOW + DAY))
    assert await told(district, broadcast) == {bo.id}


async def test_the_next_item_is_not_the_one_of_somebody_who_joined_later(
    district: District,
) -> None:
    ana = await district.member("ana")
    await notice(district, NOW + HOUR, rhythm=after_joining(COURSE, 1, time(8, 30)), **PUSH)
    write = district.database.write
    progress = await write(acknowledge, ana.telegram_id, COURSE, "safe-account", NOW)
    assert progress.next_slot_at is None
    await notice(district, NOW + DAY, **PUSH)
    progress = await write(acknowledge, ana.telegram_id, COURSE, "fake-refund", NOW)
    assert progress.next_slot_at == NOW + DAY


# Reminders


def test_the_usual_reminder_is_a_day_before_or_two_hours_or_none() -> None:
    minute = timedelta(minutes=1)
    for ahead, usual, possible in (
        (3 * DAY, 24, (2, 24, 48)),
        (24 * HOUR + minute, 24, (2, 24)),
        (24 * HOUR, 2, (2,)),
        (2 * HOUR + minute, 2, (2,)),
        (2 * HOUR, 0, ()),
    ):
        assert usual_reminder(NOW + ahead, NOW) == usual
        assert possible_reminders(NOW + ahead, NOW) == possible


async def reminder_of(district: District, event: Event) -> Any:
    rows = await district.rows(schedules, schedules.c.event_id == event.id)
    return rows[0] if rows else None


@pytest.mark.parametrize(
    ("ahead", "hours", "before"),
    [
        (3 * DAY, None, 24),
        (20 * HOUR, None, 2),
        (HOUR, None, None),
        (3 * DAY, 48, 48),
        (3 * DAY, 0, None),
        (HOUR, 2, None),  # it came nearer while somebody was filling in the form
    ],
)
async def test_an_event_has_the_reminder_that_was_chosen_or_the_usual_one(
    district: District, ahead: timedelta, hours: int | None, before: int | None
) -> None:
    event = await district.event(starts_at=NOW + ahead, remind_hours=hours)
    row = await reminder_of(district, event)
    at = None if before is None else event.starts_at - before * HOUR
    assert event.remind_at == at
    assert (row and row.next_slot_at) == at


async def test_a_reminder_goes_to_who_holds_a_place_then_and_expires_with_the_start(
    district: District,
) -> None:
    ana, bo = await district.resident("ana"), await district.resident("bo")
    await district.resident("li")
    event = await district.event(starts_at=NOW + 2 * DAY)
    for person in (ana, bo):
        await district.database.write(sign_up, person.telegram_id, event.id, NOW, ZONE)
    await district.database.write(give_back, bo.telegram_id, event.id, NOW, ZONE)
    slot = NOW + DAY
    [due] = await district.database.read(queries.due, slot)
    broadcast = await plan(district, due, event.starts_at - timedelta(seconds=1), next_slot_at=None)
    [row] = await district.rows(broadcasts, broadcasts.c.id == broadcast)
    assert (row.kind, row.subject_id) == (DeliveryKind.EVENT_REMINDER, event.id)
    assert (row.expires_at, row.priority) == (event.starts_at, Priority.URGENT)
    assert await told(district, broadcast) == {ana.id}
    kept = await reminder_of(district, event)
    assert (kept.state, kept.fired) == (ScheduleState.ENDED, 1)


async def test_a_reminder_is_of_no_use_when_the_event_has_begun(district: District) -> None:
    event = await district.event(starts_at=NOW + 2 * DAY)
    [due] = await district.database.read(queries.due, NOW + DAY)
    broadcast = await plan(district, due, event.starts_at, next_slot_at=None)
    [row] = await district.rows(broadcasts, broadcasts.c.id == broadcast)
    assert row.state == BroadcastState.SKIPPED


async def test_calling_an_event_off_cancels_its_reminder(district: District) -> None:
    event, other = await district.event(), await district.event()
    [due] = [
        each
        for each in await district.database.read(queries.due, NOW + DAY)
        if each.event_id == event.id
    ]
    await district.database.write(event_actions.cancel, district.mei.id, event.id, NOW)
    assert (await reminder_of(district, event)).state == ScheduleState.CANCELLED
    assert (await reminder_of(district, other)).state == ScheduleState.ACTIVE
    assert await plan(district, due) is None  # another planner had read it before


async def test_stopping_a_reminder_takes_back_what_the_event_promised(district: District) -> None:
    kim, li = await district.kim(), await district.staff("li", Role.COMMUNITY, district.west)
    event = await district.event()
    row = await reminder_of(district, event)
    with pytest.raises(Refusal, match="refused.not_yours"):
        await district.database.write(cancel, li.id, row.id, NOW)
    await district.database.write(cancel, kim.id, row.id, NOW)
    [kept] = await district.rows(events)
    assert kept.remind_at is None
    stops = [district.database.write(cancel, kim.id, row.id, NOW)]
    assert await outcomes(stops) == ["push.ended"]


async def test_somebody_who_left_is_reminded_of_nothing(district: District) -> None:
    ana = await district.resident("ana")
    event = await district.event(starts_at=NOW + 2 * DAY)
    await district.database.write(sign_up, ana.telegram_id, event.id, NOW, ZONE)
    await district.database.write(leave, ana.id, NOW, ZONE)
    [due] = await district.database.read(queries.due, NOW + DAY)
    broadcast = await plan(district, due, NOW + DAY, next_slot_at=None)
    assert await told(district, broadcast) == set()


# Databases of the version before


OLD = """
INSERT INTO nodes (id, kind, name, code, path, created_at) VALUES
  (1, 'district', '示范区', 'd', '/1/', '2026-01-01 00:00:00');
INSERT INTO persons (id, telegram_id, name, language, standing, consent_version, consented_at,
  joined_at, paused) VALUES (1, 7, 'ana', 'zh', 'member', 1, '2026-01-01 00:00:00',
  '2026-01-01 00:00:00', false);
INSERT INTO schedules (id, kind, course_id, position, node_id, once_at, days, at, next_slot_at,
  state, draft_key, created_by, created_at) VALUES
  (1, 'once', 'resident-basics', 3, 1, '2026-03-02 04:00:00', '', NULL, '2026-03-02 04:00:00',
   'active', 'a', 1, '2026-01-01 00:00:00'),
  (2, 'weekly', 'resident-basics', 2, 1, NULL, 'mon,thu', '08:30:00', NULL, 'cancelled', 'b', 1,
   '2026-01-01 00:00:00');
INSERT INTO broadcasts (id, kind, state, priority, schedule_id, slot_at, node_id, audience,
  created_at) VALUES
  (1, 'study_item', 'done', 2, 2, '2026-01-05 00:30:00', 1, '{}', '2026-01-05 00:30:00'),
  (2, 'study_item', 'skipped', 2, 2, '2026-01-08 00:30:00', 1, '{}', '2026-01-09 00:30:00');
INSERT INTO acknowledgements (person_id, course_id, item_id, acknowledged_at) VALUES
  (1, 'resident-basics', 'fake-refund', '2026-01-09 01:00:00'),
  (1, 'resident-basics', 'safe-account', '2026-01-05 01:00:00')
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database as the version before this one left it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/old.db"
        command.upgrade(config_for(url), "0002")
        yield url
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"linli_old_{tmp_path.parent.name}_{tmp_path.name}"[-60:]
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    asyncio.run(commands(server, f'CREATE DATABASE "{name}"'))
    try:
        command.upgrade(config_for(url), "0002")
        yield url
    finally:
        asyncio.run(commands(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


def test_schedules_of_the_version_before_go_on(old_url: str) -> None:
    asyncio.run(_written(old_url))
    command.upgrade(config_for(old_url), "head")
    first, second, enrolled = asyncio.run(_carried_over(old_url))
    at = datetime(2026, 3, 2, 4, tzinfo=UTC)
    assert (first.kind, from_json(first.rhythm)) == (DeliveryKind.STUDY_ITEM, once(at))
    assert (first.position, first.next_slot_at, first.priority) == (3, at, Priority.STUDY)
    weekly = Rhythm(ScheduleKind.WEEKLY, days=("mon", "thu"), at=time(8, 30))
    assert from_json(second.rhythm) == weekly
    assert (second.state, second.fired, second.after_joining) == ("cancelled", 1, False)
    assert enrolled.joined_at == datetime(2026, 1, 5, 1, tzinfo=UTC)


async def _written(url: str) -> None:
    database = open_database(url)

    def write(connection: Connection) -> None:
        for statement in OLD.split(";"):
            connection.execute(text(statement.replace(":", r"\:")))

    try:
        await database.write(write)
    finally:
        await database.close()


async def _carried_over(url: str) -> tuple[Any, Any, Any]:
    database = open_database(url)

    def read(connection: Connection) -> tuple[Any, Any, Any]:
        first, second = connection.execute(schedules.select().order_by(schedules.c.id)).all()
        return first, second, connection.execute(enrolments.select()).one()

    try:
        return await database.read(read)
    finally:
        await database.close()

"""The planner: each slot once, one catch-up after an outage, and the last item ends a schedule."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from content.courses import load_courses
from content.holidays import load_holidays
from scheduler.calendar import next_slots
from scheduler.planner import Planner
from storage.actions import schedules as actions
from storage.actions.broadcasts import begin
from storage.actions.fan_out import fan_out
from storage.actions.outbox import claim_due, record
from storage.actions.retries import retry
from storage.actions.sign_ups import sign_up
from storage.actions.study import acknowledge, join_course
from storage.model.audience import Audience
from storage.model.broadcast import BroadcastState, NewBroadcast
from storage.model.delivery import DeliveryState, Outcome
from storage.model.holidays import Holidays
from storage.model.kinds import DeliveryKind
from storage.model.node import Node
from storage.model.rhythm import WEEKDAYS, Rhythm, ScheduleKind, after_joining
from storage.model.schedule import NewSchedule, ScheduleState
from storage.tables import broadcasts, deliveries, nodes, schedules
from tests.bot.test_app import Failing
from tests.storage.district import COURIER, NOW, ZONE, District

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CUT_OFF = timedelta(hours=12)  # of study pushes and notices
FIRST = datetime(2026, 3, 2, 8, 30, tzinfo=ZONE).astimezone(UTC)
DAILY = Rhythm(ScheduleKind.WEEKLY, days=WEEKDAYS, at=time(8, 30))
COURSE = "resident-basics"
_NUMBERS = count()
NONE = Holidays()


def planner(
    district: District, now: datetime, woken: list[int], holidays: Holidays = NONE
) -> Planner:
    return Planner(
        district.database, load_courses(), ZONE, lambda: now, lambda: woken.append(1), holidays
    )


async def items(district: District) -> list[tuple[str, datetime, bool]]:
    rows = await district.rows(broadcasts)
    return [(row.item_id, row.slot_at, row.state == BroadcastState.SKIPPED) for row in rows]


async def notice(
    district: District, rhythm: Rhythm, slot: datetime, node: Node | None = None, **given: Any
) -> None:
    """A notice by `rhythm` to everybody of a community (the eastern one)."""
    home = node or district.east
    new: dict[str, Any] = {
        "draft_key": f"notice {next(_NUMBERS)}",
        "kind": DeliveryKind.NOTICE,
        "node_id": home.id,
        "rhythm": rhythm,
        "next_slot_at": slot,
        "audience": Audience(home.id),
        "content": '{"bodies": {"zh": "停水"}}',
    }
    made = NewSchedule(**(new | given))
    await district.database.write(actions.schedule, district.mei.id, made, min(NOW, slot))


async def fired(district: District) -> list[datetime]:
    """The slots that were served, and not skipped."""
    rows = await district.rows(broadcasts, broadcasts.c.schedule_id.is_not(None))
    return [row.slot_at for row in rows if row.state != BroadcastState.SKIPPED]


async def move(district: District, node: Node, zone: str) -> None:
    change = update(nodes).where(nodes.c.id == node.id).values(timezone=zone)
    await district.database.write(lambda c: c.execute(change) and None)


def in_shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


# Study pushes


async def test_a_slot_for_which_nobody_is_left_makes_no_broadcast_and_the_rhythm_goes_on(
    district: District,
) -> None:
    [course] = load_courses()
    ana = await district.member()
    first, second = (item.id for item in course.items[:2])
    done = (ana.telegram_id, course.id, first)
    await district.database.write(acknowledge, *done, NOW - DAY)
    await district.schedule(DAILY, FIRST)
    await notice(district, DAILY, FIRST, district.west)  # nobody lives there yet
    await planner(district, FIRST, []).plan()
    assert await items(district) == []
    noted = [(row.nobody_at, row.nobody_item) for row in await district.rows(schedules)]
    assert noted == [(FIRST, first), (FIRST, None)]  # staff see it
    await district.resident(node=district.west)
    await planner(district, FIRST + DAY, []).plan()
    assert await items(district) == [(second, FIRST + DAY, False), (None, FIRST + DAY, False)]
    rows = await district.rows(schedules)
    assert [(row.fired, row.nobody_at, row.nobody_item) for row in rows] == [(1, None, None)] * 2
    assert len(await district.rows(deliveries)) == 2


async def test_where_a_slot_for_nobody_is_usual_it_is_no_news(district: District) -> None:
    await district.event(district.east)  # nobody signed up for it, so nobody is reminded
    await notice(district, after_joining(COURSE, 1, time(8, 30)), FIRST)
    await planner(district, FIRST + 30 * DAY, []).plan()
    rows = await district.rows(schedules)
    assert len(rows) == 2
    assert [row.nobody_at for row in rows] == [None, None]


async def test_the_planner_pushes_one_item_after_the_other_and_ends_with_the_last(
    district: District,
) -> None:
    await district.member()
    [course] = load_courses()
    await district.schedule(DAILY, FIRST)
    woken: list[int] = []
    await planner(district, FIRST - timedelta(seconds=1), woken).plan()
    assert woken == []
    for day in range(len(course.items) + 3):
        for _ in range(2):  # a tick that comes twice does nothing
            await planner(district, FIRST + DAY * day, woken).plan()
    assert await items(district) == [
        (item.id, FIRST + DAY * day, False) for day, item in enumerate(course.items)
    ]
    assert len(woken) == len(course.items)
    [row] = await district.rows(schedules)
    assert (row.state, row.next_slot_at) == (ScheduleState.ENDED, None)
    assert row.fired == len(course.items)


async def test_after_an_outage_the_last_slot_is_caught_up_inside_the_cut_off(
    district: District,
) -> None:
    await district.member()
    await district.schedule(DAILY, FIRST)
    now = FIRST + 3 * DAY + CUT_OFF
    await planner(district, now, []).plan()
    [course] = load_courses()
    assert await items(district) == [(course.items[0].id, FIRST + 3 * DAY, False)]
    assert len(await district.rows(deliveries, deliveries.c.state == DeliveryState.QUEUED)) == 1
    [row] = await district.rows(schedules)
    assert (row.position, row.next_slot_at) == (1, FIRST + 4 * DAY)


async def test_beyond_the_cut_off_the_slot_is_skipped_and_its_item_comes_next(
    district: District,
) -> None:
    await district.member()
    await district.schedule(DAILY, FIRST)
    await planner(district, FIRST + CUT_OFF + timedelta(seconds=1), []).plan()
    assert await district.rows(deliveries) == []
    await planner(district, FIRST + DAY, []).plan()
    [course] = load_courses()
    assert await items(district) == [
        (course.items[0].id, FIRST, True),
        (course.items[0].id, FIRST + DAY, False),
    ]


async def test_a_course_that_is_gone_ends_its_schedule(district: District) -> None:
    await district.schedule(DAILY, FIRST)

    await district.database.write(
        lambda c: c.execute(schedules.update().values(course_id="gone")) and None
    )
    woken: list[int] = []
    await planner(district, FIRST, woken).plan()
    [row] = await district.rows(schedules)
    assert (row.state, woken, await items(district)) == (ScheduleState.ENDED, [], [])


async def test_two_planners_at_once_fire_once(district: District) -> None:
    await district.member()
    await district.schedule(DAILY, FIRST)
    await notice(district, DAILY, FIRST)
    for day in range(3):
        both = [planner(district, FIRST + DAY * day, []) for _ in range(2)]
        await asyncio.gather(*(each.plan() for each in both))
    assert await fired(district) == [FIRST + DAY * day for day in range(3) for _ in range(2)]
    assert len(await district.rows(deliveries)) == 6


# Every other kind


async def test_a_notice_follows_its_rhythm_to_its_end(district: District) -> None:
    await district.resident()
    rhythm = Rhythm(
        ScheduleKind.MONTHLY_WEEKDAY,
        nth=2,
        days=("tue",),
        at=time(19, 30),
        starts_on=NOW.date(),
        count=3,
        skip_on=frozenset({date(2026, 4, 14)}),
    )
    expected = [in_shanghai(f"2026-{day}T19:30") for day in ("03-10", "05-12", "06-09")]
    assert next_slots(rhythm, NOW, ZONE, 9) == expected
    await notice(district, rhythm, expected[0])
    for day in range(200):
        await planner(district, NOW + DAY * day + 8 * HOUR, []).plan()
    assert await fired(district) == expected
    [row] = await district.rows(schedules)
    assert (row.state, row.fired) == (ScheduleState.ENDED, 3)


async def test_statutory_holidays_are_skipped_also_those_announced_after_the_slot_was_planned(
    district: District,
) -> None:
    await district.resident()
    known = load_holidays()
    rhythm = Rhythm(ScheduleKind.DAILY, at=time(8, 30), skip_holidays=True)
    await notice(district, rhythm, in_shanghai("2026-09-30T08:30"))
    await planner(district, in_shanghai("2026-09-30T08:30"), []).plan()
    for day in range(1, 10):
        now = in_shanghai(f"2026-10-{day:02}T08:31")
        await planner(district, now, [], known).plan()
    assert await fired(district) == [
        in_shanghai(f"2026-{day}T08:30") for day in ("09-30", "10-08", "10-09")
    ]


async def test_what_follows_a_festival_waits_for_a_year_that_is_not_known(
    district: District,
) -> None:
    await district.resident()
    rhythm = Rhythm(ScheduleKind.FESTIVAL, festival="春节", at=time(8, 30))
    first, later = in_shanghai("2026-02-17T08:30"), in_shanghai("2028-01-26T08:30")
    known = Holidays(festivals={"春节": {2026: date(2026, 2, 17)}})
    await notice(district, rhythm, first)
    await planner(district, first, [], known).plan()
    for day in ("2026-12-31", "2027-02-06"):  # 2027 never came into the file
        await planner(district, in_shanghai(f"{day}T09:00"), [], known).plan()
    [waiting] = await district.rows(schedules)
    assert (waiting.state, waiting.next_slot_at) == (ScheduleState.ACTIVE, None)
    known = Holidays(festivals={"春节": {2026: date(2026, 2, 17), 2028: date(2028, 1, 26)}})
    await planner(district, in_shanghai("2027-11-20T09:00"), [], known).plan()
    [waiting] = await district.rows(schedules)
    assert waiting.next_slot_at == later
    await planner(district, later, [], known).plan()
    assert await fired(district) == [first, later]


async def test_what_follows_a_festival_begins_to_wait_if_none_is_known_yet(
    district: District,
) -> None:
    await district.resident()
    rhythm = Rhythm(ScheduleKind.FESTIVAL, festival="春节", away=-1, at=time(8, 30))
    await notice(district, rhythm, NOW, next_slot_at=None)
    [waiting] = await district.rows(schedules)
    assert (waiting.state, waiting.next_slot_at) == (ScheduleState.ACTIVE, None)
    known = Holidays(festivals={"春节": {2027: date(2027, 2, 6)}})
    await planner(district, NOW, [], known).plan()
    [waiting] = await district.rows(schedules)
    assert waiting.next_slot_at == in_shanghai("2027-02-05T08:30")


async def test_after_joining_everybody_is_served_once_on_their_own_day(district: District) -> None:
    ana, bo, li = [await district.member(name) for name in ("ana", "bo", "li")]
    for person, at in ((ana, FIRST), (bo, FIRST + 26 * HOUR), (li, FIRST + 14 * HOUR)):
        await district.database.write(join_course, person.id, COURSE, at)
    rhythm = after_joining(COURSE, 3, time(8, 30))
    push: dict[str, Any] = {"kind": DeliveryKind.STUDY_ITEM, "course_id": COURSE, "position": 1}
    await notice(district, rhythm, FIRST, audience=None, content=None, **push)
    for hour in range(10 * 24):
        await planner(district, FIRST + hour * HOUR, []).plan()
    rows = await district.rows(deliveries)
    slots = {row.id: row.slot_at for row in await district.rows(broadcasts)}
    assert sorted((slots[row.broadcast_id], row.person_id) for row in rows) == [
        (FIRST + 3 * DAY, ana.id),
        (FIRST + 3 * DAY, li.id),  # on the same local day, late in the evening
        (FIRST + 4 * DAY, bo.id),
    ]
    assert {item for item, _, _ in await items(district)} == {"fake-refund"}
    [row] = await district.rows(schedules)
    assert (row.state, row.fired, row.position) == (ScheduleState.ACTIVE, 2, 1)


async def test_after_joining_no_slot_stands_for_another_after_an_outage(
    district: District,
) -> None:
    ana, bo, li = [await district.member(name) for name in ("ana", "bo", "li")]
    for number, person in enumerate((ana, bo, li)):
        await district.database.write(join_course, person.id, COURSE, FIRST + number * DAY)
    rhythm = after_joining(COURSE, 1, time(8, 30))
    await notice(district, rhythm, FIRST + DAY)
    await planner(district, FIRST + 3 * DAY + HOUR, []).plan()
    rows = await district.rows(broadcasts)
    assert [(row.slot_at, row.state) for row in rows] == [
        (FIRST + DAY, BroadcastState.SKIPPED),  # later than the cut-off: shown, not sent
        (FIRST + 2 * DAY, BroadcastState.SKIPPED),
        (FIRST + 3 * DAY, BroadcastState.RUNNING),
    ]
    assert [row.person_id for row in await district.rows(deliveries)] == [li.id]
    [row] = await district.rows(schedules)
    assert row.next_slot_at == FIRST + 4 * DAY


async def test_a_reminder_is_planned_once_and_late_rather_than_never(district: District) -> None:
    ana = await district.resident("ana")
    event = await district.event(starts_at=NOW + 2 * DAY)
    await district.database.write(sign_up, ana.telegram_id, event.id, NOW, ZONE)
    late = NOW + DAY + CUT_OFF + HOUR
    for now in (NOW + DAY - HOUR, late, late + HOUR):
        await planner(district, now, []).plan()
    kinds = deliveries.c.kind == DeliveryKind.EVENT_REMINDER
    assert [row.person_id for row in await district.rows(deliveries, kinds)] == [ana.id]
    assert await fired(district) == [NOW + DAY]


# Restarts and clocks


async def test_a_restart_after_days_means_one_catch_up_for_each_schedule(
    district: District,
) -> None:
    await district.resident()
    every_other = Rhythm(ScheduleKind.DAILY, at=time(8, 30), every=2, starts_on=FIRST.date())
    await notice(district, DAILY, FIRST)
    await notice(district, every_other, FIRST)
    for _ in range(2):
        await planner(district, FIRST + 5 * DAY + HOUR, []).plan()
    rows = await district.rows(broadcasts)
    assert sorted((row.slot_at, row.state) for row in rows) == [
        (FIRST + 4 * DAY, BroadcastState.SKIPPED),  # a day late
        (FIRST + 5 * DAY, BroadcastState.RUNNING),
    ]
    assert [row.next_slot_at for row in await district.rows(schedules)] == [FIRST + 6 * DAY] * 2


async def test_a_community_goes_by_its_own_clock_also_when_that_changes(
    district: District,
) -> None:
    for node in (district.east, district.west):
        await district.resident(node=node)
    await move(district, district.west, "America/New_York")
    new_york = ZoneInfo("America/New_York")
    rhythm = Rhythm(ScheduleKind.DAILY, at=time(2, 30))
    first = datetime(2026, 3, 7, 2, 30, tzinfo=new_york)
    await notice(district, rhythm, first.astimezone(UTC), district.west)
    await notice(district, rhythm, in_shanghai("2026-03-07T02:30"))
    for hour in range(4 * 24):
        await planner(district, first.astimezone(UTC) - DAY + hour * HOUR / 2, []).plan()
    rows = await district.rows(broadcasts)
    west = [row.slot_at for row in rows if row.node_id == district.west.id]
    assert west == [
        datetime(2026, 3, 7, 7, 30, tzinfo=UTC),
        datetime(2026, 3, 8, 7, 0, tzinfo=UTC),  # 2:30 is left out: the first instant after it
    ]
    east = [row.slot_at.astimezone(ZONE).time() for row in rows if row.node_id == district.east.id]
    assert set(east) == {time(2, 30)}


@pytest.mark.parametrize(
    ("zone", "hours"), [("Asia/Urumqi", [10] * 4), ("Asia/Tokyo", [8, 7, 7, 7])]
)
async def test_a_place_that_is_given_another_clock_neither_misses_a_day_nor_has_two(
    district: District, zone: str, hours: list[int]
) -> None:
    await district.resident()
    await notice(district, DAILY, FIRST)
    await move(district, district.east, zone)
    for half_hour in range(4 * 48):
        await planner(district, FIRST - 8 * HOUR + half_hour * HOUR / 2, []).plan()
    slots = [slot.astimezone(ZONE) for slot in await fired(district)]
    assert [(slot.day, slot.hour) for slot in slots] == list(zip((2, 3, 4, 5), hours, strict=True))


async def test_a_broadcast_that_cannot_go_on_is_under_way_when_it_did(
    district: District, caplog: pytest.LogCaptureFixture
) -> None:
    """With a full disk it was told as under way every second, and never was."""
    caplog.set_level("INFO", "scheduler.planner")
    await district.resident()
    await notice(district, DAILY, FIRST)
    database: Any = Failing(district.database, fan_out)
    failing = Planner(database, load_courses(), ZONE, lambda: FIRST, lambda: None, NONE)
    for _ in range(3):
        await failing.plan()
    assert not any("is under way" in line for line in caplog.messages)
    await planner(district, FIRST, []).plan()
    assert sum("is under way" in line for line in caplog.messages) == 1


async def test_a_retry_is_brought_to_its_end(district: District) -> None:
    for n in range(5):
        await district.resident(f"p{n}")
    kim, write = await district.kim(), district.database.write
    new = NewBroadcast(DeliveryKind.NOTICE, district.east.id, Audience(district.east.id), NOW)
    broadcast = await write(begin, new, NOW)
    await district.owes()
    failed = [
        Outcome(claimed.id, broadcast, DeliveryState.FAILED, reason="400")
        for claimed in await write(claim_due, COURIER, NOW, 9, ZONE)
    ]
    await write(record, COURIER, failed, NOW)
    woken: list[int] = []
    await planner(district, NOW, woken).plan()
    [row] = await district.rows(broadcasts)
    assert (row.state, woken) == (BroadcastState.DONE, [])
    assert await write(retry, kim.id, broadcast, NOW, 2) == 5
    await planner(district, NOW, woken).plan()
    assert {row.state for row in await district.rows(deliveries)} == {DeliveryState.QUEUED}
    assert woken
    [row] = await district.rows(broadcasts)
    assert row.state == BroadcastState.RUNNING

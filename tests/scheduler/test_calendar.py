"""Slots: one for each local date of a rhythm, in every zone and year."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.courses import load_courses
from scheduler.calendar import latest_slot, next_slots
from scheduler.planner import Planner
from storage.model.delivery import STUDY_CUT_OFF, DeliveryState
from storage.model.local_time import instant_of
from storage.model.study import WEEKDAYS, Rhythm, ScheduleKind, ScheduleState
from storage.tables import broadcasts, deliveries, schedules
from tests.storage.district import NOW, ZONE, District

ZONES = ("Asia/Shanghai", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe", "Africa/Cairo")
DAY = timedelta(days=1)


def weekly(*days: str, at: time) -> Rhythm:
    return Rhythm(ScheduleKind.WEEKLY, days=days, at=at)


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("at", [time(0), time(0, 30), time(1, 30), time(2, 15), time(23, 30)])
def test_a_daily_rhythm_fires_once_on_every_date_of_a_year(name: str, at: time) -> None:
    zone = ZoneInfo(name)
    begin = datetime(2026, 1, 1, tzinfo=zone).astimezone(UTC) - timedelta(microseconds=1)
    slots = next_slots(weekly(*WEEKDAYS, at=at), begin, zone, 365)
    dates = [slot.astimezone(zone).date() for slot in slots]
    assert dates == [date(2026, 1, 1) + DAY * n for n in range(365)]
    shown = [slot.astimezone(zone).time() for slot in slots]
    assert sum(each != at for each in shown) <= 1, "only a gap moves a slot"
    assert all(slot.tzinfo is UTC for slot in slots)


@given(
    days=st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    after=st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    name=st.sampled_from(ZONES),
)
def test_slots_are_those_that_a_walk_over_all_days_finds(
    days: set[str], at: time, after: datetime, name: str
) -> None:
    zone = ZoneInfo(name)
    first = after.astimezone(zone).date() - DAY
    walked = (first + DAY * n for n in range(40))
    expected = [instant_of(d, at, zone) for d in walked if WEEKDAYS[d.weekday()] in days]
    expected = [slot for slot in expected if slot > after]
    found = next_slots(weekly(*days, at=at), after, zone, 4)
    assert found == expected[:4]


def test_once_is_once_and_never_again() -> None:
    rhythm = Rhythm(ScheduleKind.ONCE, once_at=NOW)
    assert next_slots(rhythm, NOW - DAY, ZONE, 3) == [NOW]
    assert next_slots(rhythm, NOW, ZONE, 3) == []
    assert next_slots(rhythm, NOW - DAY, ZONE, 0) == []
    assert next_slots(Rhythm(ScheduleKind.WEEKLY), NOW, ZONE, 3) == []
    assert latest_slot(rhythm, NOW, NOW + DAY, ZONE) == NOW


def test_of_the_slots_that_were_missed_the_last_counts() -> None:
    rhythm = weekly("mon", "thu", at=time(8, 30))
    first = datetime(2026, 3, 2, 8, 30, tzinfo=ZONE).astimezone(UTC)
    for now, slot in (
        (first, first),
        (first + 2 * DAY, first),
        (first + 3 * DAY, first + 3 * DAY),
        (first + 30 * DAY, first + 28 * DAY),
    ):
        assert latest_slot(rhythm, first, now, ZONE) == slot


# The planner

FIRST = datetime(2026, 3, 2, 8, 30, tzinfo=ZONE).astimezone(UTC)
DAILY = weekly(*WEEKDAYS, at=time(8, 30))


def planner(district: District, now: datetime, woken: list[int]) -> Planner:
    return Planner(district.database, load_courses(), ZONE, lambda: now, lambda: woken.append(1))


async def items(district: District) -> list[tuple[str, datetime, bool]]:
    rows = await district.rows(broadcasts)
    return [(row.item_id, row.slot_at, row.skipped_at is not None) for row in rows]


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


async def test_after_an_outage_the_last_slot_is_caught_up_inside_the_cut_off(
    district: District,
) -> None:
    await district.member()
    await district.schedule(DAILY, FIRST)
    now = FIRST + 3 * DAY + STUDY_CUT_OFF
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
    await planner(district, FIRST + STUDY_CUT_OFF + timedelta(seconds=1), []).plan()
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

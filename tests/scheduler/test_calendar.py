"""Slots: one for each local date of a rhythm, in every zone and year."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import example, given, settings
from hypothesis import strategies as st

from content.holidays import load_holidays
from scheduler.calendar import awaits, dates_of, joined_between, latest_slot, next_slots
from storage.model.holidays import Holidays
from storage.model.local_time import instant_of
from storage.model.rhythm import (
    LAST,
    WEEKDAYS,
    Rhythm,
    ScheduleKind,
    after_joining,
    before_event,
)
from tests.benchmarks import zones
from tests.storage.model.rhythms import CLOCKS, HOLIDAYS, INSTANTS, recurring

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
AT = time(8, 30)
NONE = Holidays()
ZONES = ("Asia/Shanghai", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe", "Africa/Cairo")


def weekly(*days: str, at: time) -> Rhythm:
    return Rhythm(ScheduleKind.WEEKLY, days=days, at=at)


def dates(rhythm: Rhythm, after: date, count: int, off: Holidays = NONE) -> list[str]:
    """The local dates of the slots after the day `after`, as "2026-03-02"."""
    instant = datetime.combine(after, time(), tzinfo=ZONE)
    found = next_slots(rhythm, instant, ZONE, count, off)
    return [slot.astimezone(ZONE).date().isoformat() for slot in found]


# What each kind means

START = date(2026, 1, 7)  # a Wednesday


FESTIVALS = Holidays(
    festivals={
        "春节": {2026: date(2026, 2, 17), 2027: date(2027, 2, 6)},
        "腊八": {2026: date(2026, 1, 26)},
    }
)


def of_festival(name: str, **given: Any) -> Rhythm:
    return Rhythm(ScheduleKind.FESTIVAL, festival=name, at=AT, **given)


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        (of_festival("春节"), ["2026-02-17", "2027-02-06"]),
        (of_festival("春节", away=-1), ["2026-02-16", "2027-02-05"]),
        (of_festival("春节", away=2, skip_on=frozenset({date(2026, 2, 19)})), ["2027-02-08"]),
        (of_festival("腊八"), ["2026-01-26"]),
        (of_festival("中秋"), []),
    ],
)
def test_a_festival_is_on_its_own_day_each_year_that_is_known(
    rhythm: Rhythm, expected: list[str]
) -> None:
    assert dates(rhythm, date(2026, 1, 1), 9, FESTIVALS) == expected


@pytest.mark.parametrize(
    ("rhythm", "waits"),
    [
        (of_festival("春节"), True),
        (of_festival("中秋"), True),
        (of_festival("春节", until_on=date(2027, 12, 31)), False),
        (of_festival("春节", starts_on=START, count=2), False),
        (of_festival("春节", starts_on=START, count=3), True),
        (Rhythm(ScheduleKind.YEARLY, month=2, day_of_month=6, at=AT), False),
    ],
)
def test_a_festival_waits_for_the_days_that_are_not_known_unless_it_ended(
    rhythm: Rhythm, waits: bool
) -> None:
    after = datetime(2028, 1, 1, tzinfo=ZONE)
    assert awaits(rhythm, after, ZONE, FESTIVALS) is waits


def test_every_third_day_is_counted_from_the_start() -> None:
    rhythm = Rhythm(ScheduleKind.DAILY, at=AT, every=3, starts_on=START)
    assert dates(rhythm, date(2025, 1, 1), 3) == ["2026-01-07", "2026-01-10", "2026-01-13"]
    assert dates(rhythm, date(2026, 1, 11), 1) == ["2026-01-13"]


def test_every_other_week_is_counted_from_the_week_of_the_start() -> None:
    rhythm = Rhythm(
        ScheduleKind.WEEKLY, days=("thu", "mon"), at=AT, every=2, starts_on=START
    )  # the Monday of that week is over
    assert dates(rhythm, date(2026, 1, 1), 4) == [
        *("2026-01-08", "2026-01-19", "2026-01-22", "2026-02-02"),
    ]


def test_the_31st_of_a_short_month_is_its_last_day() -> None:
    rhythm = Rhythm(ScheduleKind.MONTHLY, at=AT, day_of_month=31)
    assert dates(rhythm, date(2028, 1, 1), 4) == [
        *("2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"),
    ]


def test_a_second_tuesday_and_a_last_friday_are_found() -> None:
    second = Rhythm(ScheduleKind.MONTHLY_WEEKDAY, at=AT, days=("tue",), nth=2)
    assert dates(second, date(2026, 1, 1), 3) == ["2026-01-13", "2026-02-10", "2026-03-10"]
    last = Rhythm(ScheduleKind.MONTHLY_WEEKDAY, at=AT, days=("fri",), nth=LAST)
    assert dates(last, date(2026, 1, 1), 3) == ["2026-01-30", "2026-02-27", "2026-03-27"]


def test_the_29th_of_february_is_the_28th_in_a_common_year() -> None:
    rhythm = Rhythm(ScheduleKind.YEARLY, at=AT, month=2, day_of_month=29)
    assert dates(rhythm, date(2027, 1, 1), 3) == ["2027-02-28", "2028-02-29", "2029-02-28"]


def test_dates_that_are_left_out_do_not_count() -> None:
    rhythm = Rhythm(
        ScheduleKind.DAILY,
        at=AT,
        starts_on=date(2026, 9, 29),
        count=4,
        skip_on=frozenset({date(2026, 9, 30)}),
        skip_holidays=True,
    )
    four = ["2026-09-29", "2026-10-08", "2026-10-09", "2026-10-10"]
    assert dates(rhythm, date(2026, 9, 1), 9, HOLIDAYS) == four
    assert dates(rhythm, date(2026, 10, 9), 9, HOLIDAYS) == four[2:]
    assert dates(rhythm, date(2026, 10, 11), 9, HOLIDAYS) == []


def test_holidays_are_sent_on_unless_the_rhythm_says_otherwise() -> None:
    rhythm = Rhythm(ScheduleKind.DAILY, at=AT, until_on=date(2026, 10, 2))
    assert dates(rhythm, date(2026, 9, 30), 9, HOLIDAYS) == [
        *("2026-09-30", "2026-10-01", "2026-10-02"),
    ]


@pytest.mark.parametrize(
    ("days", "without_holidays", "until", "expected"),
    [
        (WEEKDAYS[:5], True, None, ["09-30", "10-08", "10-09", "10-10", "10-12"]),
        (WEEKDAYS[:5], False, None, ["09-30", "10-01", "10-02", "10-05", "10-06"]),
        (WEEKDAYS[:4], True, None, ["09-30", "10-08", "10-12", "10-13", "10-14"]),
        (WEEKDAYS[:6], True, None, ["09-30", "10-08", "10-09", "10-10", "10-12"]),
        (("sun",), True, None, ["10-11", "10-18", "10-25", "11-01", "11-08"]),
        (WEEKDAYS[:5], True, date(2026, 10, 10), ["09-30", "10-08", "10-09", "10-10"]),
    ],
)
def test_monday_to_friday_without_holidays_are_the_days_on_which_people_work(
    days: tuple[str, ...], without_holidays: bool, until: date | None, expected: list[str]
) -> None:
    rhythm = Rhythm(
        ScheduleKind.WEEKLY, days=days, at=AT, skip_holidays=without_holidays, until_on=until
    )
    found = dates(rhythm, date(2026, 9, 30), 5, load_holidays())
    assert found == [f"2026-{day}" for day in expected]


def test_a_working_weekend_may_be_left_out_as_any_day_and_counts_as_any() -> None:
    working_days = Rhythm(ScheduleKind.WEEKLY, days=WEEKDAYS[:5], at=AT, skip_holidays=True)
    saturday = date(2026, 10, 10)
    without = replace(working_days, skip_on=frozenset({saturday}))
    known = load_holidays()
    assert dates(without, date(2026, 10, 9), 2, known) == ["2026-10-09", "2026-10-12"]
    counted = replace(working_days, count=3, starts_on=date(2026, 10, 8))
    assert dates(counted, date(2026, 10, 1), 9, known)[-1] == "2026-10-10"
    instant = datetime.combine(date(2026, 10, 11), AT, tzinfo=ZONE)
    first = next_slots(working_days, instant - 4 * DAY, ZONE, 1, known)[0]
    caught_up = latest_slot(working_days, first, instant, ZONE, known)
    assert caught_up.astimezone(ZONE).date() == saturday


def test_once_is_once_and_never_again() -> None:
    rhythm = Rhythm(ScheduleKind.ONCE, once_at=NOW)
    assert next_slots(rhythm, NOW - DAY, ZONE, 3) == [NOW]
    assert next_slots(rhythm, NOW, ZONE, 3) == []
    assert next_slots(rhythm, NOW - DAY, ZONE, 0) == []
    assert latest_slot(rhythm, NOW, NOW + DAY, ZONE) == NOW
    local = Rhythm(ScheduleKind.ONCE, once_at=NOW.astimezone(ZONE))
    assert [slot.tzinfo for slot in next_slots(local, NOW - DAY, ZONE, 1)] == [UTC]


def test_an_event_that_is_not_named_has_no_slot() -> None:
    assert next_slots(before_event(3), NOW, ZONE, 3) == []
    assert latest_slot(before_event(3), NOW, NOW + DAY, ZONE) == NOW


@pytest.mark.parametrize(
    ("rhythm", "trigger"),
    [
        (Rhythm(ScheduleKind.DAILY, at=AT), {}),
        (weekly("sat", "mon", at=AT), {"day_of_week": "mon,sat"}),
        (Rhythm(ScheduleKind.MONTHLY, at=AT, day_of_month=28), {"day": 28}),
        (Rhythm(ScheduleKind.MONTHLY, at=AT, day_of_month=31), {"day": "last"}),
        *(
            (
                Rhythm(ScheduleKind.MONTHLY_WEEKDAY, at=AT, days=(day,), nth=nth),
                {"day": f"{name} {day}"},
            )
            for nth, name in ((1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (LAST, "last"))
            for day in WEEKDAYS
        ),
        (
            Rhythm(ScheduleKind.YEARLY, at=AT, month=2, day_of_month=29),
            {"month": 2, "day": "last"},
        ),
    ],
)
def test_apscheduler_finds_the_same_dates(rhythm: Rhythm, trigger: dict[str, str | int]) -> None:
    cron = CronTrigger(**trigger, hour=8, minute=30, timezone=ZONE)
    slots = next_slots(rhythm, NOW, ZONE, 30)
    expected, fire = [], NOW
    for _ in slots:
        fire = cron.get_next_fire_time(None, fire + timedelta(seconds=1))
        expected.append(fire)
    assert slots == expected


# Properties


def means(rhythm: Rhythm, day: date) -> bool:
    """Whether `day` is one of the rhythm's days, by looking at that day alone."""
    start = rhythm.starts_on or date(2024, 1, 1)
    last_of_month = (day + DAY).day == 1
    match rhythm.kind:
        case ScheduleKind.DAILY:
            return (day - start).days % rhythm.every == 0
        case ScheduleKind.WEEKLY:
            mondays = [each - each.weekday() * DAY for each in (start, day)]
            weeks = (mondays[1] - mondays[0]).days // 7
            its = WEEKDAYS[day.weekday()] in rhythm.days
            if rhythm.skip_holidays and set(rhythm.days) == set(WEEKDAYS[:5]):
                its = its or day in HOLIDAYS.working_weekends
            return weeks % rhythm.every == 0 and its
        case ScheduleKind.MONTHLY_WEEKDAY:
            nth = (day.day + 6) // 7
            last = (day + 7 * DAY).month != day.month
            return WEEKDAYS[day.weekday()] == rhythm.days[0] and (
                last if rhythm.nth == LAST else nth == rhythm.nth
            )
        case _:
            return (rhythm.kind is ScheduleKind.MONTHLY or day.month == rhythm.month) and (
                day.day == rhythm.day_of_month or (last_of_month and day.day < rhythm.day_of_month)
            )


def walked(rhythm: Rhythm, end: date) -> list[date]:
    """The dates of a rhythm up to `end`, found by a walk over all days."""
    first = rhythm.starts_on or date(2022, 12, 1)
    left_out = rhythm.skip_on | (HOLIDAYS.days_off if rhythm.skip_holidays else frozenset())
    days = (first + n * DAY for n in range((min(rhythm.until_on or end, end) - first).days + 1))
    found = [day for day in days if means(rhythm, day) and day not in left_out]
    return found[: rhythm.count]


@settings(max_examples=200)
@given(rhythm=recurring(), after=INSTANTS, name=st.sampled_from(ZONES))
def test_slots_are_those_that_a_walk_over_all_days_finds(
    rhythm: Rhythm, after: datetime, name: str
) -> None:
    zone = ZoneInfo(name)
    end = date(2030, 12, 31)
    assert rhythm.at is not None
    expected = [instant_of(day, rhythm.at, zone) for day in walked(rhythm, end)]
    found = next_slots(rhythm, after, zone, 12, HOLIDAYS)
    within = [slot for slot in found if slot.astimezone(zone).date() <= end]
    assert within == [slot for slot in expected if slot > after][:12]
    assert all(slot.tzinfo is UTC for slot in found)
    assert all(a < b for a, b in pairwise(found))


@settings(max_examples=200)
@given(rhythm=recurring(), after=INSTANTS, name=st.sampled_from(ZONES), split=st.integers(1, 11))
def test_from_any_slot_on_the_same_slots_follow(
    rhythm: Rhythm, after: datetime, name: str, split: int
) -> None:
    zone = ZoneInfo(name)
    whole = next_slots(rhythm, after, zone, 12, HOLIDAYS)
    begun = next_slots(rhythm, after, zone, split, HOLIDAYS)
    assert begun == whole[:split]
    if len(begun) == split:
        rest = next_slots(rhythm, begun[-1], zone, 12 - split, HOLIDAYS)
        assert begun + rest == whole


@settings(max_examples=200)
@given(
    rhythm=recurring(),
    after=INSTANTS,
    name=st.sampled_from(ZONES),
    late=st.timedeltas(timedelta(), timedelta(days=500)),
)
def test_the_latest_slot_is_the_last_of_those_that_have_come(
    rhythm: Rhythm, after: datetime, name: str, late: timedelta
) -> None:
    zone = ZoneInfo(name)
    slots = next_slots(rhythm, after, zone, 600, HOLIDAYS)
    if slots:
        now = slots[0] + late
        expected = [slot for slot in slots if slot <= now][-1]
        assert latest_slot(rhythm, slots[0], now, zone, HOLIDAYS) == expected
        following = next_slots(rhythm, expected, zone, 1, HOLIDAYS)
        assert following == next_slots(rhythm, now, zone, 1, HOLIDAYS)


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


def test_a_first_slot_that_is_no_longer_the_rhythms_counts_as_one() -> None:
    first = datetime(2026, 3, 2, 9, tzinfo=ZONE)  # planned before the community changed its zone
    assert latest_slot(weekly("mon", at=AT), first, first + DAY, ZONE) == first


def test_centuries_of_sleep_are_jumped_and_not_walked() -> None:
    starts_on = date(1970, 1, 1)
    now = datetime(2960, 6, 15, tzinfo=UTC)
    for rhythm in (
        Rhythm(ScheduleKind.DAILY, at=AT, starts_on=starts_on, every=2),
        Rhythm(ScheduleKind.WEEKLY, at=AT, starts_on=starts_on, every=3, days=("tue",)),
        Rhythm(ScheduleKind.MONTHLY, at=AT, starts_on=starts_on, day_of_month=31),
        Rhythm(ScheduleKind.YEARLY, at=AT, starts_on=starts_on, month=2, day_of_month=29),
    ):
        [first] = next_slots(rhythm, datetime(1970, 1, 1, tzinfo=UTC), ZONE, 1)
        for _ in range(500):  # a walk over these days would take minutes
            latest = latest_slot(rhythm, first, now, ZONE)
            [following] = next_slots(rhythm, now, ZONE, 1)
        assert latest <= now < following
        assert next_slots(rhythm, latest, ZONE, 1) == [following]


def test_no_rhythm_goes_on_for_ever() -> None:
    end = datetime(2999, 12, 30, tzinfo=UTC)
    assert len(next_slots(Rhythm(ScheduleKind.DAILY, at=AT), end, ZONE, 9)) == 2
    assert next_slots(weekly(*WEEKDAYS, at=AT), end + 9 * DAY, ZONE, 9) == []


# Clocks that change, against a walk over every minute of UTC

HARD = (
    "Asia/Shanghai",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour
    "Africa/Cairo",  # 00:00 does not exist
    "America/Santiago",
    "Asia/Beirut",  # 23:00 comes twice
    "Africa/Casablanca",  # around Ramadan
    "America/Nuuk",  # 23:00 to 24:00 does not exist
    "Asia/Gaza",
    "Pacific/Chatham",  # 45 minutes beside the hour
)
QUARTER_HOURS = [time(*divmod(n * 15, 60)) for n in range(96)]
YEARS = (2024, 2025, 2026, 2027, 2031, 2037)


@cache
def changes(name: str) -> list[datetime]:
    """The hours of UTC before which clocks in a zone changed."""
    zone = ZoneInfo(name)
    found = []
    for year in YEARS:
        hours = (datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(366 * 24))
        shown = [(hour, hour.astimezone(zone).utcoffset()) for hour in hours]
        found += [b for (_, before), (b, after) in pairwise(shown) if before != after]
    return found or [datetime(2026, 3, 1, tzinfo=UTC)]


def minutes_shown(
    zone: ZoneInfo, begin: datetime, days: int
) -> Iterator[tuple[datetime, datetime]]:
    """Each minute of UTC with what clocks in `zone` then show."""
    for n in range(days * 24 * 60):
        instant = begin + n * MINUTE
        yield instant, instant.astimezone(zone).replace(tzinfo=None)


def first_minutes(zone: ZoneInfo, first: date, last: date) -> list[datetime]:
    """For each quarter hour from `first` to `last` the first minute that shows it or later."""
    days = [first + n * DAY for n in range((last - first).days + 1)]
    wanted = [datetime.combine(day, at) for day in days for at in QUARTER_HOURS]
    begin = datetime.combine(first - DAY, time(), tzinfo=UTC)
    found: list[datetime] = []
    for instant, shown in minutes_shown(zone, begin, len(days) + 3):
        while len(found) < len(wanted) and wanted[len(found)] <= shown:
            found.append(instant)
    return found


@pytest.mark.parametrize("name", HARD)
def test_around_every_change_of_clocks_each_date_has_one_slot_at_its_minute(name: str) -> None:
    zone = ZoneInfo(name)
    for change in changes(name):
        middle = change.astimezone(zone).date()
        first, last = middle - DAY, middle + DAY
        expected = first_minutes(zone, first, last)
        before = datetime.combine(first - 2 * DAY, time(), tzinfo=UTC)
        for number, at in enumerate(QUARTER_HOURS):
            rhythm = Rhythm(ScheduleKind.DAILY, at=at, starts_on=first, until_on=last)
            assert next_slots(rhythm, before, zone, 9) == expected[number::96], (change, at)


@pytest.mark.parametrize("name", HARD)
def test_the_oracle_of_the_benchmark_finds_the_same_minutes(name: str) -> None:
    zone = ZoneInfo(name)
    for change in changes(name)[:4]:
        middle = change.astimezone(zone).date()
        days = (middle - DAY, middle + DAY)
        found = list(zones.first_minutes(zones.clocks_of(name, days), days))
        expected = first_minutes(zone, *days)
        assert [datetime.fromtimestamp(minute * 60, UTC) for minute in found] == expected


def test_the_benchmark_notices_a_slot_at_a_wrong_minute() -> None:
    days = (date(2026, 3, 1), date(2026, 3, 31))
    new_york = zones.clocks_of("America/New_York", days)
    assert zones.differences("America/New_York", new_york, days) == 0
    # Toronto changes its clocks with New York; Havana changes them two hours earlier.
    assert zones.differences("America/Toronto", new_york, days) == 0
    assert 0 < zones.differences("America/Havana", new_york, days) <= 96
    outcome = zones.run(["America/New_York", "America/Toronto", "Asia/Beirut"], days)
    assert outcome.met
    assert outcome.details == {"zones": 3, "different_clocks": 2, "dates": 31, "wrong": {}}


@pytest.mark.parametrize(
    ("name", "missing"),
    [("Pacific/Apia", date(2011, 12, 30)), ("Pacific/Kwajalein", date(1993, 8, 21))],
)
def test_a_date_that_a_zone_left_out_fires_when_the_next_one_begins(
    name: str, missing: date
) -> None:
    zone = ZoneInfo(name)
    first, last = missing - DAY, missing + DAY
    expected = first_minutes(zone, first, last)
    before = datetime.combine(missing - 3 * DAY, time(), tzinfo=UTC)
    begins = datetime.combine(last, time(), tzinfo=zone).astimezone(UTC)
    for number, at in enumerate(QUARTER_HOURS):
        rhythm = Rhythm(ScheduleKind.DAILY, at=at, starts_on=first, until_on=last)
        slots = next_slots(rhythm, before, zone, 9)
        assert slots == sorted(set(expected[number::96])), "never twice at one instant"
        assert slots[1] == begins
        assert latest_slot(rhythm, slots[0], begins, zone) == begins
        shared = [missing, missing + DAY] if at == time() else [missing]
        assert dates_of(rhythm, begins, zone) == shared


def test_a_slot_stays_past_when_clocks_go_back_to_the_day_before_it() -> None:
    zone = ZoneInfo("America/St_Johns")  # 29 October 2006: from 00:01 back to 23:01 of the 28th
    daily = Rhythm(ScheduleKind.DAILY, at=time())
    slot = datetime(2006, 10, 29, 2, 30, tzinfo=UTC)
    now = slot + 15 * MINUTE
    assert now.astimezone(zone).date() == date(2006, 10, 28)
    assert latest_slot(daily, slot - DAY, now, zone) == slot
    assert next_slots(daily, now, zone, 1) == [slot + DAY + timedelta(hours=1)]


# After joining


def test_after_joining_every_day_is_a_slot_and_none_stands_for_another() -> None:
    rhythm = after_joining("basics", 3, AT)
    assert dates(rhythm, date(2026, 3, 2), 2) == ["2026-03-02", "2026-03-03"]
    first, second = next_slots(rhythm, NOW, ZONE, 2)
    assert latest_slot(rhythm, first, second + DAY, ZONE) == first
    assert next_slots(rhythm, first, ZONE, 1) == [second]


def test_the_third_day_after_joining_is_for_those_who_joined_three_dates_before() -> None:
    slot = datetime(2026, 3, 5, 8, 30, tzinfo=ZONE)
    assert joined_between(after_joining("basics", 3, AT), slot, ZONE) == (
        datetime(2026, 3, 2, tzinfo=ZONE),
        datetime(2026, 3, 3, tzinfo=ZONE),
    )


def test_with_no_days_between_who_joins_after_todays_slot_has_tomorrows() -> None:
    slot = datetime(2026, 3, 5, 8, 30, tzinfo=ZONE)
    assert joined_between(after_joining("basics", 0, AT), slot, ZONE) == (slot - DAY, slot)


def test_a_slot_in_the_night_can_show_the_date_after_its_own() -> None:
    nuuk = ZoneInfo("America/Nuuk")  # on 28 March 2026 clocks went from 23:00 to 00:00
    rhythm = after_joining("basics", 1, time(23, 30))
    slot, following = next_slots(rhythm, datetime(2026, 3, 28, 12, tzinfo=UTC), nuuk, 2)
    assert slot.astimezone(nuuk).date() == following.astimezone(nuuk).date() == date(2026, 3, 29)
    assert dates_of(rhythm, slot, nuuk) == [date(2026, 3, 28)]
    assert dates_of(rhythm, following, nuuk) == [date(2026, 3, 29)]


def test_a_slot_that_is_no_longer_the_rhythms_serves_the_date_it_shows() -> None:
    rhythm = after_joining("basics", 1, AT)
    moved = datetime(2026, 3, 5, 7, 30, tzinfo=ZONE)
    assert dates_of(rhythm, moved, ZONE) == [date(2026, 3, 5)]


@settings(max_examples=60)
@given(
    name=st.sampled_from((*HARD, "Pacific/Apia")),
    days=st.integers(0, 5),
    at=CLOCKS,
    number=st.integers(0, 11),
)
@example("Pacific/Apia", 0, time(), 0)
@example("Pacific/Apia", 1, time(), 0)
@example("Pacific/Apia", 2, time(), 0)
@example("Pacific/Apia", 2, time(8, 30), 0)
def test_whoever_joins_is_served_by_exactly_one_slot(
    name: str, days: int, at: time, number: int
) -> None:
    zone = ZoneInfo(name)
    rhythm = after_joining("basics", days, at)
    change = changes(name)[number % len(changes(name))]
    if name == "Pacific/Apia":
        change = datetime(2011, 12, 30, 10, tzinfo=UTC)
    slots = next_slots(rhythm, change - 4 * DAY, zone, 14)
    spans = [joined_between(rhythm, slot, zone) for slot in slots]
    for (_, ends), (begins, _) in pairwise(spans):
        assert ends == begins
    for slot, (begins, ends) in zip(slots, spans, strict=True):
        assert begins <= ends <= slot

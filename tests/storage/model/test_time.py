"""Days, hours and instants, against oracles that only step through UTC and look at the clock."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from storage.model.local_time import instant_of, just_before
from storage.model.period import (
    Period,
    day_of,
    half_year_of,
    month_of,
    quarter_of,
    year_of,
)
from storage.model.person import Quiet
from storage.model.quiet_hours import next_allowed
from storage.model.refusal import Refusal
from storage.model.typed.periods import parse_period

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

# Zones with the days on which their clocks changed, which are the days that matter.
CHANGES = {
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Asia/Beirut": [date(2026, 3, 29), date(2026, 10, 24)],  # 00:00 does not exist / 23:00 twice
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],  # half an hour
    "Europe/Lisbon": [date(2026, 3, 29), date(2026, 10, 25)],
    "Africa/Cairo": [date(2026, 4, 24), date(2026, 10, 29)],
    "Pacific/Apia": [date(2011, 12, 29), date(2011, 12, 30), date(2011, 12, 31)],  # a day left out
    "Asia/Shanghai": [date(1986, 5, 4), date(1991, 9, 15), date(2026, 2, 28)],
}


@cache
def minutes_around(zone: ZoneInfo, day: date) -> list[tuple[datetime, datetime]]:
    """Every UTC minute of some days around `day`, with what clocks in `zone` then show."""
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - 2 * DAY
    instants = [first + MINUTE * n for n in range(5 * 24 * 60)]
    return [(i, i.astimezone(zone).replace(tzinfo=None)) for i in instants]


def first_instant(zone: ZoneInfo, day: date, at: time) -> datetime:
    """The first minute at which clocks show the time; where it is left out, the first after it."""
    wanted = datetime.combine(day, at)
    shown = minutes_around(zone, day)
    exact = [instant for instant, local in shown if local == wanted]
    return exact[0] if exact else next(i for i, local in shown if local > wanted)


def days_of_changes() -> list[tuple[str, date]]:
    return [
        (name, day + DAY * step)
        for name, days in CHANGES.items()
        for day in days
        for step in (-1, 0, 1)
    ]


@pytest.mark.parametrize(("name", "day"), days_of_changes())
def test_a_time_of_day_is_the_first_instant_at_which_clocks_show_it(name: str, day: date) -> None:
    zone = ZoneInfo(name)
    for minute in range(0, 24 * 60, 5):
        at = time(minute // 60, minute % 60)
        assert instant_of(day, at, zone) == first_instant(zone, day, at), at


@pytest.mark.parametrize(("name", "day"), days_of_changes())
def test_just_before_a_day_is_an_earlier_one_and_a_moment_later_is_not(
    name: str, day: date
) -> None:
    zone = ZoneInfo(name)
    found = just_before(day, zone)
    assert found.tzinfo is UTC
    assert found.astimezone(zone).date() < day
    assert (found + timedelta(microseconds=1)).astimezone(zone).date() >= day


@given(
    day=st.dates(date(1990, 1, 1), date(2037, 12, 31)),
    at=st.times(),
    name=st.sampled_from(sorted(CHANGES)),
)
def test_an_instant_shows_the_time_that_was_asked_for_or_the_first_after_a_gap(
    day: date, at: time, name: str
) -> None:
    zone = ZoneInfo(name)
    found = instant_of(day, at, zone)
    assert found.tzinfo is UTC
    shown = found.astimezone(zone).replace(tzinfo=None)
    wanted = datetime.combine(day, at)
    if shown != wanted:
        assert shown > wanted
        before = (found - timedelta(microseconds=1)).astimezone(zone).replace(tzinfo=None)
        assert before < wanted


# Quiet hours

CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
QUIETS = st.builds(Quiet, CLOCKS, CLOCKS)


def is_quiet(at: datetime, quiet: Quiet, zone: ZoneInfo) -> bool:
    clock = at.astimezone(zone).time()
    if quiet.starts <= quiet.ends:
        return quiet.starts <= clock < quiet.ends
    return clock >= quiet.starts or clock < quiet.ends


@settings(max_examples=200)
@given(
    at=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    quiet=QUIETS,
)
@example(datetime(2026, 1, 1, 15, 59, 59, 999999, tzinfo=UTC), Quiet(time(22), time(7)))
@example(datetime(2026, 1, 1, 14, 0, tzinfo=UTC), Quiet(time(22), time(7)))
@example(datetime(2026, 1, 1, 23, 0, tzinfo=UTC), Quiet(time(22), time(7)))
@example(datetime(2026, 1, 1, 16, 0, tzinfo=UTC), Quiet(time(0), time(0)))
@example(datetime(2026, 1, 1, 16, 0, tzinfo=UTC), Quiet(time(22), time(0)))
def test_a_message_waits_for_the_first_minute_that_is_not_quiet(at: datetime, quiet: Quiet) -> None:
    found = next_allowed(at, quiet, SHANGHAI)
    assert found >= at
    assert not is_quiet(found, quiet, SHANGHAI)
    if found != at:
        assert is_quiet(at, quiet, SHANGHAI)
        assert is_quiet(found - timedelta(microseconds=1), quiet, SHANGHAI)
        assert found.astimezone(SHANGHAI).time() == quiet.ends
        assert found - at <= DAY


@settings(max_examples=300)
@given(
    change=st.sampled_from([(n, d) for n, days in CHANGES.items() for d in days]),
    minute=st.integers(0, 3 * 24 * 60),
    quiet=QUIETS,
)
@example(("America/New_York", date(2026, 3, 8)), 24 * 60 + 6 * 60, Quiet(time(22), time(2, 30)))
@example(
    ("America/New_York", date(2026, 11, 1)), 24 * 60 + 6 * 60 + 10, Quiet(time(22), time(1, 30))
)
@example(("Asia/Beirut", date(2026, 3, 29)), 22 * 60 - 5, Quiet(time(20), time(0, 30)))
def test_no_message_comes_in_quiet_hours_also_when_clocks_change(
    change: tuple[str, date], minute: int, quiet: Quiet
) -> None:
    zone, day = ZoneInfo(change[0]), change[1]
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - DAY + MINUTE * minute
    found = next_allowed(at, quiet, zone)
    assert found >= at
    assert not is_quiet(found, quiet, zone)
    # Two days where the only time that is not quiet was left out.
    assert found - at <= 2 * DAY + timedelta(hours=2)


def test_without_quiet_hours_or_with_equal_ends_nothing_waits() -> None:
    at = datetime(2026, 1, 1, 18, tzinfo=UTC)
    for quiet in (None, Quiet(time(2), time(2)), Quiet(time(0), time(0))):
        assert next_allowed(at, quiet, SHANGHAI) is at


# Periods


def test_a_year_of_shanghai_begins_at_four_in_the_afternoon_of_greenwich() -> None:
    starts, ends = year_of(date(2026, 5, 5)).bounds(SHANGHAI)
    assert starts == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert ends == datetime(2026, 12, 31, 16, tzinfo=UTC)


@given(
    day=st.dates(date(1990, 1, 1), date(2037, 12, 31)),
    name=st.sampled_from(sorted(set(CHANGES) - {"Pacific/Apia"})),
)
def test_days_follow_each_other_without_gap_or_overlap(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    starts, ends = Period(day, day).bounds(zone)
    assert ends == Period(day + DAY, day + DAY).bounds(zone)[0]
    tick = timedelta(microseconds=1)
    assert [day_of(i, zone) for i in (starts - tick, starts, ends - tick, ends)] == [
        *(day - DAY, day, day, day + DAY),
    ]


@given(day=st.dates(date(1990, 1, 1), date(2037, 12, 31)))
def test_months_quarters_and_halves_nest_and_hold_their_day(day: date) -> None:
    nested = [month_of(day), quarter_of(day), half_year_of(day), year_of(day)]
    assert all(p.first_on <= day <= p.last_on for p in nested)
    for inner, outer in pairwise(nested):
        assert outer.first_on <= inner.first_on
        assert inner.last_on <= outer.last_on
    assert all(p.first_on.day == 1 and (p.last_on + DAY).day == 1 for p in nested)


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "first_on", "last_on"),
    [
        ("", date(2026, 1, 1), date(2026, 12, 31)),
        (" 2025 ", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026h2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2024-2", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-03-01 2026-05-31", date(2026, 3, 1), date(2026, 5, 31)),
        ("2026-3-1..2026-3-1", date(2026, 3, 1), date(2026, 3, 1)),
        ("2026-03-01至2026-05-31", date(2026, 3, 1), date(2026, 5, 31)),
        ("2026-03-01~2026-05-31", date(2026, 3, 1), date(2026, 5, 31)),
        ("2026年", date(2026, 1, 1), date(2026, 12, 31)),
        ("去年", date(2025, 1, 1), date(2025, 12, 31)),
        ("前年下半年", date(2024, 7, 1), date(2024, 12, 31)),
        ("上半年", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026年3月", date(2026, 3, 1), date(2026, 3, 31)),
        ("2026年三月份", date(2026, 3, 1), date(2026, 3, 31)),
        ("２０２６－０３", date(2026, 3, 1), date(2026, 3, 31)),
        ("202603", date(2026, 3, 1), date(2026, 3, 31)),
        ("3月", date(2026, 3, 1), date(2026, 3, 31)),
        ("12月", date(2025, 12, 1), date(2025, 12, 31)),  # the latest that began
        ("去年3月", date(2025, 3, 1), date(2025, 3, 31)),
        ("上个月", date(2026, 10, 1), date(2026, 10, 31)),
        ("上月", date(2026, 10, 1), date(2026, 10, 31)),
        ("本月", date(2026, 11, 1), date(2026, 11, 30)),
        ("本季度", date(2026, 10, 1), date(2026, 12, 31)),
        ("上季度", date(2026, 7, 1), date(2026, 9, 30)),
        ("第三季度", date(2026, 7, 1), date(2026, 9, 30)),
        ("2025年一季度", date(2025, 1, 1), date(2025, 3, 31)),
        ("上周", date(2026, 11, 16), date(2026, 11, 22)),
        ("昨天", date(2026, 11, 22), date(2026, 11, 22)),
        ("11月20日", date(2026, 11, 20), date(2026, 11, 20)),
        ("12月5日", date(2025, 12, 5), date(2025, 12, 5)),
        ("12月5日（周六）", date(2026, 12, 5), date(2026, 12, 5)),  # the weekday says of which year
        ("2026-03-01", date(2026, 3, 1), date(2026, 3, 1)),
        ("周六", date(2026, 11, 21), date(2026, 11, 21)),
        ("近30天", date(2026, 10, 25), date(2026, 11, 23)),
        ("最近三个月", date(2026, 8, 24), date(2026, 11, 23)),
        ("3月到5月", date(2026, 3, 1), date(2026, 5, 31)),
        ("3-5月", date(2026, 3, 1), date(2026, 5, 31)),
        ("2025年3月—5月", date(2025, 3, 1), date(2025, 5, 31)),
        ("2025年11月～2026年2月", date(2025, 11, 1), date(2026, 2, 28)),
        ("11月至2月", date(2025, 11, 1), date(2026, 2, 28)),
        ("从3月1日到5月31日", date(2026, 3, 1), date(2026, 5, 31)),
        ("3月1日－5日", date(2026, 3, 1), date(2026, 3, 5)),
        ("2026-03-01-2026-05-31", date(2026, 3, 1), date(2026, 5, 31)),
        ("2024-2026", date(2024, 1, 1), date(2026, 12, 31)),
        ("3月至今", date(2026, 3, 1), date(2026, 11, 23)),
        ("今年以来", date(2026, 1, 1), date(2026, 11, 23)),
        ("March 2026", date(2026, 3, 1), date(2026, 3, 31)),
        ("last month", date(2026, 10, 1), date(2026, 10, 31)),
        ("Last Year", date(2025, 1, 1), date(2025, 12, 31)),
        ("this quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("Q3 2025", date(2025, 7, 1), date(2025, 9, 30)),
        ("first half of 2025", date(2025, 1, 1), date(2025, 6, 30)),
        ("last 7 days", date(2026, 11, 17), date(2026, 11, 23)),
        ("1 Mar to 31 May 2026", date(2026, 3, 1), date(2026, 5, 31)),
        ("since March", date(2026, 3, 1), date(2026, 11, 23)),
        ("全年", date(2026, 1, 1), date(2026, 12, 31)),  # our own buttons
        ("Half year", date(2026, 7, 1), date(2026, 12, 31)),
        ("２０２６", date(2026, 1, 1), date(2026, 12, 31)),  # as a Chinese keyboard may type it
    ],
)
def test_periods_are_read_as_staff_type_them(text: str, first_on: date, last_on: date) -> None:
    assert parse_period(text, TODAY) == Period(first_on, last_on)


@pytest.mark.parametrize(
    "text",
    [
        *("x", "26", "2026Q5", "2026Q0", "2026H3", "2026-13", "2026-0", "2026-02-30", "0000"),
        *("2026-02-30 2026-03-01", "2026-03-01 2026-03-32"),
        *("9999", "9999-12", "0001", "2026-01-01 9999-12-31", "11/20 3", "11.20 3", "11月20日 3"),
    ],
)
def test_an_unclear_period_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="stats.period_unclear|day.no_such_day"):
        parse_period(text, TODAY)


@pytest.mark.parametrize("text", ["2026-05-31 2026-03-01", "2026年5月至2026年3月", "2026-2025"])
def test_a_period_that_ends_before_it_begins_is_told(text: str) -> None:
    with pytest.raises(Refusal, match="stats.period_reversed"):
        parse_period(text, TODAY)


@given(text=st.text(max_size=24) | st.from_regex(r"\d{4}[-QH ]?[\d -]{0,20}", fullmatch=True))
def test_whatever_is_typed_is_a_period_that_can_be_counted_or_refused(text: str) -> None:
    try:
        period = parse_period(text, TODAY)
    except Refusal:
        return
    starts, ends = period.bounds(SHANGHAI)
    assert starts < ends

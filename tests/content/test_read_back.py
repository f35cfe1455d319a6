"""What our own screens print can be typed back to us, in either language."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import zones
from content.screens.periods import named
from content.screens.schedules import MONTHS, Clock, moment
from content.texts import load_texts
from storage.model.calendar import Calendar
from storage.model.event_answers import NO_LIMIT
from storage.model.event_draft import EventDraft
from storage.model.holidays import Holidays
from storage.model.local_time import instant_of
from storage.model.period import SPANS, Period, month_of
from storage.model.rhythm import WEEKDAYS
from storage.model.typed.clocks import read_clock
from storage.model.typed.days import When, read_date, read_when
from storage.model.typed.numbers import read_number, read_reference
from storage.model.typed.periods import parse_period
from storage.model.typed.years import Lean
from tests.clock import monday_noon

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 23)
TEXTS = load_texts(SHANGHAI, monday_noon)
LANGUAGES = st.sampled_from(["zh", "en"])
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(DAYS, LANGUAGES, st.sampled_from(list(Lean)))
def test_a_day_that_was_printed_is_read_back(day: date, language: str, lean: Lean) -> None:
    say = TEXTS.in_(language)
    line = say.label("event.line_day", draft=EventDraft("key", day=day))
    for printed in (say.label("day.long", day=day), line):
        assert read_date(printed, TODAY, lean) == day


@given(DAYS, TIMES, LANGUAGES)
def test_a_moment_that_was_printed_is_read_back(day: date, at: time, language: str) -> None:
    say, instant = TEXTS.in_(language), instant_of(day, at, SHANGHAI)
    clock = Clock(monday_noon(), SHANGHAI, SHANGHAI)
    printed = (moment(say, instant, clock), say.label("community.clock", day=day, at=at))
    for each in printed:
        assert read_when(each, TODAY) == When(day, at)


@given(TIMES, LANGUAGES)
def test_a_clock_time_that_was_printed_is_read_back(at: time, language: str) -> None:
    draft = EventDraft("key", at=at)
    assert read_clock(TEXTS.in_(language).label("event.line_at", draft=draft)) == at


@given(DAYS, DAYS, LANGUAGES)
def test_a_period_that_was_printed_is_read_back(one: date, other: date, language: str) -> None:
    say, period = TEXTS.in_(language), Period(min(one, other), max(one, other))
    spans = [around(one) for around in SPANS.values()]
    for each in (period, Period(one, one), *spans):
        assert parse_period(named(say, each), TODAY) == each


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_buttons_of_the_figures_may_be_typed(language: str) -> None:
    for name, around in SPANS.items():
        assert parse_period(TEXTS.in_(language).label(f"stats.{name}"), TODAY) == around(TODAY)


@pytest.mark.parametrize(("language", "words"), [("zh", "{0}年{1}"), ("en", "{1} {0}")])
def test_months_and_weekdays_are_read_by_the_names_that_we_print(language: str, words: str) -> None:
    say = TEXTS.in_(language)
    for number, month in enumerate(MONTHS, start=1):
        typed = words.format(2025, say.label(f"day.{month}"))
        assert parse_period(typed, TODAY) == month_of(date(2025, number, 1))
    coming = [read_date(say.label(f"day.{day}"), TODAY) for day in WEEKDAYS]
    assert coming == [TODAY + timedelta(days=n) for n in range(7)]


@given(st.integers(1, 100_000), LANGUAGES)
def test_a_number_that_was_printed_is_read_back(number: int, language: str) -> None:
    draft = EventDraft("key", capacity=number)
    assert read_number(TEXTS.in_(language).label("event.line_capacity", draft=draft)) == number


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_limit_may_be_typed_as_its_button_and_its_line_say(language: str) -> None:
    say = TEXTS.in_(language)
    line = say.label("event.line_capacity", draft=EventDraft("key", capacity=NO_LIMIT))
    for typed in (say.label("event.no_limit"), line):
        calendar = Calendar(monday_noon(), SHANGHAI, Holidays())
        draft = EventDraft("key").answered("capacity", typed, calendar)
        assert draft.capacity == NO_LIMIT


@given(st.integers(2020, 2099), st.integers(1, 99_999_999))
def test_the_number_of_a_suggestion_is_read_back(year: int, sequence: int) -> None:
    number = f"{year}-{sequence:04}"
    for typed in (number, f"#{number}", f"编号 {number}", number.replace("-", "－")):
        assert read_reference(typed) == (year, sequence)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("key", ["Asia/Shanghai", "Asia/Urumqi", "Europe/London", "Asia/Kolkata"])
def test_a_city_is_read_back_with_its_offset(key: str, language: str) -> None:
    zone, now = ZoneInfo(key), datetime(2026, 11, 23, tzinfo=SHANGHAI)
    shown = TEXTS.in_(language).label("community.zone", name="", city=zones.city(zone, language))
    for typed in (shown, f"{zones.city(zone, language)}（{zones.offset(zone, now)}）"):
        found = zones.find(typed)
        assert found is not None
        assert now.astimezone(found).utcoffset() == now.astimezone(zone).utcoffset()

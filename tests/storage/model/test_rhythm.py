"""Rhythms: kept as text, and refused where they mean nothing."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.model.rhythm import (
    LAST,
    WEEKDAYS,
    Rhythm,
    ScheduleKind,
    after_joining,
    before_event,
    from_json,
    joined_on,
    slot_before,
    to_json,
)
from tests.storage.model.rhythms import RHYTHMS

AT = time(8, 30)
START = date(2026, 3, 2)


@given(rhythm=RHYTHMS)
def test_a_rhythm_comes_back_from_its_text_as_it_was(rhythm: Rhythm) -> None:
    assert from_json(to_json(rhythm)) == rhythm


def test_the_text_has_only_what_the_rhythm_says() -> None:
    rhythm = Rhythm(
        ScheduleKind.WEEKLY,
        days=("mon", "thu"),
        at=AT,
        every=2,
        starts_on=START,
        skip_on=frozenset({date(2026, 5, 4), date(2026, 3, 5)}),
        skip_holidays=True,
    )
    assert json.loads(to_json(rhythm)) == {
        "kind": "weekly",
        "days": ["mon", "thu"],
        "at": "08:30:00",
        "every": 2,
        "starts_on": "2026-03-02",
        "skip_on": ["2026-03-05", "2026-05-04"],
        "skip_holidays": True,
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "expected JSON"),
        ("{", "expected JSON"),
        ("[]", "expected an object"),
        ("{}", "expected kind to be one of once, daily"),
        ('{"kind": "hourly"}', "expected kind to be one of"),
        ('{"kind": ["once"]}', "expected kind to be one of"),
        ('{"kind": "daily", "at": "08:30", "color": 1}', "expected no color"),
        ('{"kind": "daily"}', "expected at"),
        ('{"kind": "daily", "at": "half past"}', "at: expected a clock time"),
        ('{"kind": "daily", "at": 8}', "at: expected a clock time"),
        ('{"kind": "daily", "at": "08:30+08:00"}', "expected a clock time without a zone"),
        ('{"kind": "daily", "at": "08:30", "every": "2"}', "every: expected a whole number"),
        ('{"kind": "daily", "at": "08:30", "every": true}', "every: expected a whole number"),
        ('{"kind": "daily", "at": "08:30", "until_on": null}', "until_on: expected a day"),
        ('{"kind": "daily", "at": "08:30", "skip_on": "2026-01-01"}', "expected a list of days"),
        ('{"kind": "daily", "at": "08:30", "skip_holidays": 1}', "expected true or false"),
        ('{"kind": "weekly", "at": "08:30", "days": "mon"}', "expected a list of weekdays"),
        ('{"kind": "weekly", "at": "08:30", "days": [1]}', "expected a list of weekdays"),
        ('{"kind": "once", "once_at": "2026-03-02T08:30:00"}', "expected an instant with its zone"),
    ],
)
def test_a_broken_text_is_refused_with_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match="^a rhythm") as raised:
        from_json(text)
    assert expected in str(raised.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3),
)


@given(
    values=st.dictionaries(
        st.sampled_from((*Rhythm.__dataclass_fields__, "color")), VALUES, max_size=6
    ),
    kind=st.sampled_from(ScheduleKind),
)
def test_whatever_the_text_is_it_is_a_rhythm_or_a_value_error(
    values: dict[str, Any], kind: ScheduleKind
) -> None:
    for each in ({"kind": kind} | values, {**values, "kind": kind}):
        try:
            rhythm = from_json(json.dumps(each))
        except ValueError as error:
            said = str(error)
        else:
            said = f"a rhythm {rhythm.kind}"
        assert said.startswith("a rhythm")


@given(text=st.text(max_size=40))
def test_any_text_at_all_is_refused_as_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="^a rhythm"):
        from_json(text)


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("once", {}, "expected once_at"),
        ("once", {"once_at": datetime(2026, 1, 1)}, "an instant with its zone"),  # noqa: DTZ001
        ("once", {"once_at": datetime(2026, 1, 1, tzinfo=UTC), "at": AT}, "expected no at"),
        ("daily", {"at": AT, "every": 0}, "every: expected a number from 1 to 366"),
        ("daily", {"at": AT, "every": 2}, "expected starts_on"),
        ("daily", {"at": AT, "count": 5}, "expected starts_on"),
        ("daily", {"at": AT, "starts_on": START, "count": 0}, "count: expected a number from 1"),
        ("daily", {"at": AT, "starts_on": date(3000, 1, 1)}, "a day from 1970-01-01 to 2999-12-31"),
        ("daily", {"at": AT, "skip_on": frozenset({date.min})}, "skip_on: expected each a day"),
        (
            "daily",
            {"at": AT, "starts_on": START, "until_on": START - timedelta(days=1)},
            "until_on not before starts_on",
        ),
        ("weekly", {"at": AT}, "expected days"),
        ("weekly", {"at": AT, "days": ("monday",)}, "days: expected some of mon, tue"),
        ("weekly", {"at": AT, "days": ("mon", "mon")}, "each once"),
        ("monthly", {"at": AT, "day_of_month": 32}, "day_of_month: expected a number from 1 to 31"),
        ("monthly", {"at": AT, "day_of_month": 1, "every": 2}, "expected no every"),
        ("monthly_weekday", {"at": AT, "days": ("tue", "wed"), "nth": 2}, "one weekday in days"),
        ("monthly_weekday", {"at": AT, "days": ("tue",), "nth": 5}, "1, 2, 3, 4 or -1"),
        ("yearly", {"at": AT, "month": 4, "day_of_month": 31}, "that the month has"),
        ("yearly", {"at": AT, "month": 13, "day_of_month": 1}, "month: expected"),
        ("after_joining", {"at": AT, "days_after": 3}, "expected course_id"),
        ("after_joining", {"at": AT, "course_id": "a", "days_after": -1}, "days_after: expected"),
        ("before_event", {"hours_before": -1}, "hours_before: expected"),
        ("before_event", {"hours_before": 2, "starts_on": START}, "expected no starts_on"),
    ],
)
def test_a_rhythm_that_means_nothing_is_refused(
    kind: str, given: dict[str, Any], expected: str
) -> None:
    with pytest.raises(ValueError, match=f"^a rhythm {kind}: ") as raised:
        Rhythm(ScheduleKind(kind), **given)
    assert expected in str(raised.value)


def test_what_every_kind_needs_is_enough() -> None:
    for rhythm in (
        Rhythm(ScheduleKind.ONCE, once_at=datetime(2026, 1, 1, tzinfo=UTC)),
        Rhythm(ScheduleKind.DAILY, at=AT),
        Rhythm(ScheduleKind.WEEKLY, days=WEEKDAYS, at=AT),
        Rhythm(ScheduleKind.MONTHLY, at=AT, day_of_month=31),
        Rhythm(ScheduleKind.MONTHLY_WEEKDAY, at=AT, days=("fri",), nth=LAST),
        Rhythm(ScheduleKind.YEARLY, at=AT, month=2, day_of_month=29),
        after_joining("basics", 0, AT),
        before_event(0),
    ):
        with pytest.raises(ValueError, match="expected no"):
            replace(rhythm, nth=1, hours_before=1)


def test_who_is_served_after_joining_joined_so_many_days_before() -> None:
    assert joined_on(after_joining("basics", 7, AT), date(2026, 3, 8)) == date(2026, 3, 1)
    assert joined_on(after_joining("basics", 0, AT), date(2026, 3, 8)) == date(2026, 3, 8)


def test_hours_before_an_event_are_elapsed_hours() -> None:
    new_york = ZoneInfo("America/New_York")
    starts_at = datetime(2026, 3, 8, 9, tzinfo=new_york)  # after a night of one hour less
    slot = slot_before(before_event(24), starts_at)
    assert starts_at.astimezone(UTC) - slot == timedelta(hours=24)
    assert slot.astimezone(new_york).hour == 8
    assert slot.tzinfo is UTC
    shanghai = datetime(2026, 3, 8, 9, tzinfo=timezone(timedelta(hours=8)))
    assert slot_before(before_event(2), shanghai) == datetime(2026, 3, 7, 23, tzinfo=UTC)

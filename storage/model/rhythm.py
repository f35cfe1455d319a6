"""Rhythms: when a schedule fires. Which instants that means is found in scheduler/calendar.py."""

import calendar
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from storage.model.holidays import MOVING

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST = -1  # the last such weekday of a month
# A day outside is a slip of the finger, and no rhythm goes on after the last of them.
FIRST_ON, LAST_ON = date(1970, 1, 1), date(2999, 12, 31)


class ScheduleKind(StrEnum):
    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    MONTHLY_WEEKDAY = "monthly_weekday"
    YEARLY = "yearly"
    FESTIVAL = "festival"
    AFTER_JOINING = "after_joining"
    BEFORE_EVENT = "before_event"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a schedule fires. Each kind has fields of its own; the others keep their defaults.

    - once: at the instant `once_at` (aware).
    - daily: every `every` days, counted from `starts_on`.
    - weekly: on `days`, every `every` weeks. Weeks begin on Monday; that of `starts_on` is the
      first one.
    - monthly: on the day `day_of_month`; in a month that is too short for it, on its last day.
    - monthly_weekday: on the `nth` (1 to 4, or LAST) of the one weekday in `days`.
    - yearly: on `day_of_month` of `month`; 29 February is the 28th in a common year.
    - festival: each year `away` days from the day of one that is on another each year (see
      storage.model.holidays). In a year of which that is not known, it has no date.
    - after_joining: `days_after` days after a person joined the course `course_id`.
    - before_event: `hours_before` elapsed hours before an event starts.

    All but the first and the last fire at the local clock time `at`. The recurring ones, daily to
    festival, may be bounded: no date before `starts_on` or after `until_on`, both included, and no
    more than `count` dates from `starts_on` on. The dates `skip_on` are left out, and statutory
    holidays too if `skip_holidays`; what is left out does not count. Monday to Friday without
    holidays are the working days: weekends that are worked in exchange belong to them.

    Raises ValueError naming what was expected.
    """

    kind: ScheduleKind
    once_at: datetime | None = None
    days: tuple[str, ...] = ()
    at: time | None = None
    every: int = 1
    day_of_month: int = 0
    nth: int = 0
    month: int = 0
    festival: str = ""
    away: int = 0
    course_id: str = ""
    days_after: int | None = None
    hours_before: int | None = None
    starts_on: date | None = None
    until_on: date | None = None
    count: int | None = None
    skip_on: frozenset[date] = frozenset()
    skip_holidays: bool = False

    @property
    def is_working_days(self) -> bool:
        workweek = self.kind is ScheduleKind.WEEKLY and set(self.days) == set(WEEKDAYS[:5])
        return workweek and self.skip_holidays

    def __post_init__(self) -> None:
        given = {name for name, default in _DEFAULTS.items() if getattr(self, name) != default}
        needed, possible = _FIELDS[self.kind]
        if missing := sorted(needed - given):
            raise ValueError(f"a rhythm {self.kind}: expected {', '.join(missing)}")
        if idle := sorted(given - needed - possible):
            raise ValueError(f"a rhythm {self.kind}: expected no {', '.join(idle)}")
        for name in sorted(given & _RULES.keys()):
            expected, holds = _RULES[name]
            if not holds(getattr(self, name)):
                raise ValueError(f"a rhythm {self.kind}: {name}: expected {expected}")
        for expected, holds in _TOGETHER:
            if not holds(self):
                raise ValueError(f"a rhythm {self.kind}: expected {expected}")


class NextSlots(Protocol):
    """The calendar: up to `count` slots of a rhythm after an instant, on the clock of `zone`."""

    def __call__(
        self, rhythm: Rhythm, after: datetime, zone: ZoneInfo, count: int
    ) -> list[datetime]: ...


@dataclass(frozen=True, slots=True)
class Calendar:
    """The district's own clock, and what a rhythm means on one."""

    zone: ZoneInfo
    next_slots: NextSlots


_DEFAULTS = {field.name: field.default for field in fields(Rhythm) if field.name != "kind"}
_LIMITS = frozenset({"starts_on", "until_on", "count", "skip_on", "skip_holidays"})


def _fields(needed: str, possible: frozenset[str] = frozenset()) -> tuple[frozenset[str], ...]:
    return frozenset(needed.split()), possible


# What each kind needs, and what it may have.
_FIELDS = {
    ScheduleKind.ONCE: _fields("once_at"),
    ScheduleKind.DAILY: _fields("at", _LIMITS | {"every"}),
    ScheduleKind.WEEKLY: _fields("at days", _LIMITS | {"every"}),
    ScheduleKind.MONTHLY: _fields("at day_of_month", _LIMITS),
    ScheduleKind.MONTHLY_WEEKDAY: _fields("at days nth", _LIMITS),
    ScheduleKind.YEARLY: _fields("at month day_of_month", _LIMITS),
    ScheduleKind.FESTIVAL: _fields("at festival", _LIMITS | {"away"}),
    ScheduleKind.AFTER_JOINING: _fields("at course_id days_after"),
    ScheduleKind.BEFORE_EVENT: _fields("hours_before"),
}


def _between(low: int, high: int) -> tuple[str, Callable[[Any], bool]]:
    return f"a number from {low} to {high}", lambda value: low <= value <= high


def _known_day(day: date) -> bool:
    return FIRST_ON <= day <= LAST_ON


_DAY = f"a day from {FIRST_ON} to {LAST_ON}"
_RULES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "once_at": (
        "an instant with its zone",
        lambda at: at.tzinfo is not None and _known_day(at.date()),
    ),
    "days": (
        f"some of {', '.join(WEEKDAYS)}, each once",
        lambda days: all(day in WEEKDAYS for day in days) and len(set(days)) == len(days),
    ),
    "at": ("a clock time without a zone", lambda at: at.tzinfo is None),
    "every": _between(1, 366),
    "day_of_month": _between(1, 31),
    "nth": (f"1, 2, 3, 4 or {LAST}", lambda nth: nth in (1, 2, 3, 4, LAST)),
    "month": _between(1, 12),
    "festival": (f"one of {', '.join(MOVING)}", lambda name: name in MOVING),
    "away": _between(-1, 31),
    "count": _between(1, 10_000),
    "days_after": _between(0, 3660),
    "hours_before": _between(0, 366 * 24),
    "starts_on": (_DAY, _known_day),
    "until_on": (_DAY, _known_day),
    "skip_on": (f"each {_DAY}", lambda days: all(map(_known_day, days))),
}
_TOGETHER: tuple[tuple[str, Callable[[Rhythm], bool]], ...] = (
    (
        "starts_on, from which every and count are counted",
        lambda r: r.starts_on is not None or (r.every == 1 and r.count is None),
    ),
    (
        "until_on not before starts_on",
        lambda r: r.starts_on is None or r.until_on is None or r.starts_on <= r.until_on,
    ),
    (
        "one weekday in days",
        lambda r: r.kind is not ScheduleKind.MONTHLY_WEEKDAY or len(r.days) == 1,
    ),
    (
        "a day_of_month that the month has in a leap year",
        lambda r: not r.month or r.day_of_month <= calendar.monthrange(2024, r.month)[1],
    ),
)


def after_joining(course_id: str, days: int, at: time) -> Rhythm:
    """A rhythm of its own for each person: `days` days after joining a course, at `at`."""
    return Rhythm(ScheduleKind.AFTER_JOINING, course_id=course_id, days_after=days, at=at)


def before_event(hours: int) -> Rhythm:
    """A rhythm of its own for each event: `hours` elapsed hours before it starts."""
    return Rhythm(ScheduleKind.BEFORE_EVENT, hours_before=hours)


def joined_on(rhythm: Rhythm, slot_on: date) -> date:
    """The local date on which those joined whom the slot of the date `slot_on` serves."""
    assert rhythm.days_after is not None  # it is a rhythm after_joining
    return slot_on - timedelta(days=rhythm.days_after)


def slot_before(rhythm: Rhythm, starts_at: datetime) -> datetime:
    """The slot, as aware UTC, of a rhythm before_event for an event that starts at `starts_at`."""
    assert rhythm.hours_before is not None  # it is a rhythm before_event
    return starts_at.astimezone(UTC) - timedelta(hours=rhythm.hours_before)


def to_json(rhythm: Rhythm) -> str:
    """`rhythm` as an object of JSON that has what differs from the defaults."""
    given = {name: getattr(rhythm, name) for name in _DEFAULTS}
    changed = {name: value for name, value in given.items() if value != _DEFAULTS[name]}
    return json.dumps({"kind": rhythm.kind, **changed}, default=_plain)


def from_json(text: str) -> Rhythm:
    """The rhythm that `to_json` wrote. Raises ValueError naming what was expected."""
    try:
        values = json.loads(text)
    except ValueError as error:
        raise ValueError(f"a rhythm: expected JSON, not {text!r}") from error
    if not isinstance(values, dict):
        raise ValueError(f"a rhythm: expected an object of JSON, not {text!r}")
    kind = values.pop("kind", None)
    if kind not in list(ScheduleKind):
        raise ValueError(f"a rhythm: expected kind to be one of {', '.join(ScheduleKind)}")
    if unknown := sorted(values.keys() - _DEFAULTS.keys()):
        raise ValueError(f"a rhythm {kind}: expected no {', '.join(unknown)}")
    read = {name: _read(name, value) for name, value in values.items()}
    return Rhythm(ScheduleKind(kind), **read)


def _plain(value: Any) -> Any:
    return sorted(map(_plain, value)) if isinstance(value, frozenset) else value.isoformat()


def _read(name: str, value: Any) -> Any:
    expected, read = _READ.get(name, ("a whole number", _whole))
    try:
        return read(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"a rhythm: {name}: expected {expected}, not {value!r}") from error


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:  # True is an int, too
            raise TypeError(value)
        return value

    return read


_whole = _exactly(int)
_list = _exactly(list)
_READ: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "once_at": ("an instant", datetime.fromisoformat),
    "days": ("a list of weekdays", lambda value: tuple(map(_exactly(str), _list(value)))),
    "at": ("a clock time", time.fromisoformat),
    "course_id": ("a text", _exactly(str)),
    "festival": ("a text", _exactly(str)),
    "starts_on": ("a day", date.fromisoformat),
    "until_on": ("a day", date.fromisoformat),
    "skip_on": ("a list of days", lambda value: frozenset(map(date.fromisoformat, _list(value)))),
    "skip_holidays": ("true or false", _exactly(bool)),
}

"""How a text as people type it answers what is asked of an event."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from storage.model.calendar import Calendar
from storage.model.event import check_capacity
from storage.model.refusal import Refusal
from storage.model.typed.clocks import read_time
from storage.model.typed.days import read_date, read_when
from storage.model.typed.numbers import read_number
from storage.model.typed.spans import Span, read_end, read_span, read_two_hours, says_end
from storage.model.typed.text import plain
from storage.model.typed.years import Lean

NO_LIMIT = 0
# No number; and two times among other words, for with an end alone they were read.
_NO_ANSWER = frozenset({"event.bad_number", "day.one_time"})
_END_OF_DAY = time(23, 59)
_UNLIMITED = (
    *("不限", "不限名额", "名额不限", "不限人数", "人数不限", "不限制", "没有限制", "无限制"),
    *("no limit", "no limits", "unlimited"),
)


@dataclass(frozen=True, slots=True)
class Times:
    """What a text says of the day, of when it starts, and of how long it takes."""

    day: date | None = None
    at: time | None = None
    lasts: timedelta | None = None


def reads(step: str, text: str, calendar: Calendar) -> bool:
    """Whether a text has the form of an answer to a step that is no mere text; also if what it says
    cannot be, which is told then."""
    try:
        match step:
            case "day":
                read_date(text, calendar.today, holidays=calendar.holidays)
            case "at":
                return _is_time(text, calendar)
            case "ends":
                return says_end(text)
            case _:
                read_capacity(text)
    except ValueError:
        return False
    except Refusal as refusal:
        return refusal.key not in _NO_ANSWER
    return True


def _is_time(text: str, calendar: Calendar) -> bool:
    """Whether it is a clock time, perhaps with its day or its end. Raises as `read_when`."""
    if read_span(text, calendar.today, calendar.holidays) is not None:
        return True
    try:
        read_time(text)
    except ValueError:
        if reads("day", text, calendar):
            return False
        return read_when(text, calendar.today, calendar.holidays).at is not None
    return True


def read_times(step: str, text: str, calendar: Calendar, lean: Lean = Lean.AHEAD) -> Times:
    """What is typed where a day or a time is asked; a day without its year is one to come, or one
    that was, as `lean` says. Raises Refusal."""
    if lean is Lean.BACK:
        with suppress(ValueError):
            return Times(read_date(text, calendar.today, lean, calendar.holidays))
    span = read_span(text, calendar.today, calendar.holidays)
    if span is None and step == "at":
        span = read_two_hours(text)
    if span is not None:
        return _of_span(span)
    try:
        if step == "day":
            return _day_first(text, calendar)
        return _time_first(text, calendar)
    except ValueError:
        raise Refusal("push.bad_time" if step == "at" else "day.not_understood") from None


def read_ending(text: str, starts: datetime, calendar: Calendar) -> Times:
    """What is typed where the end is asked, of what starts at a local time. Raises Refusal."""
    span = read_span(text, calendar.today, calendar.holidays)
    if span is not None:
        return _of_span(span)
    try:
        return Times(lasts=read_end(text, starts, calendar.holidays))
    except ValueError:
        raise Refusal("posting.bad_end") from None


def _of_span(span: Span) -> Times:
    return Times(span.day, span.at, span.lasts)


def _day_first(text: str, calendar: Calendar) -> Times:
    """Raises ValueError, also for a time without a day."""
    try:
        return Times(read_date(text, calendar.today, holidays=calendar.holidays))
    except ValueError:
        when = read_when(text, calendar.today, calendar.holidays)
    if when.day is None:
        raise ValueError(text)
    return Times(when.day, when.by_day)


def _time_first(text: str, calendar: Calendar) -> Times:
    """Raises ValueError."""
    try:
        return Times(at=read_time(text).by_day)
    except ValueError:
        when = read_when(text, calendar.today, calendar.holidays)
    return Times(when.day, when.by_day)


def read_capacity(text: str) -> int:
    """Raises Refusal; also for 0, by which nobody means "no limit"."""
    if plain(text) in _UNLIMITED:
        return NO_LIMIT
    try:
        capacity = read_number(text)
    except ValueError:
        raise Refusal("event.bad_number") from None
    check_capacity(capacity)
    return capacity


def read_deadline(text: str, starts_on: date, calendar: Calendar) -> tuple[date, time]:
    """The day until which one can sign up, and at what time: all of that day, if none is said; a
    time alone is on the day of the event. Raises Refusal."""
    try:
        when = _day_first(text, calendar)
    except ValueError:
        try:
            when = _time_first(text, calendar)
        except ValueError:
            raise Refusal("posting.bad_deadline") from None
    return when.day or starts_on, when.at or _END_OF_DAY

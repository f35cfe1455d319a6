"""Calendar arithmetic: which instants a rhythm means.

A rhythm is a row of periods (days, weeks, months or years, numbered), each with a few dates in it.
So the first date from any day on, and the last one up to it, are found without walking there. The
clock time is put into a date at the end (storage.model.local_time has the rule for clocks that
change): each local date has exactly one slot.

A date that a zone left out altogether (Pacific/Apia had no 30 December 2011) fires at the first
valid instant after it, like any time that is left out. Where the date after it fires at that same
instant, they share one slot.
"""

import calendar
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from storage.model.holidays import Holidays
from storage.model.local_time import instant_of
from storage.model.rhythm import (
    FIRST_ON,
    LAST,
    LAST_ON,
    WEEKDAYS,
    Rhythm,
    ScheduleKind,
    joined_on,
)

_DAY = timedelta(days=1)
_NONE = Holidays()


def next_slots(
    rhythm: Rhythm,
    after: datetime,
    zone: ZoneInfo,
    count: int,
    holidays: Holidays = _NONE,
) -> list[datetime]:
    """Up to `count` slots of `rhythm` later than the instant `after`, as aware UTC, in order.

    `zone` is the one of the audience's community; `holidays` are the days off, and the weekends
    that are worked instead. A rhythm after_joining has a slot every day, for those whom
    `joined_between` names; one before_event has none without its event
    (storage.model.rhythm.slot_before).
    """
    return list(islice(_slots(rhythm, after, zone, holidays), count))


def awaits(rhythm: Rhythm, after: datetime, zone: ZoneInfo, holidays: Holidays) -> bool:
    """Whether a rhythm that has no slot later than `after` will have one: it follows a festival, of
    whose coming days none is known yet, and has no end before them."""
    if rhythm.kind is not ScheduleKind.FESTIVAL:
        return False
    left_out = _Changes(rhythm.skip_on, _NONE.working_weekends, _festival_days(rhythm, holidays))
    return after.astimezone(zone).date() < _last_on(rhythm, rhythm.starts_on or FIRST_ON, left_out)


def latest_slot(
    rhythm: Rhythm,
    first: datetime,
    now: datetime,
    zone: ZoneInfo,
    holidays: Holidays = _NONE,
) -> datetime:
    """The last slot of `rhythm` that has come, from the slot `first` on: one catch-up for all.

    After joining it is `first`: each of those slots serves other people, so none stands for
    another. The slot that comes next is next_slots(rhythm, latest_slot(…), zone, 1), always.
    """
    if rhythm.kind not in _RECURRING:
        return first
    # Where clocks are set back across midnight, tomorrow has already begun once.
    begin, end = first.astimezone(zone).date(), now.astimezone(zone).date() + _DAY
    for day in _dates(rhythm, begin, end, holidays, backwards=True):
        if (slot := _slot(rhythm, day, zone)) <= now:
            return max(first, slot)
    return first


def dates_of(rhythm: Rhythm, slot: datetime, zone: ZoneInfo) -> list[date]:
    """The local dates whose slot `slot` is, in order.

    That is not always the date that clocks show: 23:30 of a day on which they go from 23:00 to
    00:00 comes at 00:00. And it is more than one where a zone left a whole date out.
    """
    shown = slot.astimezone(zone).date()
    # A slot that was planned before a zone changed its rules is none of the rhythm any more.
    return [day for day in (shown - _DAY, shown) if _slot(rhythm, day, zone) == slot] or [shown]


def joined_between(rhythm: Rhythm, slot: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants [from, to), as aware UTC, in which those joined whom a slot serves.

    They are the local date of the slot less the days of the rhythm (after_joining). With no days
    between they begin and end at slots, so that who joins after today's has tomorrow's. The spans
    of successive slots follow each other without gap or overlap.
    """
    days = dates_of(rhythm, slot, zone)
    if not rhythm.days_after:
        return _slot(rhythm, days[0] - _DAY, zone), slot
    begins, ends = joined_on(rhythm, days[0]), joined_on(rhythm, days[-1]) + _DAY
    return instant_of(begins, time(), zone), instant_of(ends, time(), zone)


def _slots(
    rhythm: Rhythm, after: datetime, zone: ZoneInfo, holidays: Holidays
) -> Iterator[datetime]:
    if rhythm.once_at is not None and rhythm.once_at > after:
        yield rhythm.once_at.astimezone(UTC)
    if rhythm.at is None:
        return
    for day in _dates(rhythm, after.astimezone(zone).date(), LAST_ON, holidays):
        slot = _slot(rhythm, day, zone)
        if slot > after:
            yield slot
            after = slot


def _slot(rhythm: Rhythm, day: date, zone: ZoneInfo) -> datetime:
    assert rhythm.at is not None  # every rhythm that has dates has it
    return instant_of(day, rhythm.at, zone)


def _dates(
    rhythm: Rhythm, begin: date, end: date, holidays: Holidays, *, backwards: bool = False
) -> Iterator[date]:
    """The dates of `rhythm` from `begin` to `end`, both included."""
    left_out, worked = rhythm.skip_on, _NONE.working_weekends
    if rhythm.skip_holidays:
        left_out |= holidays.days_off
    if rhythm.is_working_days:
        worked = holidays.working_weekends
    first = rhythm.starts_on or FIRST_ON
    changes = _Changes(left_out, worked, _festival_days(rhythm, holidays))
    begin, end = max(begin, first), min(end, _last_on(rhythm, first, changes))
    return _walk(rhythm, begin, end, changes, -1 if backwards else 1)


class _Changes(NamedTuple):
    """Dates that a rhythm leaves out, days of the week that it has besides, and its dates by year
    if it follows a festival."""

    left_out: frozenset[date]
    worked: frozenset[date]
    by_year: Mapping[int, date]


def _festival_days(rhythm: Rhythm, holidays: Holidays) -> Mapping[int, date]:
    days = holidays.festivals.get(rhythm.festival, {}).values()
    dates = [day + rhythm.away * _DAY for day in days]
    return {day.year: day for day in dates}


def _last_on(rhythm: Rhythm, first: date, changes: _Changes) -> date:
    """The date after which `rhythm` has none."""
    until = rhythm.until_on or LAST_ON
    if rhythm.count is None:
        return until
    days = _walk(rhythm, first, until, changes, 1)
    return next(islice(days, rhythm.count - 1, None), until)


def _walk(rhythm: Rhythm, begin: date, end: date, changes: _Changes, step: int) -> Iterator[date]:
    periods = range(_period_of(rhythm, begin), _period_of(rhythm, end) + 1)
    for period in periods[::step]:
        for day in _days_in(rhythm, period, changes)[::step]:
            if begin <= day <= end and day not in changes.left_out:
                yield day


_MONTHLY = (ScheduleKind.MONTHLY, ScheduleKind.MONTHLY_WEEKDAY)
_YEARLY = (ScheduleKind.YEARLY, ScheduleKind.FESTIVAL)
_RECURRING = (ScheduleKind.DAILY, ScheduleKind.WEEKLY, *_MONTHLY, *_YEARLY)


def _period_of(rhythm: Rhythm, day: date) -> int:
    """The number of the period of `rhythm` that `day` lies in."""
    if rhythm.kind in _YEARLY:
        return day.year
    if rhythm.kind in _MONTHLY:
        return day.year * 12 + day.month - 1
    return (day - _origin(rhythm)).days // _length(rhythm)


def _days_in(rhythm: Rhythm, period: int, changes: _Changes) -> list[date]:
    """The dates that `rhythm` has in a period, in order; of a week, also what is worked."""
    if rhythm.kind is ScheduleKind.FESTIVAL:
        return [changes.by_year[period]] if period in changes.by_year else []
    if rhythm.kind is ScheduleKind.YEARLY:
        return [_day_of_month(period, rhythm.month, rhythm.day_of_month)]
    if rhythm.kind in _MONTHLY:
        year, month = period // 12, period % 12 + 1
        if rhythm.kind is ScheduleKind.MONTHLY:
            return [_day_of_month(year, month, rhythm.day_of_month)]
        return [_nth_weekday(year, month, rhythm.nth, WEEKDAYS.index(rhythm.days[0]))]
    begins = _origin(rhythm) + timedelta(days=period * _length(rhythm))
    if rhythm.kind is not ScheduleKind.WEEKLY:
        return [begins]
    week = ((begins + n * _DAY, name) for n, name in enumerate(WEEKDAYS))
    return [day for day, name in week if name in rhythm.days or day in changes.worked]


def _origin(rhythm: Rhythm) -> date:
    """The day on which the period 0 of a rhythm of days or weeks begins."""
    first = rhythm.starts_on or FIRST_ON
    return first - first.weekday() * _DAY if rhythm.kind is ScheduleKind.WEEKLY else first


def _length(rhythm: Rhythm) -> int:
    """Days in a period of a rhythm of days or weeks."""
    return rhythm.every * 7 if rhythm.kind is ScheduleKind.WEEKLY else rhythm.every


def _day_of_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    first_weekday, length = calendar.monthrange(year, month)
    first = 1 + (weekday - first_weekday) % 7
    last = first + (length - first) // 7 * 7
    return date(year, month, last if nth == LAST else first + (nth - 1) * 7)

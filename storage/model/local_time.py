"""From a day and a clock time of a zone to an instant, also where clocks change."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant at which clocks in `zone` show `at` on `day`, as aware UTC.

    A time that comes twice (clocks set back) means the first; one that is left out (clocks set
    forward) means the first valid instant after it.
    """
    local = datetime.combine(day, at, tzinfo=zone)
    first = local.replace(fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return first
    # In a gap the two readings lie on both sides of the change: find the change between them.
    before, after = local.replace(fold=1).astimezone(UTC), first
    offset_after = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset_after:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def just_before(day: date, zone: ZoneInfo) -> datetime:
    """The last instant before `day` begins in `zone`, as aware UTC: to ask the calendar for what
    comes after it, with `day` itself."""
    return instant_of(day, time(), zone) - timedelta(microseconds=1)


_CLOCK = re.compile(r"(\d{1,2})[:：.点](\d{2}|半)?")
_DATE = re.compile(r"(?:(\d{4})[-./年])?(\d{1,2})[-./月](\d{1,2})[日号]?")


def read_clock(text: str) -> time:
    """Read a clock time as people type it: "8:30", "8：30", "8.30", "8点", "8点半".

    Raises ValueError.
    """
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    minutes = found[2] or "0"
    return time(int(found[1]), 30 if minutes == "半" else int(minutes))


def read_date(text: str, today: date) -> date:
    """Read a day as people type it: "12-5", "12月5日", "2026-12-05".

    Without a year it is the next such day from `today` on. Raises ValueError.
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    month, day = int(found[2]), int(found[3])
    if found[1]:
        return date(int(found[1]), month, day)
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)

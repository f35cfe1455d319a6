"""From a day and a clock time of a zone to an instant, also where clocks change."""

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

"""Quiet hours: a message that falls into them is moved to their end, never dropped."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.model.local_time import instant_of
from storage.model.person import Quiet

USUAL = Quiet(time(22), time(7))  # of whoever chose none


# How long before somebody's quiet hours a message comes that cannot wait for their end: a large
# audience takes its time, and the bot may be down for a while.
AHEAD = timedelta(hours=1)


def last_allowed(at: datetime, quiet: Quiet, zone: ZoneInfo) -> datetime:
    """The instant `AHEAD` of the quiet hours in which `at` lies; later if others end only then.

    Zones and what comes out are as in `next_allowed`.
    """
    local = at.astimezone(zone)
    evening = quiet.starts > quiet.ends and local.time().replace(tzinfo=None) < quiet.starts
    begin_at = instant_of(local.date() - timedelta(days=int(evening)), quiet.starts, zone)
    return min(next_allowed(begin_at - AHEAD, quiet, zone), begin_at - timedelta(minutes=1))


def next_allowed(at: datetime, quiet: Quiet | None, zone: ZoneInfo) -> datetime:
    """The first instant not before `at` that lies outside `quiet`.

    `at` is an aware instant, `quiet` is in local time of `zone`; the answer is aware UTC.
    Hours that wrap midnight (22:00-07:00) are understood; equal ends mean no quiet hours.
    """
    if quiet is None or quiet.starts == quiet.ends:
        return at
    local = at.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    wraps = quiet.starts > quiet.ends
    inside = (
        clock >= quiet.starts or clock < quiet.ends if wraps else quiet.starts <= clock < quiet.ends
    )
    if not inside:
        return at
    day = local.date() + timedelta(days=1 if wraps and clock >= quiet.starts else 0)
    ends = instant_of(day, quiet.ends, zone)
    if ends <= at:  # clocks were set back, and the end comes a second time
        ends = datetime.combine(day, quiet.ends, tzinfo=zone).replace(fold=1).astimezone(UTC)
    # Where a whole day was left out, the first instant after it may be quiet again.
    return next_allowed(ends, quiet, zone)

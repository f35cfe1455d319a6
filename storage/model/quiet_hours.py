"""Quiet hours: a message that falls into them is moved to their end, never dropped."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from storage.model.local_time import instant_of
from storage.model.person import Quiet

DEFAULT_QUIET_STARTS_HOUR = 22
DEFAULT_QUIET_ENDS_HOUR = 7


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

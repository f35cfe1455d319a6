"""When somebody is reminded of an event: as staff chose, but not in their quiet hours."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from storage.model.person import Quiet
from storage.model.quiet_hours import last_allowed, next_allowed

ENOUGH = timedelta(minutes=30)  # before an event: what comes later helps nobody who is on the way


def reminded_at(
    remind_at: datetime, starts_at: datetime, quiet: Quiet | None, zone: ZoneInfo, now: datetime
) -> datetime | None:
    """When somebody with these quiet hours (local times of `zone`) is reminded of an event for
    which staff chose `remind_at`; None if that is over.

    In quiet hours it waits for their end. Where that leaves less than ENOUGH before the event, it
    comes before they begin, if it is not too late for that.
    """
    if remind_at <= now:
        return None
    put_off = next_allowed(remind_at, quiet, zone)
    if quiet is None or put_off == remind_at or put_off + ENOUGH <= starts_at:
        return put_off
    early = last_allowed(remind_at, quiet, zone)
    if early > now:
        return early
    return put_off if put_off < starts_at else None

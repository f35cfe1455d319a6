"""Offers: a freed place is kept for the first in line, for a time in which they can answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from storage.model.person import Quiet
from storage.model.quiet_hours import next_allowed

HELD_FOR = timedelta(hours=2)
SHORTEST = timedelta(minutes=15)
SHARE = 4  # of the time that is left one offer takes a quarter: others in line have a chance, too
NEAR = timedelta(days=1)  # from when on before an event an offer comes at night, too


@dataclass(frozen=True, slots=True)
class Offer:
    """When somebody is told of a place that is kept for them, and until when it is."""

    told_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Times:
    """When an event starts, and until when one can sign up for it."""

    starts_at: datetime
    closes_at: datetime


def held_for(closes_at: datetime, now: datetime) -> timedelta:
    """For how long a seat is kept that comes free now: two hours, or a quarter of the time that is
    left before sign-up closes, and never beyond that."""
    left = closes_at - now
    return min(HELD_FOR, max(SHORTEST, left / SHARE), left)


def offer(times: Times, quiet: Quiet | None, zone: ZoneInfo, now: datetime) -> Offer:
    """An offer made `now` to somebody with these quiet hours (local times of `zone`); the event
    must take sign-ups still.

    In quiet hours they are told when these end, unless the event starts within a day: then at once.
    Their time to answer begins with the end of their quiet hours either way, if one can sign up for
    the event then; the place is kept meanwhile, so that nobody passes them in their sleep.
    """
    awake_at = next_allowed(now, quiet, zone)
    told_at = awake_at if times.starts_at - now > NEAR else now
    begins_at = awake_at if awake_at < times.closes_at else now
    return Offer(min(told_at, begins_at), begins_at + held_for(times.closes_at, begins_at))

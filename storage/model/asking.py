"""When somebody is asked about an event that is over: whether it took place, and how it was."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.model.local_time import instant_of
from storage.model.quiet_hours import USUAL, next_allowed

AFTERWARDS = timedelta(hours=1)  # after its end the organiser is asked,
MORNING = time(9)  # and again at this time of the next two days
TIMES = 3
FEEDBACK = time(10)  # of the next day those who came are asked how it was
LONG_AGO = timedelta(days=7)  # after this nobody is asked any more: the desk still says so


class Question(StrEnum):
    HELD = "held"  # did it take place?
    FEEDBACK = "feedback"  # how was it?


def asked_at(over_at: datetime, number: int, zone: ZoneInfo) -> datetime:
    """When it is asked for the `number`th time (1 to TIMES) whether it took place: an hour after
    its end, and on the mornings after that, by the clock of the district's `zone`. What falls into
    the night is asked when it is over."""
    first = next_allowed(over_at + AFTERWARDS, USUAL, zone)
    if number == 1:
        return first
    return instant_of(first.astimezone(zone).date() + timedelta(days=number - 1), MORNING, zone)


def asked_by_now(over_at: datetime, now: datetime, zone: ZoneInfo) -> int:
    """How often it should have been asked by now; 0 also for what is long ago."""
    if now > over_at + LONG_AGO:
        return 0
    return sum(asked_at(over_at, number, zone) <= now for number in range(1, TIMES + 1))


def feedback_at(over_at: datetime, zone: ZoneInfo) -> datetime:
    """When those who came are asked how it was: on the day after its end, by the clock of the
    district's `zone`."""
    return instant_of(over_at.astimezone(zone).date() + timedelta(days=1), FEEDBACK, zone)

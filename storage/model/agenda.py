"""What staff see of their events, by weeks and by months, and which of them need them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from storage.model.event import GOING_AHEAD, Event, EventState
from storage.model.page import Page

SOON = timedelta(days=7)  # from when on it matters how many have signed up


class Sign(StrEnum):
    """What an event needs of staff, or they of it."""

    DRAFT = "draft"
    CANCELLED = "cancelled"
    TO_CONFIRM = "to_confirm"  # it has begun, and nobody said yet whether it took place
    FULL = "full"
    FEW = "few"  # it begins soon, and less than half of its seats are taken


class Choice(StrEnum):
    """Which events staff look at, when not at those of some days."""

    MINE = "mine"
    TO_CONFIRM = "to_confirm"
    FULL = "full"


def sign_of(event: Event, now: datetime) -> Sign | None:
    """The one that matters most; None if there is nothing to do."""
    if event.state is EventState.DRAFT:
        return Sign.DRAFT
    if event.state is EventState.CANCELLED:
        return Sign.CANCELLED
    if event.state not in GOING_AHEAD:
        return None
    if event.is_over(now):
        return Sign.TO_CONFIRM
    if event.left == 0:
        return Sign.FULL
    few = event.capacity is not None and event.taken * 2 < event.capacity
    return Sign.FEW if few and event.starts_at <= now + SOON else None


@dataclass(frozen=True, slots=True)
class Week:
    """A page of the events of a week, which begins on the Monday `first_on`; in their order.
    `to_confirm`: how many wait for that, of all times."""

    first_on: date
    events: Page[Event]
    to_confirm: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many events a day has (cancelled ones are none of them), and how many with each sign."""

    day: date
    events: int
    signs: tuple[tuple[Sign, int], ...]


@dataclass(frozen=True, slots=True)
class Month:
    """The days of a month that have events."""

    first_on: date
    days: Sequence[DayCount]
    to_confirm: int


@dataclass(frozen=True, slots=True)
class Brief:
    """An event, and what is missing: `silent` is how many of those who may come have neither signed
    up nor cancelled, `confirmed` how many said again that they come. `nudged`: the silent were told
    again today."""

    event: Event
    silent: int
    confirmed: int
    nudged: bool


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def days_of_month(day: date) -> list[date]:
    """All days of the month in which `day` is."""
    first = day.replace(day=1)
    every = (first + timedelta(days=n) for n in range(31))
    return [each for each in every if each.month == first.month]


def nudge_key(event_id: int, day: date) -> str:
    """Under which those who are silent are told again: once a day."""
    return f"nudge-{event_id}-{day}"

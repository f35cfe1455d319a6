"""When somebody is reminded of an event: as staff chose, but not in their quiet hours; and which
of several events one message tells of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from storage.model.person import Quiet
from storage.model.quiet_hours import last_allowed, next_allowed

ENOUGH = timedelta(minutes=30)  # before an event: what comes later helps nobody who is on the way
LEADS = (2, 24, 48, 168)  # hours before an event at which staff may have people reminded
_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Moment:
    """One reminder of an event for one person: `hours` before it, `slot_at` as staff chose, `at` as
    their quiet hours have it."""

    hours: int
    slot_at: datetime
    at: datetime

    @property
    def is_alone(self) -> bool:
        """Whether they are reminded before the others, alone."""
        return self.at < self.slot_at


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


def slot_of(starts_at: datetime, hours: int) -> datetime:
    """The time that staff chose by `hours` before an event."""
    return starts_at - timedelta(hours=hours)


def moments(
    starts_at: datetime, leads: Iterable[int], quiet: Quiet | None, zone: ZoneInfo, now: datetime
) -> list[Moment]:
    """When somebody with these quiet hours is still reminded of an event, `leads` hours before it,
    the first time first."""
    found = []
    for hours in leads:
        slot_at = slot_of(starts_at, hours)
        at = reminded_at(slot_at, starts_at, quiet, zone, now)
        if at is not None:
            found.append(Moment(hours, slot_at, at))
    return sorted(found, key=lambda each: each.at)


def first(found: Sequence[Moment]) -> datetime | None:
    """When somebody is reminded for the first time; None: never."""
    return found[0].at if found else None


def to_come(starts_at: datetime, leads: Iterable[int], now: datetime) -> tuple[int, ...]:
    """Which of the `leads` are still to come, each once, the longest first."""
    some = sorted(set(leads), reverse=True)
    return tuple(hours for hours in some if slot_of(starts_at, hours) > now)


def leads_to_text(leads: Sequence[int]) -> str:
    """(24, 2) as "24,2": how a column keeps them."""
    return ",".join(map(str, leads))


def leads_from_text(text: str) -> tuple[int, ...]:
    """The other way round."""
    return tuple(int(hours) for hours in text.split(",") if hours)


def go_together(one: datetime, other: datetime, hours: int) -> bool:
    """Whether a reminder `hours` before tells of both events, which begin on the same day: from a
    day before on always, nearer only if they begin within half of that time of each other, so that
    the later one is not told of too soon."""
    return hours >= _A_DAY or abs(other - one) <= timedelta(hours=hours) / 2


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder of an event whose slot has come, and how many seats are taken there (`taken`)."""

    schedule_id: int
    event_id: int
    node_id: int
    slot_at: datetime
    starts_at: datetime
    taken: int


def in_rounds(due: Iterable[Due], most: int) -> list[list[Due]]:
    """Several at a time, for `most` people together."""
    rounds: list[list[Due]] = []
    people = most
    for each in due:
        if people + each.taken > most or not rounds:
            rounds.append([])
            people = 0
        rounds[-1].append(each)
        people += each.taken
    return rounds


@dataclass(frozen=True, slots=True)
class Told:
    """A reminder of one event that somebody was sent (`sent_at`), or is to get."""

    delivery_id: int
    event_id: int
    hours: int
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seated:
    """An event at which somebody holds a seat, and since when."""

    event_id: int
    starts_at: datetime
    since_at: datetime


def is_needless(mine: Told, seat: Seated, others: Iterable[tuple[Told, Seated]]) -> bool:
    """Whether somebody need not be told `mine`, a reminder of `seat`'s event, because another one
    that is sent, or goes first, says it: one of the same event that came due later, or one of
    another event of the day. `others` are those that were sent or are due, each with its event."""
    for each, its in others:
        if each.delivery_id == mine.delivery_id:
            continue
        if each.event_id == mine.event_id:
            if each.hours < mine.hours:
                return True
        elif each.hours == mine.hours and go_together(seat.starts_at, its.starts_at, mine.hours):
            if each.sent_at is not None:
                if each.sent_at >= seat.since_at:
                    return True
            elif (each.due_at, each.delivery_id) < (mine.due_at, mine.delivery_id):
                return True
    return False

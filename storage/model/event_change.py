"""Changing an event that was posted: what staff say of it, what is otherwise then, who is told."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from storage.model.audience import Audience
from storage.model.event import (
    Event,
    EventState,
    check_capacity,
    check_end,
    check_place,
    check_start,
    check_title,
)
from storage.model.event_details import NOTHING, Details, check_deadline
from storage.model.local_time import instant_of
from storage.model.period import day_of
from storage.model.refusal import Refusal

TOLD = frozenset({"starts_at", "ends_at", "place"})  # what somebody who comes has to know


@dataclass(frozen=True, slots=True)
class Facts:
    """What staff say of an event and may change. `remind_hours`: how long before it people are
    reminded, 0 for never."""

    category: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime | None
    capacity: int | None
    remind_hours: int
    deadline_at: datetime | None = None
    details: Details = NOTHING
    audience: Audience | None = None

    def check(self, now: datetime, *, begun: bool) -> None:
        """Raises Refusal for what no event may be; one that has `begun` stays in the past."""
        check_title(self.title)
        check_place(self.place)
        if self.capacity is not None:
            check_capacity(self.capacity)
        check_end(self.starts_at, self.ends_at)
        check_deadline(self.deadline_at, self.starts_at)
        if begun:
            check_begun(self.starts_at, now)
        else:
            check_start(self.starts_at, now)


def facts_of(event: Event, details: Details, audience: Audience | None = None) -> Facts:
    lead = event.starts_at - event.remind_at if event.remind_at else None
    return Facts(
        category=event.category,
        title=event.title,
        place=event.place,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        capacity=event.capacity,
        remind_hours=0 if lead is None else round(lead.total_seconds() / 3600),
        deadline_at=event.deadline_at,
        details=details,
        audience=audience,
    )


def changed(was: Facts, now: Facts) -> tuple[str, ...]:
    """The names of what is otherwise, in the order of the fields."""
    return tuple(
        field.name
        for field in fields(Facts)
        if getattr(was, field.name) != getattr(now, field.name)
    )


def is_told(was: Facts, now: Facts) -> bool:
    """Whether those who come have to know."""
    return not TOLD.isdisjoint(changed(was, now))


@dataclass(frozen=True, slots=True)
class EventChange:
    """From what staff saw to what they want: only what is otherwise between these is changed."""

    was: Facts
    to: Facts


@dataclass(frozen=True, slots=True)
class Concerned:
    """Who comes to some events: how many people hold a seat (or are offered one) at any of them,
    and how many hold none and wait for one. `in_line`: how many waits that are, each by event."""

    seated: int
    waiting: int
    in_line: int

    @property
    def people(self) -> int:
        return self.seated + self.waiting


@dataclass(frozen=True, slots=True)
class EventNews:
    """For somebody who comes: the event, what they knew of it, and what is. `overlaps`: title and
    begin of what else they signed up for at its new time, if it has one."""

    event: Event
    known: Facts
    is_now: Facts
    signed_up: bool
    overlaps: tuple[str, datetime] | None = None


def require_changeable(event: Event) -> None:
    """Raises Refusal."""
    if event.state is EventState.CANCELLED:
        raise Refusal("event.cancelled")


def require_room(capacity: int | None, taken: int) -> None:
    """Raises Refusal if more people come already: staff decide who goes, nobody is dropped."""
    if capacity is not None and capacity < taken:
        raise Refusal("posting.more_come", capacity=capacity, taken=taken, over=taken - capacity)


def check_begun(starts_at: datetime, now: datetime) -> None:
    """Raises Refusal for what has begun and would be to come."""
    if starts_at > now:
        raise Refusal("posting.was_held")


def check_day_begun(day: date, now: datetime, zone: ZoneInfo) -> None:
    """The same for its day. Raises Refusal."""
    if day > day_of(now, zone):
        raise Refusal("posting.was_held")


def in_series(was: Facts, wanted: EventChange, zone: ZoneInfo) -> Facts:
    """What another event of a series is to be by a change of one of them: it moves by as much, on
    the clocks of `zone`, and takes as long."""
    fields = changed(wanted.was, wanted.to)
    same = {name: getattr(wanted.to, name) for name in fields if not name.endswith("_at")}
    if len(same) == len(fields):
        return replace(was, **same)
    first, moved, here = (
        each.starts_at.astimezone(zone).replace(tzinfo=None)
        for each in (wanted.was, wanted.to, was)
    )
    starts = here + (moved - first)
    starts_at = instant_of(starts.date(), starts.time(), zone)
    ends, until = (
        at and starts_at + (at - wanted.to.starts_at)
        for at in (wanted.to.ends_at, wanted.to.deadline_at)
    )
    return replace(was, **same, starts_at=starts_at, ends_at=ends, deadline_at=until)

"""The events that staff manage: of a week, of a month, and those that need them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    select,
    text,
)

from storage.model.agenda import (
    SOON,
    Brief,
    Choice,
    DayCount,
    Month,
    Sign,
    Week,
    days_of_month,
    nudge_key,
)
from storage.model.audience import Audience, audience_from_json
from storage.model.event import GOING_AHEAD, Event, EventState
from storage.model.local_time import instant_of
from storage.model.page import TRACED, Page
from storage.model.period import day_of
from storage.model.person import Person
from storage.model.roles import Power
from storage.model.sign_up import SignUpState
from storage.queries import audience as audience_queries
from storage.queries import events as event_queries
from storage.queries.nodes import below
from storage.queries.pages import Listing, count, page_of
from storage.tables import broadcasts, events, nodes, sign_ups


@dataclass(frozen=True, slots=True)
class Look:
    """When staff look, and by whose clock their days begin."""

    now: datetime
    zone: ZoneInfo


_GOES_AHEAD = events.c.state.in_(GOING_AHEAD)
_FULL = and_(events.c.capacity.is_not(None), events.c.taken >= events.c.capacity)
_FEW = and_(events.c.capacity.is_not(None), events.c.taken * 2 < events.c.capacity)


def week(connection: Connection, person: Person, first_on: date, page: int, look: Look) -> Week:
    """A page of the events that `person` manages and that begin in the week from the Monday
    `first_on`."""
    begins, ends = (instant_of(first_on + timedelta(days=n), time(), look.zone) for n in (0, 7))
    these = _managed(person).where(events.c.starts_at >= begins, events.c.starts_at < ends)
    found = page_of(
        connection, _listing(these.order_by(events.c.starts_at, events.c.id)), page, TRACED
    )
    return Week(first_on, found, to_confirm(connection, person, look.now))


def month(connection: Connection, person: Person, day: date, look: Look) -> Month:
    """The days of the month of `day` on which events begin that `person` manages."""
    every = days_of_month(day)
    ends = [instant_of(each + timedelta(days=1), time(), look.zone) for each in every]
    given = {f"end_{n}": ends[min(n, len(ends) - 1)] for n in range(_MOST_DAYS)}
    given |= {"now": look.now, "soon": look.now + SOON}
    given |= {"begins": instant_of(every[0], time(), look.zone), "ends": ends[-1]}
    managed = _DAYS.where(below(*person.reach(Power.POST_EVENT)))
    days = [
        DayCount(every[row.day], row.events, _seen(row))
        for row in connection.execute(managed, given)
    ]
    return Month(every[0], days, to_confirm(connection, person, look.now))


def _seen(row: Row[Any]) -> tuple[tuple[Sign, int], ...]:
    return tuple((sign, number) for sign in _SIGNS if (number := row._mapping[sign]))


# `sign_of` as conditions.
_AHEAD = and_(_GOES_AHEAD, events.c.starts_at > bindparam("now"))
_SIGNS: dict[Sign, ColumnElement[bool]] = {
    Sign.TO_CONFIRM: and_(_GOES_AHEAD, events.c.starts_at <= bindparam("now")),
    Sign.FULL: and_(_AHEAD, _FULL),
    Sign.FEW: and_(_AHEAD, ~_FULL, _FEW, events.c.starts_at <= bindparam("soon")),
    Sign.DRAFT: events.c.state == EventState.DRAFT,
    Sign.CANCELLED: events.c.state == EventState.CANCELLED,
}
_MOST_DAYS = 31
# The first end of a day that comes after its begin: so days are told apart whatever their length.
_DAY = case(*((events.c.starts_at < bindparam(f"end_{n}"), n) for n in range(_MOST_DAYS)))
_DAYS = (
    select(
        _DAY.label("day"),
        func.count(case((events.c.state != EventState.CANCELLED, 1))).label("events"),
        *(func.count(case((holds, 1))).label(sign) for sign, holds in _SIGNS.items()),
    )
    .join(nodes, nodes.c.id == events.c.node_id)
    .where(events.c.starts_at >= bindparam("begins"), events.c.starts_at < bindparam("ends"))
    .group_by(text("day"))
    .order_by(text("day"))
)


def chosen(
    connection: Connection, person: Person, choice: Choice, page: int, now: datetime
) -> Page[Event]:
    """A page of the events of `person` of one choice: those they posted and those that are full, as
    far as they are to come, the soonest first; those to confirm, the latest first."""
    if choice is Choice.TO_CONFIRM:
        latest = _to_confirm(person, now).order_by(events.c.starts_at.desc(), events.c.id.desc())
        return page_of(connection, _listing(latest), page, TRACED)
    which = events.c.created_by == person.id if choice is Choice.MINE else _FULL
    coming = _managed(person).where(
        events.c.starts_at > now, events.c.state.in_((*GOING_AHEAD, EventState.DRAFT)), which
    )
    return page_of(
        connection, _listing(coming.order_by(events.c.starts_at, events.c.id)), page, TRACED
    )


def to_confirm(connection: Connection, person: Person, now: datetime) -> int:
    """How many events of `person` have begun, and nobody said yet whether they took place."""
    return count(connection, _listing(_to_confirm(person, now)))


def _to_confirm(person: Person, now: datetime) -> Select[Any]:
    return _managed(person).where(_GOES_AHEAD, events.c.starts_at <= now)


def _managed(person: Person) -> Select[Any]:
    return event_queries.EVENT.where(below(*person.reach(Power.POST_EVENT)))


def _listing(rows: Select[Any]) -> Listing[Event]:
    return Listing(rows, events.c.id, event_queries.event_of)


# One event


def brief(connection: Connection, event_id: int, person: Person, look: Look) -> Brief:
    """An event that `person` manages, and what is missing. Raises Refusal for any other."""
    event = event_queries.for_staff(connection, event_id, person)
    said = select(func.count()).where(
        sign_ups.c.event_id == event_id,
        sign_ups.c.state == SignUpState.SIGNED_UP,
        sign_ups.c.confirmed_at.is_not(None),
    )
    return Brief(
        event,
        silent=audience_queries.count(connection, silent(connection, event)),
        confirmed=int(connection.execute(said).scalar_one()),
        nudged=is_nudged(connection, event_id, look),
    )


def silent(connection: Connection, event: Event) -> Audience:
    """Whom an event is for, without those who signed up, wait, or cancelled."""
    kept = select(events.c.audience).where(events.c.id == event.id)
    given = connection.execute(kept).scalar_one()
    whole = Audience(event.node_id) if given is None else audience_from_json(given)
    return replace(whole, unanswered=event.id)


def is_nudged(connection: Connection, event_id: int, look: Look) -> bool:
    """Whether those who are silent were told again on the day of the look."""
    key = nudge_key(event_id, day_of(look.now, look.zone))
    told = select(broadcasts.c.id).where(broadcasts.c.draft_key == key)
    return connection.execute(told).first() is not None

"""Events as people see them."""

from dataclasses import fields, replace
from datetime import datetime, timedelta
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
    literal,
    or_,
    select,
    text,
    true,
)

from storage.model.event import GOING_AHEAD, STANDING, Event, EventCard, EventState
from storage.model.page import Page
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.reminder import Moment, first, leads_from_text, moments, to_come
from storage.model.roles import Power
from storage.model.sign_up import TAKING_PART, SignUp, SignUpState
from storage.queries.event_details import details_of
from storage.queries.event_reach import is_for
from storage.queries.nodes import below
from storage.queries.nodes import by_id as node_by_id
from storage.queries.pages import Listing, page_of
from storage.queries.people import quiet_of
from storage.queries.zones import zones
from storage.tables import events, nodes, persons, sign_ups

_NOT_GIVEN_BACK = (SignUpState.SIGNED_UP, SignUpState.OFFERED, SignUpState.WAITING)
SHOWN_AFTERWARDS = timedelta(days=30)


def card(
    connection: Connection, event_id: int, telegram_id: int, now: datetime, zone: ZoneInfo
) -> EventCard:
    """One event for the person with this Telegram id. `zone` is the district's.

    Raises Refusal("event.not_for_you") if there is no such event in reach of their community.
    """
    row = _row(connection, event_id, telegram_id)
    return replace(event_card(row), reminded_at=first(reminders(connection, row, now, zone)))


def sign_up(connection: Connection, event_id: int, telegram_id: int) -> SignUp:
    """The same with their language, for whoever pressed too late."""
    row = _row(connection, event_id, telegram_id)
    return SignUp(event_card(row), row.language, changed=False)


def _row(connection: Connection, event_id: int, telegram_id: int) -> Row[Any]:
    statement = cards_for(persons.c.telegram_id == telegram_id).where(events.c.id == event_id)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise Refusal("event.not_for_you")
    return row


def reminders(connection: Connection, row: Row[Any], now: datetime, zone: ZoneInfo) -> list[Moment]:
    """When the person of a row of `cards_for` is reminded of its event, if they hold a seat; the
    first time first."""
    leads = to_come(row.starts_at, leads_from_text(row.reminders), now)
    if not leads:
        return []
    home = zones(connection, zone).at(row.home_path)
    return moments(row.starts_at, leads, quiet_of(row), home, now)


def upcoming(connection: Connection, person: Person, now: datetime, page: int) -> Page[EventCard]:
    """A page of the events that have not begun: first those for which the person signed up, then
    the open ones of their community and district; the soonest first."""
    theirs = case((sign_ups.c.state.in_(_NOT_GIVEN_BACK), 0), else_=1)
    coming = (
        cards_for(persons.c.id == person.id)
        .where(
            events.c.state.in_(GOING_AHEAD),
            or_(events.c.state == EventState.OPEN, sign_ups.c.state.in_(_NOT_GIVEN_BACK)),
            events.c.starts_at > now,
        )
        .order_by(theirs, events.c.starts_at, events.c.id)
    )
    return page_of(connection, Listing(coming, events.c.id, event_card), page)


def by_id(connection: Connection, event_id: int) -> Event:
    """The event with this id. Raises Refusal("event.not_for_you") if there is none."""
    row = connection.execute(_BY_ID, {"of_event": event_id}).one_or_none()
    if row is None:
        raise Refusal("event.not_for_you")
    return event_of(row)


def managed(connection: Connection, person: Person, now: datetime, page: int) -> Page[Event]:
    """A page of the events that `person` manages: those to come and of the last month, the soonest
    first."""
    mine = EVENT.where(
        below(*person.reach(Power.POST_EVENT)), events.c.starts_at > now - SHOWN_AFTERWARDS
    ).order_by(events.c.starts_at, events.c.id)
    return page_of(connection, Listing(mine, events.c.id, event_of), page)


def of_day(connection: Connection, person: Person, starts: datetime, ends: datetime) -> Page[Event]:
    """The first events that `person` manages and that begin within [starts, ends)."""
    todays = EVENT.where(
        below(*person.reach(Power.POST_EVENT)),
        events.c.state.in_(sorted(STANDING)),
        events.c.starts_at >= starts,
        events.c.starts_at < ends,
    ).order_by(events.c.starts_at, events.c.id)
    return page_of(connection, Listing(todays, events.c.id, event_of), 0)


def for_staff(connection: Connection, event_id: int, person: Person) -> Event:
    """An event that `person` manages. Raises Refusal for any other."""
    event = by_id(connection, event_id)
    path = node_by_id(connection, event.node_id).path
    if not person.may_at(Power.POST_EVENT, path):
        raise Refusal("refused.not_yours")
    return event


_FIELDS = tuple(field.name for field in fields(Event))
EVENT = select(events, nodes.c.name.label("node_name")).join(nodes, nodes.c.id == events.c.node_id)
_BY_ID = EVENT.where(events.c.id == bindparam("of_event"))


_line = sign_ups.alias("line")
WAITING = (  # how many stand in line for each of `events`
    select(func.count())
    .select_from(_line)
    .where(text("line.state = 'waiting'"), _line.c.event_id == events.c.id)  # as in the index
    .correlate(events)
    .scalar_subquery()
)
_BEFORE = (
    select(func.count())
    .select_from(_line)
    .where(
        text("line.state = 'waiting'"),
        _line.c.event_id == events.c.id,
        _line.c.waiting_at < sign_ups.c.waiting_at,
    )
    .correlate(events, sign_ups)
    .scalar_subquery()
)


def cards_for(person: ColumnElement[bool]) -> Select[Any]:
    """Events in reach of one `person`: those of their own node and of the nodes above it, and
    those at which they hold a seat or wait for one, wherever they moved since."""
    home = nodes.alias("home")
    reach = home.c.path.like(nodes.c.path + literal("%"))
    return (
        select(
            events,
            nodes.c.name.label("node_name"),
            persons.c.id.label("person_id"),
            persons.c.language,
            *(persons.c.quiet_starts, persons.c.quiet_ends, home.c.path.label("home_path")),
            sign_ups.c.state.label("sign_up_state"),
            *(sign_ups.c.waiting_at, sign_ups.c.offered_until, sign_ups.c.seats),
            WAITING.label("waiting"),
            _BEFORE.label("before"),
        )
        .select_from(persons)
        .join(events, true())
        .join(nodes, nodes.c.id == events.c.node_id)
        .join(home, home.c.id == persons.c.node_id, isouter=True)
        .join(
            sign_ups,
            and_(sign_ups.c.event_id == events.c.id, sign_ups.c.person_id == persons.c.id),
            isouter=True,
        )
        .where(
            person,
            persons.c.left_at.is_(None),
            events.c.state != EventState.DRAFT,
            or_(is_for(reach), *(sign_ups.c.state == each for each in TAKING_PART)),
        )
    )


def event_card(row: Row[Any]) -> EventCard:
    """What `cards_for` selected, as the model has it."""
    state = row.sign_up_state
    return EventCard(
        event_of(row),
        signed_up=state == SignUpState.SIGNED_UP,
        details=details_of(row),
        waiting=row.waiting,
        place=row.before + 1 if state == SignUpState.WAITING else None,
        offered_until=row.offered_until if state == SignUpState.OFFERED else None,
        seats=row.seats if state in TAKING_PART else 1,
    )


def event_of(row: Row[Any]) -> Event:
    """Each field by the name of its column."""
    given = {name: getattr(row, name) for name in _FIELDS}
    read = {"state": EventState(row.state), "reminders": leads_from_text(row.reminders)}
    return Event(**given | read)

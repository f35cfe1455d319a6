"""Events as people see them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, literal, or_, select, true

from storage.model.event import PAGE, Event, EventCard, EventState, Seat, SignUp, SignUpState
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries.nodes import below
from storage.queries.nodes import by_id as node_by_id
from storage.tables import attendances, events, nodes, persons, sign_ups

LAST_PAGE = 1000
SHOWN_AFTERWARDS = timedelta(days=30)


def card(connection: Connection, event_id: int, telegram_id: int) -> EventCard:
    """One event for the person with this Telegram id.

    Raises Refusal("event.not_for_you") if there is no such event in reach of their community.
    """
    return sign_up(connection, event_id, telegram_id).card


def sign_up(connection: Connection, event_id: int, telegram_id: int) -> SignUp:
    """The same with their language, for whoever pressed too late."""
    statement = cards_for(persons.c.telegram_id == telegram_id).where(events.c.id == event_id)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise Refusal("event.not_for_you")
    return SignUp(event_card(row), row.language, changed=False)


def upcoming(connection: Connection, person: Person, now: datetime, page: int) -> list[EventCard]:
    """Open events of the person's community and district that have not begun, soonest first.

    A page of them (from 0), and one more if there is a next page.
    """
    statement = (
        cards_for(persons.c.id == person.id)
        .where(events.c.state == EventState.OPEN, events.c.starts_at > now)
        .order_by(events.c.starts_at, events.c.id)
        .limit(PAGE + 1)
        .offset(PAGE * min(page, LAST_PAGE))
    )
    return [event_card(row) for row in connection.execute(statement)]


def by_id(connection: Connection, event_id: int) -> Event:
    """The event with this id. Raises Refusal("event.not_for_you") if there is none."""
    row = connection.execute(_EVENT.where(events.c.id == event_id)).one_or_none()
    if row is None:
        raise Refusal("event.not_for_you")
    return _event(row)


def managed(connection: Connection, person: Person, now: datetime) -> list[Event]:
    """The events that `person` manages: those to come and of the last month, soonest first."""
    rows = connection.execute(
        _EVENT.where(
            below(*person.reach(Power.POST_EVENT)), events.c.starts_at > now - SHOWN_AFTERWARDS
        ).order_by(events.c.starts_at, events.c.id)
    )
    return [_event(row) for row in rows]


def roster_for(connection: Connection, event_id: int, person: Person) -> tuple[Event, list[Seat]]:
    """An event and its roster, for staff. Raises Refusal if `person` may not see it."""
    event = by_id(connection, event_id)
    path = node_by_id(connection, event.node_id).path
    if not person.may_at(Power.POST_EVENT, path):
        raise Refusal("refused.not_yours")
    return event, roster(connection, event_id)


def roster(connection: Connection, event_id: int) -> list[Seat]:
    """Who holds a seat, in the order they signed up; also who was ticked and gave it back then."""
    came = and_(attendances.c.id.is_not(None), attendances.c.withdrawn_at.is_(None))
    rows = connection.execute(
        select(persons.c.id, persons.c.name, attendances.c.id.label("ticked"), came.label("came"))
        .join(sign_ups, sign_ups.c.person_id == persons.c.id)
        .join(
            attendances,
            and_(
                attendances.c.event_id == sign_ups.c.event_id,
                attendances.c.person_id == persons.c.id,
            ),
            isouter=True,
        )
        .where(
            sign_ups.c.event_id == event_id,
            or_(sign_ups.c.state == SignUpState.SIGNED_UP, came),
        )
        .order_by(sign_ups.c.signed_up_at, sign_ups.c.id)
    )
    return [Seat(r.id, r.name, None if r.ticked is None else bool(r.came)) for r in rows]


_EVENT = select(events, nodes.c.name.label("node_name")).join(nodes, nodes.c.id == events.c.node_id)


def cards_for(person: ColumnElement[bool]) -> Select[Any]:
    """Events in reach of one `person`: those of their own node and of the nodes above it, and
    those at which they hold a seat, wherever they moved since."""
    home = nodes.alias("home")
    reach = home.c.path.like(nodes.c.path + literal("%"))
    return (
        select(
            events,
            nodes.c.name.label("node_name"),
            persons.c.id.label("person_id"),
            persons.c.language,
            sign_ups.c.state.label("sign_up_state"),
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
            or_(reach, sign_ups.c.state == SignUpState.SIGNED_UP),
        )
    )


def event_card(row: Row[Any]) -> EventCard:
    """What `cards_for` selected, as the model has it."""
    return EventCard(_event(row), signed_up=row.sign_up_state == SignUpState.SIGNED_UP)


def _event(row: Row[Any]) -> Event:
    return Event(
        id=row.id,
        node_id=row.node_id,
        node_name=row.node_name,
        category=row.category,
        title=row.title,
        place=row.place,
        starts_at=row.starts_at,
        capacity=row.capacity,
        taken=row.taken,
        state=EventState(row.state),
        remind_at=row.remind_at,
    )

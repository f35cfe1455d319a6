"""How events turned out."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from storage.model.event import Event
from storage.model.person import Person
from storage.model.sign_up import SignUpState
from storage.model.turnout import Turnout
from storage.queries import events as event_queries
from storage.tables import attendances, events, headcounts, sign_ups


def turnout_for(connection: Connection, event_id: int, person: Person) -> Turnout:
    """Of an event that `person` manages. Raises Refusal for any other."""
    return turnout(connection, event_queries.for_staff(connection, event_id, person))


def turnout(connection: Connection, event: Event) -> Turnout:
    """Of an event, as it is known now."""
    named = select(func.count()).where(
        attendances.c.event_id == event.id, attendances.c.withdrawn_at.is_(None)
    )
    nameless = select(func.coalesce(func.sum(headcounts.c.count), 0)).where(
        headcounts.c.event_id == event.id, headcounts.c.withdrawn_at.is_(None)
    )
    signed_up = select(func.count()).where(
        sign_ups.c.event_id == event.id, sign_ups.c.state == SignUpState.SIGNED_UP
    )
    every = (connection.execute(each).scalar_one() for each in (named, nameless, signed_up))
    return Turnout(event, *map(int, every))


def came_to_each() -> ColumnElement[Any]:
    """How many came to the event of a row of `events`, named or not."""
    named = (
        select(func.count())
        .where(attendances.c.event_id == events.c.id, attendances.c.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    nameless = (
        select(func.coalesce(func.sum(headcounts.c.count), 0))
        .where(headcounts.c.event_id == events.c.id, headcounts.c.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    return named + nameless

"""Which events somebody is to be asked about."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.model.asking import LONG_AGO, Question
from storage.model.event import GOING_AHEAD, Event
from storage.model.page import Page
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries.events import EVENT, event_of
from storage.queries.nodes import below
from storage.queries.pages import Listing, page_of
from storage.tables import askings, events

_OVER = func.coalesce(events.c.ends_at, events.c.starts_at)
_UNCONFIRMED = events.c.state.in_(sorted(GOING_AHEAD))


def unconfirmed_lately(connection: Connection, now: datetime) -> list[tuple[Event, int]]:
    """Events that began and of which nobody said whether they took place, as far as that is asked;
    each with how often it was asked."""
    asked = (
        select(func.coalesce(func.max(askings.c.number), 0))
        .where(askings.c.event_id == events.c.id, askings.c.question == Question.HELD)
        .scalar_subquery()
    )
    lately = EVENT.add_columns(asked.label("asked")).where(
        _UNCONFIRMED, events.c.starts_at <= now, now - LONG_AGO <= _OVER
    )
    return [(event_of(row), row.asked) for row in connection.execute(lately)]


def unconfirmed_of(connection: Connection, person: Person, now: datetime, page: int) -> Page[Event]:
    """A page of all those that `person` manages, the latest first."""
    mine = EVENT.where(
        below(*person.reach(Power.POST_EVENT)), _UNCONFIRMED, events.c.starts_at <= now
    ).order_by(events.c.starts_at.desc(), events.c.id.desc())
    return page_of(connection, Listing(mine, events.c.id, event_of), page)

"""Finding events, past ones and those to come."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_

from storage.model.event import Event, EventCard
from storage.model.local_time import instant_of
from storage.model.page import Page
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries.events import EVENT, cards_for, event_card, event_of
from storage.queries.nodes import below
from storage.queries.pages import Listing, page_of
from storage.tables import events, persons

MOST = 40  # on pages of buttons; whoever finds more types more


def managed(
    connection: Connection,
    person: Person,
    sought: str,
    days: Sequence[date],
    when: tuple[datetime, ZoneInfo],
) -> Page[Event]:
    """The events that `person` manages and that have all words of `sought` in their title, place or
    words, or begin on one of `days` of the zone: those to come, the soonest first, then those of
    the past, the latest first. One page."""
    now, zone = when
    found = EVENT.where(below(*person.reach(Power.POST_EVENT)), _matches(sought, days, zone))
    listing = Listing(found.order_by(*_order(now)), events.c.id, event_of)
    return page_of(connection, listing, 0, MOST)


def for_person(
    connection: Connection,
    person: Person,
    sought: str,
    days: Sequence[date],
    when: tuple[datetime, ZoneInfo],
) -> Page[EventCard]:
    """The same of the events that are for `person`."""
    now, zone = when
    found = cards_for(persons.c.id == person.id).where(_matches(sought, days, zone))
    listing = Listing(found.order_by(*_order(now)), events.c.id, event_card)
    return page_of(connection, listing, 0, MOST)


def _order(now: datetime) -> tuple[ColumnElement[object], ...]:
    past = case((events.c.starts_at > now, 0), else_=1)
    soonest = case((events.c.starts_at > now, events.c.starts_at))
    return past, soonest, events.c.starts_at.desc(), events.c.id


def _matches(sought: str, days: Sequence[date], zone: ZoneInfo) -> ColumnElement[bool]:
    texts = (events.c.title, events.c.place, events.c.words)
    has_words = and_(
        *(
            or_(*(func.lower(each).contains(word.lower(), autoescape=True) for each in texts))
            for word in sought.split()
        )
    )
    spans = [
        and_(
            events.c.starts_at >= instant_of(day, time(), zone),
            events.c.starts_at < instant_of(day + timedelta(days=1), time(), zone),
        )
        for day in days
    ]
    return or_(has_words, *spans)

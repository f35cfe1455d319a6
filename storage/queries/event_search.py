"""Finding events, past ones and those to come."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from storage.dialects import holds
from storage.model.event import Event, EventCard
from storage.model.local_time import instant_of
from storage.model.page import Page
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries.events import EVENT, cards_for, event_card, event_of
from storage.queries.nodes import below
from storage.queries.pages import Listing, page_of
from storage.tables import events, nodes, persons, sign_ups

MOST = 40  # on pages of buttons; whoever finds more types more
_ENOUGH = 500  # of which MOST are surely for whoever asks


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
    theirs = select(nodes.c.id).where(below(*person.reach(Power.POST_EVENT)))
    matches = _matches(connection.dialect.name, sought, days, zone)
    some = _candidates(connection, (events.c.node_id.in_(theirs), matches), now)
    found = EVENT.where(events.c.id.in_(some))
    return page_of(
        connection, Listing(found.order_by(*_order(now)), events.c.id, event_of), 0, MOST
    )


def for_person(
    connection: Connection,
    person: Person,
    sought: str,
    days: Sequence[date],
    when: tuple[datetime, ZoneInfo],
) -> Page[EventCard]:
    """The same of the events that are for `person`."""
    now, zone = when
    home = nodes.alias("home")
    above = (
        select(nodes.c.id)
        .join(home, home.c.path.startswith(nodes.c.path))
        .where(home.c.id == person.node_id)
    )
    seats = select(sign_ups.c.event_id).where(sign_ups.c.person_id == person.id)
    theirs = or_(events.c.node_id.in_(above), events.c.id.in_(seats))
    matches = _matches(connection.dialect.name, sought, days, zone)
    some = _candidates(connection, (theirs, matches), now)
    found = cards_for(persons.c.id == person.id).where(events.c.id.in_(some))
    listing = Listing(found.order_by(*_order(now)), events.c.id, event_card)
    return page_of(connection, listing, 0, MOST)


def _candidates(
    connection: Connection, conditions: tuple[ColumnElement[bool], ...], now: datetime
) -> list[int]:
    """The ids of the events that meet these `conditions`; of many, those nearest to now.

    What is rare is found by looking at every event once, and all of it is sorted afterwards; what
    is not is soon found in the order of time. Nothing else is joined while so many are looked at.
    """
    matching = select(events.c.id).where(*conditions)
    found = list(connection.execute(matching.limit(_ENOUGH)).scalars())
    if len(found) < _ENOUGH:
        return found
    coming = matching.where(events.c.starts_at > now).order_by(events.c.starts_at)
    past = matching.where(events.c.starts_at <= now).order_by(events.c.starts_at.desc())
    return [
        each
        for some in (coming, past)
        for each in connection.execute(some.limit(_ENOUGH)).scalars()
    ]


def _order(now: datetime) -> tuple[ColumnElement[object], ...]:
    past = case((events.c.starts_at > now, 0), else_=1)
    soonest = case((events.c.starts_at > now, events.c.starts_at))
    return past, soonest, events.c.starts_at.desc(), events.c.id


def _matches(
    dialect: str, sought: str, days: Sequence[date], zone: ZoneInfo
) -> ColumnElement[bool]:
    has_words = and_(*(_has(dialect, word) for word in sought.split()))
    spans = [
        and_(
            events.c.starts_at >= instant_of(day, time(), zone),
            events.c.starts_at < instant_of(day + timedelta(days=1), time(), zone),
        )
        for day in days
    ]
    return or_(has_words, *spans)


def _has(dialect: str, word: str) -> ColumnElement[bool]:
    """Whether an event has a word in one of its texts. Chinese has no letters of two cases."""
    texts: tuple[ColumnElement[str], ...] = (events.c.title, events.c.place, events.c.words)
    if word.lower() == word.upper():
        return or_(*(holds(dialect, each, word) for each in texts))
    return or_(*(holds(dialect, func.lower(each), word.lower()) for each in texts))

"""Events that are drafts or of a series, and signing up for them, closed and opened again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, update

from storage.actions import moves
from storage.actions.event_changes import change
from storage.actions.events import cancel, insert_event, remind, tell
from storage.actions.seats import offer_free_seats
from storage.model.event import Event, EventState, NewEvent
from storage.model.event_change import EventChange, Facts, facts_of, in_series
from storage.model.moves import Step
from storage.model.refusal import Refusal
from storage.model.reminder import slot_of
from storage.model.roles import Power
from storage.queries import events as event_queries
from storage.queries.event_details import audience_of, details
from storage.queries.event_series import to_come
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.tables import events

# Drafts


def save_draft(connection: Connection, by: int, new: NewEvent, now: datetime) -> Event:
    """Keep an event that only staff see: nobody is told, and nobody can sign up. The same draft
    saved twice is one. Raises Refusal as `post`."""
    event_id, _ = insert_event(connection, by, new, EventState.DRAFT, now)
    if new.remind_hours:
        at = slot_of(new.starts_at, new.remind_hours)
        here = update(events).where(events.c.id == event_id)
        connection.execute(here.values(remind_at=at))
    return event_queries.by_id(connection, event_id)


def publish(
    connection: Connection,
    by: int,
    event_id: int,
    wanted: EventChange | None,
    now: datetime,
    zone: ZoneInfo,
) -> Event:
    """Post a draft, perhaps with a change: now everybody is told. Raises Refusal if `by` may not,
    its time is over, or it is no draft any more."""
    if wanted is not None:
        change(connection, by, event_id, wanted, now, zone)
    facts = _facts(connection, _managed(connection, by, event_id))
    facts.check(now, begun=False)
    _move(connection, event_id, Step(EventState.OPEN, now, by), EventState.DRAFT)
    tell(connection, by, event_id, now)
    remind(connection, by, event_id, facts.remind_hours, now)
    return event_queries.by_id(connection, event_id)


def drop_draft(connection: Connection, by: int, event_id: int, now: datetime) -> None:
    """Raises Refusal if `by` may not, or it is no draft any more."""
    _managed(connection, by, event_id)
    _move(connection, event_id, Step(EventState.CANCELLED, now, by), EventState.DRAFT)


# Signing up


def close_sign_up(connection: Connection, by: int, event_id: int, now: datetime) -> None:
    """Nobody can sign up any more; who holds a seat keeps it. Raises Refusal if `by` may not."""
    _managed(connection, by, event_id)
    _move(connection, event_id, Step(EventState.CLOSED, now, by), EventState.OPEN)


def open_sign_up(
    connection: Connection, by: int, event_id: int, now: datetime, zone: ZoneInfo
) -> None:
    """The other way round; what came free meanwhile is offered to those in line. Raises Refusal if
    `by` may not, or it has begun."""
    if _managed(connection, by, event_id).is_over(now):
        raise Refusal("event.over")
    _move(connection, event_id, Step(EventState.OPEN, now, by), EventState.CLOSED)
    offer_free_seats(connection, event_id, now, zone)


# Series


def post_series(connection: Connection, by: int, every: Sequence[NewEvent], now: datetime) -> Event:
    """Post several events that are one series: people are told of the first, and find all of them
    in the list. Returns the first. Raises Refusal as `post`."""
    first, *later = every
    series_id, is_new = insert_event(connection, by, first, EventState.OPEN, now)
    if is_new:
        here = update(events).where(events.c.id == series_id)
        connection.execute(here.values(series_id=series_id))
        tell(connection, by, series_id, now)
        remind(connection, by, series_id, first.remind_hours, now)
    for each in later:
        member = replace(each, series_id=series_id)
        event_id, is_new = insert_event(connection, by, member, EventState.OPEN, now)
        if is_new:
            remind(connection, by, event_id, each.remind_hours, now)
    return event_queries.by_id(connection, series_id)


def change_series(
    connection: Connection,
    by: int,
    event_id: int,
    wanted: EventChange,
    now: datetime,
    zone: ZoneInfo,
) -> Event:
    """Change an event of a series, and all that come after it by the same: whoever comes to each
    of them is told of that. Raises Refusal as `change`."""
    after = change(connection, by, event_id, wanted, now, zone)
    for later in to_come(connection, replace(after, starts_at=wanted.was.starts_at)):
        if later.id != event_id:
            was = _facts(connection, later)
            moved = EventChange(was, in_series(was, wanted, zone))
            change(connection, by, later.id, moved, now, zone)
    return after


def cancel_series(connection: Connection, by: int, event_id: int, now: datetime) -> int:
    """Call off an event of a series and all that come after it; returns how many. Raises Refusal
    as `cancel`."""
    event = _managed(connection, by, event_id)
    every = {event.id, *(each.id for each in to_come(connection, event))}
    for each in sorted(every):
        cancel(connection, by, each, now)
    return len(every)


def _facts(connection: Connection, event: Event) -> Facts:
    audience = audience_of(connection, event.id)
    return facts_of(event, details(connection, event.id), audience)


def _managed(connection: Connection, by: int, event_id: int) -> Event:
    """Raises Refusal if `by` may not post there."""
    event = event_queries.by_id(connection, event_id)
    require(connection, by, Power.POST_EVENT, by_id(connection, event.node_id).path)
    return event


def _move(connection: Connection, event_id: int, step: Step, source: EventState) -> None:
    """Raises Refusal if it is in another state: a colleague was first, or it was pressed twice."""
    if not moves.move(connection, event_id, step, events.c.state == source):
        raise Refusal("posting.other_state")

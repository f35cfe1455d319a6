"""Posting and cancelling events."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from storage.actions.outbox import broadcast_cancellation, broadcast_event
from storage.dialects import insert_row
from storage.model.event import (
    CAPACITY_LIMIT,
    EVENT_MOVES,
    FARTHEST,
    PLACE_LIMIT,
    TITLE_LIMIT,
    Event,
    EventState,
)
from storage.model.moves import sources_of
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.visible import is_visible
from storage.queries import events as event_queries
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.tables import events


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What staff filled in. `draft_key` makes a repeated posting the same event."""

    draft_key: str
    node_id: int
    category: str
    title: str
    place: str
    starts_at: datetime
    capacity: int | None


def post(connection: Connection, by: int, new: NewEvent, now: datetime, zone: ZoneInfo) -> Event:
    """Post an event and owe a notice to everybody of its node.

    Raises Refusal if `by` may not post there or a value is out of bounds.
    """
    node = by_id(connection, new.node_id)
    require(connection, by, Power.POST_EVENT, node.path)
    known = connection.execute(
        select(events.c.id).where(events.c.draft_key == new.draft_key)
    ).scalar_one_or_none()
    if known is not None:
        return event_queries.by_id(connection, known)
    _check(new, now)
    event_id = insert_row(
        connection,
        events,
        node_id=new.node_id,
        category=new.category,
        title=new.title,
        place=new.place,
        starts_at=new.starts_at,
        capacity=new.capacity,
        state=EventState.OPEN,
        draft_key=new.draft_key,
        created_by=by,
        created_at=now,
    )
    broadcast_event(connection, event_id, node, now, zone)
    return event_queries.by_id(connection, event_id)


def cancel(connection: Connection, by: int, event_id: int, now: datetime, zone: ZoneInfo) -> Event:
    """Call an event off: whoever holds a seat is told, and notices not yet sent will not be.

    Raises Refusal if `by` may not, or it is cancelled already.
    """
    node_id = event_queries.by_id(connection, event_id).node_id
    node = by_id(connection, node_id)
    require(connection, by, Power.POST_EVENT, node.path)
    moved = connection.execute(
        update(events)
        .where(
            events.c.id == event_id,
            events.c.state.in_(sources_of(EVENT_MOVES, EventState.CANCELLED)),
        )
        .values(state=EventState.CANCELLED)
    ).rowcount
    if moved != 1:
        raise Refusal("event.cancelled")
    broadcast_cancellation(connection, event_id, node, now, zone)
    return event_queries.by_id(connection, event_id)


def _check(new: NewEvent, now: datetime) -> None:
    if not is_visible(new.title) or len(new.title) > TITLE_LIMIT:
        raise Refusal("event.title_length", limit=TITLE_LIMIT)
    if not is_visible(new.place) or len(new.place) > PLACE_LIMIT:
        raise Refusal("event.place_length", limit=PLACE_LIMIT)
    if new.capacity is not None and not 0 < new.capacity <= CAPACITY_LIMIT:
        raise Refusal("event.capacity_range", limit=CAPACITY_LIMIT)
    if new.starts_at <= now:
        raise Refusal("event.in_the_past")
    if new.starts_at > now + FARTHEST:
        raise Refusal("event.too_far")

"""Posting and cancelling events."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, select

from storage.actions import moves
from storage.actions.broadcasts import begin
from storage.actions.group_cards import owe_cards
from storage.actions.reminders import plan
from storage.actions.schedules import cancel_reminder
from storage.model.audience import Audience
from storage.model.broadcast import NewBroadcast
from storage.model.event import Event, EventState, NewEvent
from storage.model.kinds import DeliveryKind
from storage.model.moves import Step
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.schedule import usual_reminder
from storage.queries import events as event_queries
from storage.queries.event_details import audience_of, columns_of
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.tables import events

# What was filled in and has a column of the same name.
_FIELDS = [field.name for field in fields(NewEvent) if field.name in events.c]


def post(connection: Connection, by: int, new: NewEvent, now: datetime) -> Event:
    """Post an event, owe a notice to everybody of its node, and schedule its reminder.

    Raises Refusal if `by` may not post there or a value is out of bounds.
    """
    event_id, is_new = insert_event(connection, by, new, EventState.OPEN, now)
    if is_new:
        tell(connection, by, event_id, now)
        remind(connection, by, event_id, new.remind_hours, now)
    return event_queries.by_id(connection, event_id)


def insert_event(
    connection: Connection, by: int, new: NewEvent, state: EventState, now: datetime
) -> tuple[int, bool]:
    """Write an event down; its id, and whether it was not there before: the same draft twice is
    one event. Raises Refusal as `post`."""
    require(connection, by, Power.POST_EVENT, by_id(connection, new.node_id).path)
    known = connection.execute(
        select(events.c.id).where(events.c.draft_key == new.draft_key)
    ).scalar_one_or_none()
    if known is not None:
        return known, False
    new.check(now)
    values = {name: getattr(new, name) for name in _FIELDS} | columns_of(new.details)
    values["audience"] = new.audience and new.audience.to_json()
    step = Step(state, now, by)
    return moves.begin(connection, step, **values, created_by=by, created_at=now), True


def tell(connection: Connection, by: int, event_id: int, now: datetime) -> None:
    """Owe a notice of an event to everybody whom it is for; and if that is everybody of its place,
    a card to the groups there."""
    event = event_queries.by_id(connection, event_id)
    audience = audience_of(connection, event_id)
    notice = NewBroadcast(
        kind=DeliveryKind.EVENT_NOTICE,
        node_id=event.node_id,
        audience=audience or Audience(event.node_id),
        slot_at=now,
        subject_id=event_id,
        event_starts_at=event.starts_at,
        created_by=by,
    )
    begin(connection, notice, now)
    if audience is None:  # in a group everybody reads it
        owe_cards(connection, by, event, now)


def remind(
    connection: Connection, by: int, event_id: int, hours: int | None, now: datetime
) -> None:
    """Schedule the reminder of an event so many hours before it; None: as usual, 0: none."""
    event = event_queries.by_id(connection, event_id)
    lead = usual_reminder(event.starts_at, now) if hours is None else hours
    plan(connection, by, event, (lead,) if lead else (), now)


def cancel(connection: Connection, by: int, event_id: int, now: datetime) -> Event:
    """Call an event off: whoever holds a seat is told, and notices not yet sent will not be.

    Raises Refusal if `by` may not, it is cancelled already, or it has begun: who came, came.
    """
    event = event_queries.by_id(connection, event_id)
    node = by_id(connection, event.node_id)
    require(connection, by, Power.POST_EVENT, node.path)
    if event.is_over(now):
        raise Refusal("event.over")
    if not moves.move(connection, event_id, Step(EventState.CANCELLED, now, by)):
        raise Refusal("event.cancelled")
    cancel_reminder(connection, by, event_id, now)
    news = NewBroadcast(
        kind=DeliveryKind.EVENT_CANCELLED,
        node_id=node.id,
        audience=Audience(of_event=event_id, in_line=True),  # also who moved away since
        slot_at=now,
        subject_id=event_id,
        created_by=by,
    )
    begin(connection, news, now)
    return event_queries.by_id(connection, event_id)

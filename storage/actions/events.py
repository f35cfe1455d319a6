"""Posting and cancelling events."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, select

from storage.actions import moves
from storage.actions.broadcasts import begin
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
from storage.queries.event_details import columns_of
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.tables import events

# What was filled in and has a column of the same name.
_FIELDS = [field.name for field in fields(NewEvent) if field.name in events.c]


def post(connection: Connection, by: int, new: NewEvent, now: datetime) -> Event:
    """Post an event, owe a notice to everybody of its node, and schedule its reminder.

    Raises Refusal if `by` may not post there or a value is out of bounds.
    """
    node = by_id(connection, new.node_id)
    require(connection, by, Power.POST_EVENT, node.path)
    known = connection.execute(
        select(events.c.id).where(events.c.draft_key == new.draft_key)
    ).scalar_one_or_none()
    if known is not None:
        return event_queries.by_id(connection, known)
    new.check(now)
    hours = usual_reminder(new.starts_at, now) if new.remind_hours is None else new.remind_hours
    event_id = moves.begin(
        connection,
        Step(EventState.OPEN, now, by),
        **{name: getattr(new, name) for name in _FIELDS},
        **columns_of(new.details),
        created_by=by,
        created_at=now,
    )
    notice = NewBroadcast(
        kind=DeliveryKind.EVENT_NOTICE,
        node_id=node.id,
        audience=Audience(node.id),
        slot_at=now,
        subject_id=event_id,
        event_starts_at=new.starts_at,
        created_by=by,
    )
    begin(connection, notice, now)
    event = event_queries.by_id(connection, event_id)
    plan(connection, by, event, (hours,) if hours else (), now)
    return event_queries.by_id(connection, event_id)


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

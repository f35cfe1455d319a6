"""Scheduling what is sent at the slots of a rhythm, and stopping it."""

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from storage.actions import moves
from storage.model.audience import Audience
from storage.model.event import Event
from storage.model.kinds import KINDS, DeliveryKind
from storage.model.moves import Step
from storage.model.refusal import Refusal
from storage.model.reminder import leads_from_text, leads_to_text, slot_of
from storage.model.rhythm import ScheduleKind, before_event, from_json, to_json
from storage.model.roles import Power
from storage.model.schedule import NewSchedule, ScheduleState
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.tables import events, nodes, schedules


def schedule(connection: Connection, by: int, new: NewSchedule, now: datetime) -> int:
    """Schedule what staff want sent; returns its id. The same draft scheduled twice is one.

    Raises Refusal if `by` may not push there, or the first slot is over.
    """
    require(connection, by, Power.PUSH, by_id(connection, new.node_id).path)
    known = connection.execute(
        select(schedules.c.id).where(schedules.c.draft_key == new.draft_key)
    ).scalar_one_or_none()
    if known is not None:
        return int(known)
    if new.next_slot_at is not None and new.next_slot_at < now:
        raise Refusal("schedule.in_the_past")
    return _insert(connection, by, new, now)


def remind(connection: Connection, by: int, event: Event, hours: int, now: datetime) -> int:
    """Schedule a reminder of an event, `hours` before it, for those who hold a seat then; returns
    its id."""
    before = select(func.count()).where(schedules.c.event_id == event.id)
    number = connection.execute(before).scalar_one()
    reminder = NewSchedule(
        draft_key=f"reminder-{event.id}-{number}",
        kind=DeliveryKind.EVENT_REMINDER,
        node_id=event.node_id,
        rhythm=before_event(hours),
        next_slot_at=slot_of(event.starts_at, hours),
        audience=Audience(of_event=event.id),
    )
    return _insert(connection, by, reminder, now, event.id)


def _insert(
    connection: Connection, by: int, new: NewSchedule, now: datetime, event_id: int | None = None
) -> int:
    return moves.begin(
        connection,
        Step(ScheduleState.ACTIVE, now, by),
        kind=new.kind,
        rhythm=to_json(new.rhythm),
        after_joining=new.rhythm.kind is ScheduleKind.AFTER_JOINING,
        node_id=new.node_id,
        course_id=new.course_id,
        position=new.position,
        audience=new.audience.to_json() if new.audience else None,
        content=new.content,
        event_id=event_id,
        priority=KINDS[new.kind].priority if new.priority is None else new.priority,
        at_most_once=new.at_most_once,
        again=new.again,
        next_slot_at=new.next_slot_at,
        draft_key=new.draft_key,
        created_by=by,
        created_at=now,
    )


def cancel(connection: Connection, by: int, schedule_id: int, now: datetime) -> None:
    """Stop a schedule; an event loses that reminder. Raises Refusal if `by` may not, or it has
    ended."""
    row = connection.execute(
        select(nodes.c.path, schedules.c.event_id, schedules.c.rhythm)
        .join(schedules, schedules.c.node_id == nodes.c.id)
        .where(schedules.c.id == schedule_id)
    ).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    require(connection, by, Power.PUSH, row.path)
    stopped = Step(ScheduleState.CANCELLED, now, by)
    if not moves.move(connection, schedule_id, stopped, next_slot_at=None):
        raise Refusal("push.ended")
    if row.event_id is not None:
        _forget(connection, row.event_id, from_json(row.rhythm).hours_before)


def _forget(connection: Connection, event_id: int, hours: int | None) -> None:
    """The event has one reminder less."""
    here = events.c.id == event_id
    kept = select(events.c.reminders, events.c.starts_at).where(here).with_for_update()
    row = connection.execute(kept).one()
    leads = [each for each in leads_from_text(row.reminders) if each != hours]
    remind_at = slot_of(row.starts_at, max(leads)) if leads else None
    values = {"reminders": leads_to_text(leads), "remind_at": remind_at}
    connection.execute(update(events).where(here).values(values))


def cancel_reminder(connection: Connection, by: int, event_id: int, now: datetime) -> None:
    """The event was called off: nobody is reminded of it."""
    stopped = Step(ScheduleState.CANCELLED, now, by)
    moves.move_all(connection, stopped, schedules.c.event_id == event_id, next_slot_at=None)

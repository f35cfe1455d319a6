"""Sending a notice, now or at the slots of a rhythm."""

from datetime import datetime

from sqlalchemy import Connection

from storage.actions.broadcasts import begin
from storage.actions.schedules import schedule
from storage.model.broadcast import NewBroadcast
from storage.model.kinds import DeliveryKind, Priority
from storage.model.node import Node
from storage.model.notice import NewNotice, require_length
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.schedule import NewSchedule, Timetable
from storage.queries.nodes import by_id
from storage.queries.people import require


def send_notice(connection: Connection, by: int, new: NewNotice, now: datetime) -> int:
    """Send a notice now, on behalf of the person `by`; returns the id of its broadcast.

    The same draft sent twice is one. Raises Refusal if `by` may not push to that audience, or the
    text is too long.
    """
    node = _place(connection, by, new)
    notice = NewBroadcast(
        kind=DeliveryKind.NOTICE,
        node_id=node.id,
        audience=new.audience,
        slot_at=now,
        priority=_priority(new),
        content=new.message.to_json(),
        at_most_once=new.at_most_once,
        draft_key=new.draft_key,
        created_by=by,
    )
    return begin(connection, notice, now)


def schedule_notice(
    connection: Connection, by: int, new: NewNotice, timetable: Timetable, now: datetime
) -> int:
    """Send a notice at each slot of a timetable; returns the id of its schedule.

    The same draft scheduled twice is one. Raises Refusal like `send_notice`, and if the first slot
    is over.
    """
    node = _place(connection, by, new)
    planned = NewSchedule(
        draft_key=new.draft_key,
        kind=DeliveryKind.NOTICE,
        node_id=node.id,
        rhythm=timetable.rhythm,
        next_slot_at=timetable.first_at,
        audience=new.audience,
        content=new.message.to_json(),
        priority=_priority(new),
        at_most_once=new.at_most_once,
    )
    return schedule(connection, by, planned, now)


def _place(connection: Connection, by: int, new: NewNotice) -> Node:
    """The node whose people (or groups) the notice is for. Raises Refusal unless it is one of the
    tree at which `by` may push, and the text is short enough."""
    audience = new.audience
    elsewhere = audience.of_event is not None or audience.of_broadcast is not None
    if audience.node_id is None or elsewhere:
        raise Refusal("refused.not_yours")
    node = by_id(connection, audience.node_id)
    require(connection, by, Power.PUSH, node.path)
    for body in new.message.bodies.values():
        require_length(body)
    return node


def _priority(new: NewNotice) -> Priority:
    return Priority.URGENT if new.urgent else Priority.NOTICE

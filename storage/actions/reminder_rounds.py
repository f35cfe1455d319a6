"""The reminders of many events that come at one time are planned together, a few events in one
transaction: one for each takes longer than what it does.

What comes of it is what `plan_slot` and `fan_out` make of each alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, func, insert, literal, select, text, update

from storage.actions import moves
from storage.actions.broadcasts import CHUNK, values_of
from storage.actions.fan_out import due_at
from storage.dialects import upsert
from storage.model.audience import Audience
from storage.model.broadcast import BroadcastState, NewBroadcast
from storage.model.delivery import DeliveryState
from storage.model.kinds import DeliveryKind
from storage.model.moves import Step
from storage.model.reminder import Due
from storage.model.schedule import ScheduleState
from storage.queries import audience as audience_queries
from storage.queries.outbox import reminded_alone
from storage.tables import broadcasts, deliveries, persons, progress, schedules, sign_ups

TOGETHER = 2 * CHUNK  # people in one transaction; what is done once in each takes a fifth of it


def plan_reminders(
    connection: Connection, due: Sequence[Due], now: datetime, zone: ZoneInfo
) -> int:
    """Owe the reminders of several events whose slot has come; returns to how many people. `zone`
    is the district's."""
    # 1. Claim the slots: those that another planner was first to claim are none of ours.
    ids = [each.schedule_id for each in due]
    there = schedules.c.state == ScheduleState.ACTIVE, schedules.c.next_slot_at <= now
    mine = select(schedules.c.id).where(schedules.c.id.in_(ids), *there).order_by(schedules.c.id)
    claimed = set(connection.execute(mine.with_for_update()).scalars())
    if not claimed:
        return 0
    ended, fired = Step(ScheduleState.ENDED, now), schedules.c.fired + 1
    moves.move_all(connection, ended, schedules.c.id.in_(claimed), next_slot_at=None, fired=fired)
    # 2. A broadcast for each, under a unique key of schedule and slot.
    rows = [values_of(_new(each), now) for each in due if each.schedule_id in claimed]
    begun = [row | {"planned_at": now} for row in rows]
    moves.begin_missing(connection, Step(BroadcastState.RUNNING, now), begun)
    of_these = broadcasts.c.schedule_id.in_(claimed)
    found = list(connection.execute(select(broadcasts.c.id).where(of_these)).scalars())
    counts = [
        {"broadcast_id": broadcast_id, "state": state, "count": 0}
        for broadcast_id in found
        for state in DeliveryState
    ]
    connection.execute(insert(progress), counts)
    # 3. Everybody who holds a seat, but for those who are reminded alone.
    owed = _owe(connection, found, now, zone)
    _count(connection, found)
    return owed


def _new(due: Due) -> NewBroadcast:
    return NewBroadcast(
        kind=DeliveryKind.EVENT_REMINDER,
        node_id=due.node_id,
        audience=Audience(of_event=due.event_id),
        slot_at=due.slot_at,
        schedule_id=due.schedule_id,
        subject_id=due.event_id,
        event_starts_at=due.starts_at,
    )


def _owe(connection: Connection, ids: Sequence[int], now: datetime, zone: ZoneInfo) -> int:
    seats = and_(sign_ups.c.event_id == broadcasts.c.subject_id, audience_queries.SEATED)
    people = (
        select(persons.c.id)
        .select_from(broadcasts)
        .join(sign_ups, seats)
        .join(persons, persons.c.id == sign_ups.c.person_id)
        .where(
            broadcasts.c.id.in_(ids),
            *audience_queries.conditions(Audience(of_event=0)),
            ~reminded_alone(persons.c.id, broadcasts.c.schedule_id).exists(),
        )
    )
    at = due_at(connection, people, DeliveryKind.EVENT_REMINDER, now, zone)
    if at is None:
        return 0
    values: dict[str, ColumnElement[Any]] = {
        "broadcast_id": broadcasts.c.id,
        "person_id": persons.c.id,
        "node_id": persons.c.node_id,
        "due_at": at,
        "kind": literal(DeliveryKind.EVENT_REMINDER, deliveries.c.kind.type),
        "state": literal(DeliveryState.QUEUED, deliveries.c.state.type),
    }
    owing = upsert(connection.dialect.name, deliveries).from_select(
        list(values), people.with_only_columns(*values.values())
    )
    return int(connection.execute(owing.on_conflict_do_nothing()).rowcount)


def _count(connection: Connection, ids: Sequence[int]) -> None:
    """All that was owed waits."""
    waiting = (
        select(func.count())
        .where(
            text("deliveries.state = 'queued'"),  # as written in the partial index
            deliveries.c.broadcast_id == progress.c.broadcast_id,
        )
        .scalar_subquery()
    )
    here = progress.c.broadcast_id.in_(ids), progress.c.state == DeliveryState.QUEUED
    connection.execute(update(progress).where(*here).values(count=waiting))

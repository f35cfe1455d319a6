"""Planning: a slot that has come becomes a broadcast, at most once."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.actions import moves
from storage.actions.broadcasts import begin
from storage.model.broadcast import BroadcastState, NewBroadcast
from storage.model.kinds import KINDS, DeliveryKind
from storage.model.moves import Step
from storage.model.schedule import Schedule, ScheduleState, Slot
from storage.queries.schedules import anybody_joined
from storage.tables import events, schedules

ENDS = (None, False)  # no next slot, and none to wait for


def plan_slot(connection: Connection, schedule: Schedule, slot: Slot, now: datetime) -> int | None:
    """Turn the slot of `schedule` that has come into a broadcast, whose audience is planned next.

    A slot that is too late is skipped and keeps its item. Returns the broadcast's id, or None if
    another planner was first or there is nothing to send or nobody to send it to.
    """
    starts_at = _start_of_its_event(connection, schedule)
    skipped = KINDS[schedule.kind].is_too_late(slot.at, starts_at, now)
    nothing = schedule.kind is DeliveryKind.STUDY_ITEM and slot.item_id is None
    joined = slot.joined
    nobody = joined is not None and not anybody_joined(connection, schedule, joined)
    nobody |= slot.nobody and not skipped
    # 1. Claim the slot: not so means that another planner was first.
    going_on = not nothing and (skipped or not slot.last)
    claimed = _claim(
        connection,
        schedule,
        (slot.next_at, slot.waits) if going_on else ENDS,
        now,
        position=schedules.c.position + int(schedule.moves_on and not skipped),
        fired=schedules.c.fired + int(not (skipped or nothing or nobody)),
        **_for_nobody(slot if nobody and schedule.tells_of_nobody else None),
    )
    if not claimed or nothing or nobody:
        return None
    # 2. The broadcast, under a unique key of schedule and slot; too late, it is only noted.
    new = NewBroadcast(
        kind=schedule.kind,
        node_id=schedule.node_id,
        audience=schedule.audience_of(slot),
        slot_at=slot.at,
        priority=schedule.priority,
        schedule_id=schedule.id,
        course_id=schedule.course_id,
        item_id=slot.item_id,
        subject_id=schedule.event_id,
        content=schedule.content,
        at_most_once=schedule.at_most_once,
        event_starts_at=starts_at,
        state=BroadcastState.SKIPPED if skipped else BroadcastState.RUNNING,
    )
    return begin(connection, new, now)


def _for_nobody(slot: Slot | None) -> dict[str, object]:
    """Note the slot for which there was nobody; None forgets an earlier one."""
    if slot is None:
        return {"nobody_at": None, "nobody_item": None}
    return {"nobody_at": slot.at, "nobody_item": slot.item_id}


def move_slot(
    connection: Connection,
    schedule: Schedule,
    next_slot_at: datetime | None,
    now: datetime,
    *,
    waits: bool = False,
) -> None:
    """Replace the slot that was planned by `next_slot_at`: it is none of the rhythm any more,
    because a holiday was announced since, or the place goes by another clock; or there was none
    yet. `waits`: the next one is not known."""
    _claim(connection, schedule, (next_slot_at, waits), now)


def _claim(
    connection: Connection,
    schedule: Schedule,
    upcoming: tuple[datetime | None, bool],
    now: datetime,
    **more: object,
) -> bool:
    """Take the slot of `schedule` that was due, by a conditional update; it ends without a next
    one, unless it waits to know that. False, because no row was changed, means that somebody else
    was first."""
    next_slot_at, waits = upcoming
    still_due = schedules.c.next_slot_at.is_not_distinct_from(schedule.next_slot_at)
    if next_slot_at is None and not waits:
        ended = Step(ScheduleState.ENDED, now)
        return moves.move(connection, schedule.id, ended, still_due, next_slot_at=None, **more)
    claimed = connection.execute(
        update(schedules)
        .where(schedules.c.id == schedule.id, schedules.c.state == ScheduleState.ACTIVE, still_due)
        .values(next_slot_at=next_slot_at, **more)
    ).rowcount
    return claimed == 1


def _start_of_its_event(connection: Connection, schedule: Schedule) -> datetime | None:
    if schedule.event_id is None:
        return None
    start = select(events.c.starts_at).where(events.c.id == schedule.event_id)
    found: datetime = connection.execute(start).scalar_one()
    return found

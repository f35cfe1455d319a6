"""Scheduling study pushes, and the press on "done"."""

from datetime import datetime

from sqlalchemy import (
    Connection,
    bindparam,
    func,
    literal,
    select,
    update,
)

from storage.dialects import insert_row, upsert
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.study import Progress, Rhythm, ScheduleKind, ScheduleState
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.queries.study import audience_count
from storage.tables import acknowledgements, nodes, persons, schedules


def schedule_push(
    connection: Connection,
    by: int,
    draft_key: str,
    course_id: str,
    position: int,
    node_id: int,
    rhythm: Rhythm,
    next_slot_at: datetime,
    now: datetime,
) -> int:
    """Schedule a course from its `position`-th item on, for the members of a node.

    Returns how many members it would go to now.

    `next_slot_at` is the first slot of `rhythm`. The same draft scheduled twice is one. Raises
    Refusal if `by` may not push there, or the slot is over.
    """
    node = by_id(connection, node_id)
    require(connection, by, Power.PUSH, node.path)
    known = connection.execute(
        select(schedules.c.id).where(schedules.c.draft_key == draft_key)
    ).scalar_one_or_none()
    if known is not None:
        return audience_count(connection, node.path)
    if position < 0 or (rhythm.kind is ScheduleKind.WEEKLY and not rhythm.days):
        raise Refusal("push.no_day")
    if next_slot_at < now:
        raise Refusal("push.in_the_past")
    insert_row(
        connection,
        schedules,
        kind=rhythm.kind,
        course_id=course_id,
        position=position,
        node_id=node_id,
        once_at=rhythm.once_at,
        days=",".join(rhythm.days),
        at=rhythm.at,
        next_slot_at=next_slot_at,
        state=ScheduleState.ACTIVE,
        draft_key=draft_key,
        created_by=by,
        created_at=now,
    )
    return audience_count(connection, node.path)


def cancel_schedule(connection: Connection, by: int, schedule_id: int) -> None:
    """Stop a schedule. Raises Refusal if `by` may not, or it has ended."""
    path = connection.execute(
        select(nodes.c.path)
        .join(schedules, schedules.c.node_id == nodes.c.id)
        .where(schedules.c.id == schedule_id)
    ).scalar_one_or_none()
    if path is None:
        raise Refusal("refused.not_yours")
    require(connection, by, Power.PUSH, path)
    moved = connection.execute(
        update(schedules)
        .where(schedules.c.id == schedule_id, schedules.c.state == ScheduleState.ACTIVE)
        .values(state=ScheduleState.CANCELLED, next_slot_at=None)
    ).rowcount
    if moved != 1:
        raise Refusal("push.ended")


_NEW = select(
    persons.c.id,
    persons.c.node_id,
    bindparam("course_id", type_=acknowledgements.c.course_id.type),
    bindparam("item_id", type_=acknowledgements.c.item_id.type),
    bindparam("now", type_=acknowledgements.c.acknowledged_at.type),
).where(persons.c.telegram_id == bindparam("telegram_id"), persons.c.left_at.is_(None))
_ACKNOWLEDGE = {
    dialect: upsert(dialect, acknowledgements)
    .from_select(["person_id", "node_id", "course_id", "item_id", "acknowledged_at"], _NEW)
    .on_conflict_do_nothing()
    for dialect in ("sqlite", "postgresql")
}
_DONE = (
    select(func.count())
    .where(
        acknowledgements.c.person_id == persons.c.id,
        acknowledgements.c.course_id == bindparam("course_id"),
    )
    .scalar_subquery()
)
_home = nodes.alias("home")
_NEXT_SLOT = (
    select(func.min(schedules.c.next_slot_at))
    .join(nodes, nodes.c.id == schedules.c.node_id)
    .where(
        schedules.c.state == ScheduleState.ACTIVE,
        schedules.c.course_id == bindparam("course_id"),
        _home.c.path.like(nodes.c.path + literal("%")),
    )
    .correlate(_home)
    .scalar_subquery()
)
_PROGRESS = (
    select(persons.c.language, _DONE.label("done"), _NEXT_SLOT.label("next_slot_at"))
    .join(_home, _home.c.id == persons.c.node_id, isouter=True)
    .where(persons.c.telegram_id == bindparam("telegram_id"), persons.c.left_at.is_(None))
)


def acknowledge(
    connection: Connection, telegram_id: int, course_id: str, item_id: str, now: datetime
) -> Progress:
    """A person pressed "done" on an item; pressing twice is the same as once.

    Raises Refusal("refused.unknown_person") for somebody who did not join.
    """
    names = {"course_id": course_id, "item_id": item_id, "telegram_id": telegram_id, "now": now}
    first = connection.execute(_ACKNOWLEDGE[connection.dialect.name], names).rowcount == 1
    row = connection.execute(_PROGRESS, names).one_or_none()
    if row is None:
        raise Refusal("refused.unknown_person")
    return Progress(row.language, row.done, row.next_slot_at, first)

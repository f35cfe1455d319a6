"""Pushing study items, now or at the slots of a rhythm; joining a course; the press on "done"."""

from datetime import datetime

from sqlalchemy import (
    Connection,
    bindparam,
    func,
    literal,
    select,
    update,
)

from storage.actions.broadcasts import begin
from storage.actions.schedules import schedule
from storage.dialects import upsert
from storage.model.broadcast import NewBroadcast
from storage.model.kinds import DeliveryKind
from storage.model.push import NewPush
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.schedule import NewSchedule, ScheduleState, Timetable, study_audience
from storage.model.study import Progress
from storage.queries import people as people_queries
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.queries.study import shelf
from storage.tables import acknowledgements, enrolments, nodes, persons, schedules


def push_now(connection: Connection, by: int, new: NewPush, now: datetime) -> int:
    """Push an item to the members of a node now, on behalf of the person `by`; returns the id of
    its broadcast.

    The same draft pushed twice is one. Raises Refusal if `by` may not push there.
    """
    require(connection, by, Power.PUSH, by_id(connection, new.node_id).path)
    push = NewBroadcast(
        kind=DeliveryKind.STUDY_ITEM,
        node_id=new.node_id,
        audience=study_audience(new.node_id, new.lesson),
        slot_at=now,
        course_id=new.course_id,
        item_id=new.item_id,
        draft_key=new.draft_key,
        created_by=by,
    )
    return begin(connection, push, now)


def schedule_push(
    connection: Connection, by: int, new: NewPush, timetable: Timetable, now: datetime
) -> int:
    """Schedule a course from an item on, for the members of a node; after joining, that item alone.
    Returns the id of the schedule.

    The same draft scheduled twice is one. Raises Refusal if `by` may not push there, or the first
    slot is over.
    """
    planned = NewSchedule(
        draft_key=new.draft_key,
        kind=DeliveryKind.STUDY_ITEM,
        node_id=new.node_id,
        rhythm=timetable.rhythm,
        next_slot_at=timetable.first_at,
        course_id=new.course_id,
        position=new.position,
        again=new.again,
    )
    return schedule(connection, by, planned, now)


def join_course(connection: Connection, person_id: int, course_id: str, now: datetime) -> None:
    """Take a person into a course. Joining twice is the same as once; who left and comes back
    begins anew. Raises Refusal("study.members_only") for somebody to whom it would bring nothing.
    """
    its = shelf(connection, people_queries.by_id(connection, person_id), course_id)
    if not (its.member or its.to_joined):
        raise Refusal("study.members_only")
    new = upsert(connection.dialect.name, enrolments).values(
        person_id=person_id, course_id=course_id, joined_at=now
    )
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["person_id", "course_id"],
            set_={"joined_at": now, "left_at": None},
            where=enrolments.c.left_at.is_not(None),
        )
    )


def leave_course(connection: Connection, person_id: int, course_id: str, now: datetime) -> None:
    """Let a person out of a course; "done" on its items does not bring them back."""
    connection.execute(
        update(enrolments)
        .where(
            enrolments.c.person_id == person_id,
            enrolments.c.course_id == course_id,
            enrolments.c.left_at.is_(None),
        )
        .values(left_at=now)
    )


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
_JOIN = {
    dialect: upsert(dialect, enrolments)
    .from_select(
        ["person_id", "course_id", "joined_at"],
        select(
            persons.c.id,
            bindparam("course_id", type_=enrolments.c.course_id.type),
            bindparam("now", type_=enrolments.c.joined_at.type),
        ).where(persons.c.telegram_id == bindparam("telegram_id")),
    )
    .on_conflict_do_nothing()  # also for who left it: a second thought is kept
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
        schedules.c.after_joining.is_(False),
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
    """A person pressed "done" on an item; pressing twice is the same as once. The first item of a
    course joins it.

    Raises Refusal("refused.unknown_person") for somebody who did not join.
    """
    names = {"course_id": course_id, "item_id": item_id, "telegram_id": telegram_id, "now": now}
    row = connection.execute(_PROGRESS, names).one_or_none()
    if row is None:
        raise Refusal("refused.unknown_person")
    if not row.done:
        connection.execute(_JOIN[connection.dialect.name], names)
    first = connection.execute(_ACKNOWLEDGE[connection.dialect.name], names).rowcount == 1
    return Progress(row.language, row.done + first, row.next_slot_at, first)

"""Study: schedules, and what a person has acknowledged."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from storage.model.person import Person, Standing
from storage.model.roles import Power
from storage.model.study import Rhythm, Schedule, ScheduleKind, ScheduleState
from storage.queries.nodes import below
from storage.tables import acknowledgements, broadcasts, nodes, persons, schedules

_MISSED = (
    select(func.max(broadcasts.c.slot_at))
    .where(broadcasts.c.schedule_id == schedules.c.id, broadcasts.c.skipped_at.is_not(None))
    .scalar_subquery()
)
_SCHEDULE = select(schedules, nodes.c.name.label("node_name"), _MISSED.label("missed_at")).join(
    nodes, nodes.c.id == schedules.c.node_id
)


def acknowledged(connection: Connection, person_id: int, course_id: str) -> set[str]:
    """The ids of the items of a course that a person has acknowledged."""
    rows = connection.execute(
        select(acknowledgements.c.item_id).where(
            acknowledgements.c.person_id == person_id, acknowledgements.c.course_id == course_id
        )
    )
    return set(rows.scalars())


def due(connection: Connection, now: datetime) -> list[Schedule]:
    """Active schedules whose slot has come, the earliest first."""
    rows = connection.execute(
        _SCHEDULE.where(
            schedules.c.state == ScheduleState.ACTIVE, schedules.c.next_slot_at <= now
        ).order_by(schedules.c.next_slot_at, schedules.c.id)
    )
    return [_schedule(row) for row in rows]


def next_slot(connection: Connection) -> datetime | None:
    """The earliest slot of any active schedule."""
    statement = select(func.min(schedules.c.next_slot_at)).where(
        schedules.c.state == ScheduleState.ACTIVE
    )
    found: datetime | None = connection.execute(statement).scalar_one()
    return found


def active(connection: Connection, person: Person) -> list[Schedule]:
    """The schedules that `person` may manage, the next to fire first."""
    paths = person.reach(Power.PUSH)
    rows = connection.execute(
        _SCHEDULE.where(schedules.c.state == ScheduleState.ACTIVE, below(*paths)).order_by(
            schedules.c.next_slot_at, schedules.c.id
        )
    )
    return [_schedule(row) for row in rows]


def audience_count(connection: Connection, path: str) -> int:
    """How many members a study push to the node at `path` would go to now."""
    statement = (
        select(func.count())
        .select_from(persons)
        .join(nodes, nodes.c.id == persons.c.node_id)
        .where(
            persons.c.standing == Standing.MEMBER,
            persons.c.left_at.is_(None),
            persons.c.unreachable_at.is_(None),
            persons.c.paused.is_(False),
            below(path),
        )
    )
    return int(connection.execute(statement).scalar_one())


def _schedule(row: Row[Any]) -> Schedule:
    rhythm = Rhythm(
        ScheduleKind(row.kind),
        once_at=row.once_at,
        days=tuple(row.days.split(",")) if row.days else (),
        at=row.at,
    )
    return Schedule(
        id=row.id,
        course_id=row.course_id,
        position=row.position,
        node_id=row.node_id,
        node_name=row.node_name,
        rhythm=rhythm,
        next_slot_at=row.next_slot_at,
        state=ScheduleState(row.state),
        missed_at=row.missed_at,
    )

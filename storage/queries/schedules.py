"""Schedules: which are due, and what staff see of them."""

from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, and_, exists, func, literal, or_, select

from storage.model.audience import audience_from_json
from storage.model.broadcast import BroadcastState
from storage.model.kinds import DeliveryKind, Priority
from storage.model.page import Page
from storage.model.page import page_of as cut
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.reminder import Due
from storage.model.rhythm import from_json
from storage.model.roles import Power
from storage.model.schedule import (
    SKIPPED_SHOWN_FOR,
    Planned,
    Schedule,
    ScheduleState,
    share_an_item,
)
from storage.queries.nodes import below
from storage.queries.nodes import by_id as node_by_id
from storage.queries.pages import Listing, page_of
from storage.queries.zones import Zones, zones
from storage.tables import broadcasts, enrolments, events, nodes, persons, schedules

PLANS = 8  # on one screen, each with a button
FEW = 3  # lines of a warning

_SCHEDULE = select(
    schedules, nodes.c.name.label("node_name"), nodes.c.path.label("node_path")
).join(nodes, nodes.c.id == schedules.c.node_id)
_SKIPPED = and_(
    broadcasts.c.schedule_id == schedules.c.id, broadcasts.c.state == BroadcastState.SKIPPED
)
_PLANNED = _SCHEDULE.add_columns(
    events.c.title,
    select(func.count()).where(_SKIPPED).scalar_subquery().label("missed"),
    select(func.max(broadcasts.c.slot_at)).where(_SKIPPED).scalar_subquery().label("missed_at"),
).join(events, events.c.id == schedules.c.event_id, isouter=True)


def due(connection: Connection, now: datetime) -> list[Schedule]:
    """Active schedules whose slot has come, the earliest first."""
    rows = connection.execute(
        _SCHEDULE.where(
            schedules.c.state == ScheduleState.ACTIVE, schedules.c.next_slot_at <= now
        ).order_by(schedules.c.next_slot_at, schedules.c.id)
    )
    return [_schedule(row) for row in rows]


def waiting(connection: Connection) -> list[Schedule]:
    """Active schedules of which no slot is known yet."""
    rows = connection.execute(
        _SCHEDULE.where(
            schedules.c.state == ScheduleState.ACTIVE, schedules.c.next_slot_at.is_(None)
        ).order_by(schedules.c.id)
    )
    return [_schedule(row) for row in rows]


def due_reminders(connection: Connection, now: datetime, most: int) -> list[Due]:
    """The reminders whose slot has come, of events that are to come and have `most` seats taken at
    most; the earliest first."""
    rows = connection.execute(
        select(
            *(schedules.c.id, schedules.c.event_id, schedules.c.node_id),
            *(schedules.c.next_slot_at, events.c.starts_at, events.c.taken),
        )
        .join(events, events.c.id == schedules.c.event_id)
        .where(
            schedules.c.state == ScheduleState.ACTIVE,
            schedules.c.next_slot_at <= now,
            schedules.c.kind == DeliveryKind.EVENT_REMINDER,
            events.c.starts_at > now,
            events.c.taken <= most,
        )
        .order_by(schedules.c.next_slot_at, schedules.c.id)
    )
    return [Due(*row) for row in rows]


def next_slot(connection: Connection) -> datetime | None:
    """The earliest slot of any active schedule."""
    statement = select(func.min(schedules.c.next_slot_at)).where(
        schedules.c.state == ScheduleState.ACTIVE
    )
    found: datetime | None = connection.execute(statement).scalar_one()
    return found


def count_active(connection: Connection, person: Person) -> int:
    """How many schedules `person` may manage: pushes, notices and reminders."""
    statement = (
        select(func.count())
        .select_from(schedules)
        .join(nodes, nodes.c.id == schedules.c.node_id)
        .where(schedules.c.state == ScheduleState.ACTIVE, below(*person.reach(Power.PUSH)))
    )
    return int(connection.execute(statement).scalar_one())


def planned(
    connection: Connection, person: Person, now: datetime, zone: ZoneInfo, page: int
) -> Page[Planned]:
    """A page of everything scheduled that `person` may manage: first what missed its last slot, or
    had nobody for it, and ended a short while ago, then what is active, the next to come first.
    `zone` is the district's."""
    in_order = _managed(person, now).order_by(
        schedules.c.next_slot_at.nulls_first(), schedules.c.id
    )
    read = partial(_planned, zones(connection, zone))
    return page_of(connection, Listing(in_order, schedules.c.id, read), page, PLANS)


def planned_one(
    connection: Connection, schedule_id: int, person: Person, now: datetime, zone: ZoneInfo
) -> Planned:
    """One of them. Raises Refusal("push.ended") if it is none of them, or no longer."""
    meant = _managed(person, now).where(schedules.c.id == schedule_id)
    row = connection.execute(meant).one_or_none()
    if row is None:
        raise Refusal("push.ended")
    return _planned(zones(connection, zone), row)


def _managed(person: Person, now: datetime) -> Select[Any]:
    since = now - SKIPPED_SHOWN_FOR
    missed = exists().where(_SKIPPED, broadcasts.c.slot_at > since)
    return _PLANNED.where(
        below(*person.reach(Power.PUSH)),
        or_(
            schedules.c.state == ScheduleState.ACTIVE,
            and_(
                schedules.c.state == ScheduleState.ENDED,
                or_(missed, schedules.c.nobody_at > since),
            ),
        ),
    )


def _planned(tree: Zones, row: Row[Any]) -> Planned:
    return Planned(
        schedule=_schedule(row),
        zone=tree.at(row.node_path),
        event_title=row.title,
        missed=row.missed,
        missed_at=row.missed_at,
        nobody_at=row.nobody_at,
        nobody_item=row.nobody_item,
    )


def pushing(
    connection: Connection, course_id: str, node_id: int, items: range, zone: ZoneInfo
) -> Page[Planned]:
    """The first few schedules that push one of `items` (by position) of a course to people of a
    node: its own, and those of the places above and below it. The next to come first; `zone` is the
    district's."""
    tree, path = zones(connection, zone), node_by_id(connection, node_id).path
    rows = connection.execute(
        _PLANNED.where(
            schedules.c.state == ScheduleState.ACTIVE,
            schedules.c.kind == DeliveryKind.STUDY_ITEM,
            schedules.c.course_id == course_id,
            or_(below(path), literal(path).like(nodes.c.path + "%")),
        ).order_by(schedules.c.next_slot_at, schedules.c.id)
    )
    found = [_planned(tree, row) for row in rows]
    same = [each for each in found if share_an_item(each.schedule.items, items)]
    return cut(same, 0, FEW)


def bringing(connection: Connection, course_id: str, path: str) -> list[Schedule]:
    """The active schedules that bring something of a course to people of the node at `path`: its
    items, or what comes after joining it."""
    rows = connection.execute(
        _SCHEDULE.where(
            schedules.c.state == ScheduleState.ACTIVE,
            or_(schedules.c.course_id == course_id, schedules.c.after_joining.is_(True)),
            literal(path).like(nodes.c.path + "%"),
        )
    )
    found = [_schedule(row) for row in rows]
    return [s for s in found if not s.is_after_joining or s.rhythm.course_id == course_id]


def by_the_clock(connection: Connection, path: str) -> list[Schedule]:
    """Active schedules at or below the node at `path` that have a clock time."""
    rows = connection.execute(
        _SCHEDULE.where(schedules.c.state == ScheduleState.ACTIVE, below(path))
    )
    found = [_schedule(row) for row in rows]
    return [schedule for schedule in found if schedule.rhythm.at is not None]


def count_by_the_clock(connection: Connection, path: str) -> int:
    """How many they are."""
    return len(by_the_clock(connection, path))


def zone_of(connection: Connection, node_id: int, zone: ZoneInfo) -> ZoneInfo:
    """Whose clock a schedule of the node goes by; `zone` is the district's.

    Raises Refusal("refused.unknown_node").
    """
    return zones(connection, zone).at(node_by_id(connection, node_id).path)


def anybody_joined(
    connection: Connection, schedule: Schedule, joined: tuple[datetime, datetime]
) -> bool:
    """Whether somebody at or below the node of `schedule` joined its course in [from, to)."""
    begins, ends = joined
    found = connection.execute(
        select(enrolments.c.person_id)
        .join(persons, persons.c.id == enrolments.c.person_id)
        .join(nodes, nodes.c.id == persons.c.node_id)
        .where(
            enrolments.c.course_id == schedule.rhythm.course_id,
            enrolments.c.joined_at >= begins,
            enrolments.c.joined_at < ends,
            enrolments.c.left_at.is_(None),
            below(schedule.node_path),
        )
        .limit(1)
    )
    return found.first() is not None


def _schedule(row: Row[Any]) -> Schedule:
    return Schedule(
        id=row.id,
        kind=DeliveryKind(row.kind),
        rhythm=from_json(row.rhythm),
        node_id=row.node_id,
        node_name=row.node_name,
        node_path=row.node_path,
        course_id=row.course_id,
        position=row.position,
        audience=audience_from_json(row.audience) if row.audience else None,
        content=row.content,
        event_id=row.event_id,
        priority=Priority(row.priority),
        at_most_once=row.at_most_once,
        fired=row.fired,
        again=row.again,
        next_slot_at=row.next_slot_at,
        state=ScheduleState(row.state),
    )

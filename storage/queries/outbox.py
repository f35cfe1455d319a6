"""The outbox as the planner's and courier's last look sees it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from storage.model.delivery import Claimed, DeliveryKind, DeliveryState
from storage.model.person import Quiet, Standing
from storage.queries.people import quiet_of
from storage.tables import broadcasts, deliveries, persons

# A study push is for members of the community for which it was planned.
_STILL_STUDIES = and_(
    persons.c.paused.is_(False),
    persons.c.standing == Standing.MEMBER,
    persons.c.node_id == deliveries.c.node_id,
)


def claimed(
    connection: Connection, delivery_ids: Iterable[int]
) -> list[tuple[Claimed, Quiet | None]]:
    """What the courier needs of the deliveries it claimed, each with the quiet hours of its
    person; those no longer wanted are missing.

    Somebody who left since the planning gets nothing, nor does a study push reach somebody who
    paused them, moved, or is no member any more.
    """
    statement: Select[Any] = (
        select(
            deliveries.c.id,
            deliveries.c.kind,
            deliveries.c.attempts,
            func.coalesce(deliveries.c.subject_id, broadcasts.c.subject_id).label("subject_id"),
            persons.c.telegram_id,
            persons.c.language,
            persons.c.quiet_starts,
            persons.c.quiet_ends,
            broadcasts.c.course_id,
            broadcasts.c.item_id,
        )
        .join(persons, persons.c.id == deliveries.c.person_id)
        .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id, isouter=True)
        .where(
            deliveries.c.id.in_(list(delivery_ids)),
            persons.c.left_at.is_(None),
            persons.c.telegram_id.is_not(None),
            or_(deliveries.c.kind != DeliveryKind.STUDY_ITEM, _STILL_STUDIES),
        )
        .order_by(deliveries.c.due_at, deliveries.c.id)
    )
    return [(_claimed(row), quiet_of(row)) for row in connection.execute(statement)]


def _claimed(row: Row[Any]) -> Claimed:
    return Claimed(
        id=row.id,
        kind=DeliveryKind(row.kind),
        telegram_id=row.telegram_id,
        language=row.language,
        subject_id=row.subject_id,
        course_id=row.course_id,
        item_id=row.item_id,
        attempts=row.attempts,
    )


def next_due(connection: Connection) -> datetime | None:
    """When the next queued delivery is due."""
    found: datetime | None = connection.execute(
        select(func.min(deliveries.c.due_at)).where(deliveries.c.state == DeliveryState.QUEUED)
    ).scalar_one()
    return found


def states(connection: Connection, broadcast_id: int) -> dict[DeliveryState, int]:
    """How many deliveries of a broadcast are in each state; their sum is its audience."""
    rows = connection.execute(
        select(deliveries.c.state, func.count())
        .where(deliveries.c.broadcast_id == broadcast_id)
        .group_by(deliveries.c.state)
    )
    return {DeliveryState(state): count for state, count in rows}

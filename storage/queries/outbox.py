"""What is queued, and what is to be done with broadcasts as wholes."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    func,
    select,
    text,
)

from storage.model.broadcast import OPEN, BroadcastState
from storage.model.delivery import DeliveryState
from storage.tables import broadcasts, deliveries, progress

_RUNNING = (
    select(broadcasts.c.id)
    .join(progress, progress.c.broadcast_id == broadcasts.c.id)
    .where(
        text("broadcasts.finished_at IS NULL"),  # as written in the partial index
        broadcasts.c.state == BroadcastState.RUNNING,
        progress.c.state == DeliveryState.QUEUED,
        progress.c.count > 0,
    )
    .order_by(broadcasts.c.priority, progress.c.count, broadcasts.c.id)
)


def running(connection: Connection) -> list[int]:
    """The broadcasts that have something queued, in the order in which they are served.

    Of the same priority the shortest comes first: a notice to one community does not wait for
    hours behind one to a whole district, which it hardly delays.
    """
    return list(connection.execute(_RUNNING).scalars())


def unplanned(connection: Connection) -> list[int]:
    """Broadcasts whose audience has not wholly become deliveries, in the order they were begun."""
    return list(
        connection.execute(
            select(broadcasts.c.id)
            .where(
                text("planned_at IS NULL"),
                broadcasts.c.state.in_(OPEN),
            )
            .order_by(broadcasts.c.priority, broadcasts.c.id)
        ).scalars()
    )


WAITING = exists().where(
    progress.c.broadcast_id == broadcasts.c.id,
    progress.c.state.in_((DeliveryState.QUEUED, DeliveryState.CLAIMED)),
    progress.c.count > 0,
)
# As written in the partial index; the whole audience is in, no retry goes on, and nothing waits.
FINISHED = and_(
    text("broadcasts.finished_at IS NULL"),
    broadcasts.c.state.in_(OPEN),
    broadcasts.c.planned_at.is_not(None),
    broadcasts.c.retry_at.is_(None),
    ~WAITING,
)


def finished(connection: Connection) -> bool:
    """Whether a running broadcast has nothing left to send."""
    return connection.execute(select(broadcasts.c.id).where(FINISHED)).first() is not None


def unretried(connection: Connection) -> list[int]:
    """Broadcasts of which what failed is not wholly queued again, the most urgent first."""
    return list(
        connection.execute(
            select(broadcasts.c.id)
            .where(
                text("broadcasts.finished_at IS NULL"),
                broadcasts.c.retry_at.is_not(None),
                broadcasts.c.state.in_(OPEN),
            )
            .order_by(broadcasts.c.priority, broadcasts.c.id)
        ).scalars()
    )


def unswept(connection: Connection) -> list[int]:
    """Cancelled broadcasts that may have something queued still."""
    return list(
        connection.execute(
            select(broadcasts.c.id).where(
                text("broadcasts.finished_at IS NULL"),
                broadcasts.c.state == BroadcastState.CANCELLED,
            )
        ).scalars()
    )


_alone = deliveries.alias("alone")


def reminded_alone(person_id: ColumnElement[int], schedule_id: ColumnElement[int]) -> Select[Any]:
    """The reminder of a schedule that a person is owed, or was sent, alone."""
    return select(_alone.c.id, _alone.c.state).where(
        _alone.c.broadcast_id.is_(None),
        _alone.c.person_id == person_id,
        _alone.c.schedule_id == schedule_id,
        _alone.c.state != DeliveryState.CANCELLED,
    )


def anything_due(connection: Connection, now: datetime) -> bool:
    """Whether a message is due that may be sent now."""
    found = next_due(connection)
    return found is not None and found <= now


def next_due(connection: Connection) -> datetime | None:
    """When the next queued delivery is due."""
    lanes: list[ColumnElement[bool]] = [deliveries.c.broadcast_id.is_(None)]
    lanes += [deliveries.c.broadcast_id == i for i in running(connection)]
    earliest = select(func.min(deliveries.c.due_at)).where(text("state = 'queued'"))
    found = [connection.execute(earliest.where(lane)).scalar_one() for lane in lanes]
    return min((at for at in found if at is not None), default=None)


def states(connection: Connection, broadcast_id: int) -> dict[DeliveryState, int]:
    """How many deliveries of a broadcast are in each state; their sum is its audience."""
    rows = connection.execute(
        select(progress.c.state, progress.c.count).where(
            progress.c.broadcast_id == broadcast_id, progress.c.count > 0
        )
    )
    return {DeliveryState(state): count for state, count in rows}

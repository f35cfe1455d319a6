"""Trying again what a broadcast did not get through: the first part at once, the rest by steps."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    func,
    null,
    or_,
    select,
    true,
    union_all,
    update,
)

from storage.actions import moves
from storage.actions.broadcasts import (
    CHUNK,
    Changes,
    count,
    require_not_withdrawn,
    require_steering,
)
from storage.model.broadcast import OPEN, BroadcastState
from storage.model.delivery import DeliveryState
from storage.model.kinds import DeliveryKind
from storage.model.moves import Step
from storage.model.refusal import Refusal
from storage.queries.outbox import states
from storage.tables import broadcasts, deliveries, groups, persons


def retry(
    connection: Connection, by: int, broadcast_id: int, now: datetime, most: int = CHUNK
) -> int:
    """Queue again what failed, and whoever could not be reached and can be now; returns how many.

    The first `most` at once, all others step by step (`retry_on`). The number counts what was
    queued now and whatever failed and is still to come; who is unreachable and still to be looked
    at is not in it. Raises Refusal if `by` may not, or it was stopped or withdrawn.
    """
    require_steering(connection, by, broadcast_id)
    require_not_withdrawn(connection, broadcast_id)
    again, place = _queue_again(connection, broadcast_id, now, now, 0, most)
    if not again and place is None:
        return 0
    was_done = broadcasts.c.state == BroadcastState.DONE
    moves.move(connection, broadcast_id, Step(BroadcastState.RUNNING, now, by), was_done)
    begun = connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == broadcast_id, broadcasts.c.state.in_(OPEN))
        .values(
            finished_at=None,
            expires_at=None,  # who asks for it again wants it still
            **_retry_place(now, place),
        )
    ).rowcount
    if begun != 1:
        raise Refusal("broadcast.over")
    left = states(connection, broadcast_id) if place is not None else {}
    return again + left.get(DeliveryState.FAILED, 0)


def retry_on(connection: Connection, broadcast_id: int, now: datetime, most: int = CHUNK) -> bool:
    """Go on with a `retry`: look at the next `most` that did not arrive; False at the end.

    Where it stopped stands in the row, as with a fan-out.
    """
    # PostgreSQL: of two planners the second waits here, and then sees where the first stopped.
    row = connection.execute(
        select(broadcasts.c.retry_at, broadcasts.c.retry_place)
        .where(
            broadcasts.c.id == broadcast_id,
            broadcasts.c.retry_at.is_not(None),
            broadcasts.c.state.in_(OPEN),
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        return False
    asked_at, after = row
    _, place = _queue_again(connection, broadcast_id, now, asked_at, after, most)
    here = update(broadcasts).where(broadcasts.c.id == broadcast_id)
    connection.execute(here.values(**_retry_place(asked_at, place)))
    return place is not None


def _retry_place(asked_at: datetime, place: int | None) -> dict[str, Any]:
    return {"retry_at": None if place is None else asked_at, "retry_place": place or 0}


# What a retry looks at, and who of those is tried again.
_LOST: dict[DeliveryState, ColumnElement[bool]] = {
    DeliveryState.FAILED: true(),
    DeliveryState.UNREACHABLE: or_(
        exists().where(persons.c.id == deliveries.c.person_id, persons.c.unreachable_at.is_(None)),
        exists().where(groups.c.id == deliveries.c.group_id, groups.c.left_at.is_(None)),
    ),
}
# A message goes on where it stopped; a correction begins anew: there may be a later one meanwhile.
_KEPT_IDS = case(
    (deliveries.c.kind == DeliveryKind.CORRECTION, null()), else_=deliveries.c.message_ids
)


def _queue_again(
    connection: Connection,
    broadcast_id: int,
    now: datetime,
    asked_at: datetime,
    after: int,
    most: int,
) -> tuple[int, int | None]:
    """Queue those of the next `most` deliveries in trouble, after one of them, that may be tried
    again; returns how many, and the last one that was looked at, None at the end."""
    found, upto = _next_part(connection, broadcast_id, after, most)
    # What fails after they asked is none of those that they saw; and of a broadcast that must
    # arrive at most once, they were told of how many nobody knows.
    asked = and_(
        deliveries.c.claimed_at <= asked_at,
        or_(deliveries.c.unsure_at.is_(None), deliveries.c.unsure_at <= asked_at),
    )
    changes: Changes = Counter()
    for state, may in _LOST.items() if found else ():
        moved = connection.execute(
            update(deliveries)
            .where(*_in_trouble(broadcast_id, state, after), deliveries.c.id <= upto, asked, may)
            .values(state=DeliveryState.QUEUED, due_at=now, attempts=0, message_ids=_KEPT_IDS)
        ).rowcount
        changes[broadcast_id, state] -= moved
        changes[broadcast_id, DeliveryState.QUEUED] += moved
    count(connection, changes)
    return changes[broadcast_id, DeliveryState.QUEUED], upto if found == most else None


def _next_part(connection: Connection, broadcast_id: int, after: int, most: int) -> tuple[int, int]:
    """How many of the next `most` deliveries in trouble there are, and the last one of them."""
    parts = [
        select(
            select(deliveries.c.id)
            .where(*_in_trouble(broadcast_id, state, after))
            .order_by(deliveries.c.id)
            .limit(most)
            .subquery()
        )
        for state in _LOST
    ]
    every = union_all(*parts).subquery()
    part = select(every.c.id).order_by(every.c.id).limit(most).subquery()
    found = connection.execute(select(func.count(), func.max(part.c.id))).one()
    return int(found[0]), int(found[1] or 0)


def _in_trouble(broadcast_id: int, state: DeliveryState, after: int) -> list[ColumnElement[bool]]:
    """The deliveries of a state after one of them, as they stand in the index of troubled rows."""
    return [
        deliveries.c.broadcast_id == broadcast_id,
        deliveries.c.state == state,
        deliveries.c.reason.is_not(None),
        deliveries.c.id > after,
    ]

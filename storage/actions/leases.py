"""What a courier holds: its own for as long as its lease runs, and then whoever's looks first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)

from storage.actions.outbox import record
from storage.model.delivery import DeliveryState, Outcome
from storage.model.lease import LEASE
from storage.queries.leases import RUNS
from storage.tables import broadcasts, couriers, deliveries

IN_FLIGHT = "in flight when the bot stopped"
_CLAIMED = text("deliveries.state = 'claimed'")  # as written in the partial index
_END = delete(couriers).where(couriers.c.id != bindparam("courier"), ~RUNS)
_TAKE_UP = (
    update(deliveries)
    .where(
        text("state = 'claimed'"),
        or_(
            deliveries.c.claimed_by.is_(None),
            and_(
                deliveries.c.claimed_by != bindparam("courier"),
                deliveries.c.claimed_by.not_in(select(couriers.c.id)),
            ),
        ),
    )
    .values(claimed_by=bindparam("courier"))
    .returning(deliveries.c.id)
)


def renew(connection: Connection, courier: int, now: datetime) -> bool:
    """Let the lease of a courier run for `LEASE` from now.

    False if that is a new one, and what it held before may be another's: the first, or another
    courier ended the last one.
    """
    until_at = now + LEASE
    extended = update(couriers).where(couriers.c.id == courier).values(until_at=until_at)
    if connection.execute(extended).rowcount:
        return True
    connection.execute(insert(couriers).values(id=courier, until_at=until_at))
    return False


def release(connection: Connection, courier: int) -> None:
    """The courier ends: whatever it holds still may be taken up at once."""
    connection.execute(delete(couriers).where(couriers.c.id == courier))


def take_up(connection: Connection, courier: int, now: datetime) -> int:
    """Queue again what others hold whose lease has run out; returns how many there were.

    1. Their leases are ended, so that one who lives after all learns of it when it renews.
    2. What they hold is taken over, by a conditional update: of two who look at once one gets it.
    3. It is queued again. Nobody can know which of it arrived (see `requeue_claimed`).
    """
    connection.execute(_END, {"courier": courier, "now": now, "latest": now + LEASE})
    ids = connection.execute(_TAKE_UP, {"courier": courier}).scalars().all()
    return _requeue(connection, courier, now, deliveries.c.id.in_(ids), unsure=True) if ids else 0


def requeue_claimed(
    connection: Connection, courier: int, now: datetime, *, unsure: bool = True
) -> int:
    """Queue again what a courier holds and has not in hand; returns how many there were.

    After a crash nobody can know which of them arrived, so all count as unsure, and what must
    arrive at most once is not sent again. Not `unsure`: none of them was sent.
    """
    own = deliveries.c.claimed_by == courier
    return _requeue(connection, courier, now, own, unsure=unsure)


def _requeue(
    connection: Connection,
    courier: int,
    now: datetime,
    which: ColumnElement[bool],
    *,
    unsure: bool,
) -> int:
    rows: Sequence[Any] = connection.execute(
        select(deliveries.c.id, deliveries.c.broadcast_id, broadcasts.c.at_most_once)
        .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id, isouter=True)
        .where(_CLAIMED, which)
    ).all()
    outcomes = [
        Outcome(
            row.id,
            row.broadcast_id,
            DeliveryState.FAILED if row.at_most_once and unsure else DeliveryState.QUEUED,
            reason=IN_FLIGHT if unsure else None,
            unsure=unsure,
        )
        for row in rows
    ]
    record(connection, courier, outcomes, now)
    return len(outcomes)

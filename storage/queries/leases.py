"""What couriers left behind."""

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, or_, select, text

from storage.model.lease import LEASE
from storage.tables import couriers, deliveries

# storage.model.lease.runs, as SQL.
RUNS = and_(
    couriers.c.until_at > bindparam("now", type_=couriers.c.until_at.type),
    couriers.c.until_at <= bindparam("latest", type_=couriers.c.until_at.type),
)
_ANY_LEFT = (
    select(deliveries.c.id)
    .where(
        text("state = 'claimed'"),  # as written in the partial index
        or_(
            deliveries.c.claimed_by.is_(None),  # older versions did not name themselves
            and_(
                deliveries.c.claimed_by != bindparam("courier"),
                deliveries.c.claimed_by.not_in(select(couriers.c.id).where(RUNS)),
            ),
        ),
    )
    .limit(1)
)


def anything_left(connection: Connection, courier: int, now: datetime) -> bool:
    """Whether another courier holds something although its lease has run out."""
    given = {"courier": courier, "now": now, "latest": now + LEASE}
    return connection.execute(_ANY_LEFT, given).first() is not None

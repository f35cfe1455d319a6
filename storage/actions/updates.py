"""Update intake: stored before it is confirmed, handled once; storage.actions.sweeps forgets
them when they are old."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from storage.actions.people import are_back
from storage.dialects import upsert
from storage.tables import updates

_REASON_LIMIT = 500


def store(
    connection: Connection,
    received: Iterable[tuple[int, str]],
    senders: Iterable[int],
    now: datetime,
) -> list[int]:
    """Store (update_id, body) pairs; returns the ids that were not known before, in order.

    `senders` are the Telegram ids of who wrote: somebody who writes can be reached again.
    """
    bodies = dict(received)
    rows = [{"update_id": i, "body": bodies[i], "received_at": now} for i in bodies]
    if not rows:
        return []
    insert = upsert(connection.dialect.name, updates).on_conflict_do_nothing()
    inserted = connection.execute(insert.returning(updates.c.update_id), rows)
    new = sorted(inserted.scalars())
    if new:
        are_back(connection, senders, now)
    return new


_FINISH = (
    update(updates)
    .where(updates.c.update_id == bindparam("handled_id"))
    .values(handled_at=bindparam("at"), body=None)
)


def finish(connection: Connection, update_id: int, now: datetime) -> None:
    """Mark an update as handled; its text is no longer needed and is not kept."""
    connection.execute(_FINISH, {"handled_id": update_id, "at": now})


def set_aside(connection: Connection, update_id: int, reason: str, now: datetime) -> None:
    """Mark an update that cannot be understood or handled; it is kept for the operator."""
    connection.execute(
        update(updates)
        .where(updates.c.update_id == update_id)
        .values(handled_at=now, set_aside=reason[:_REASON_LIMIT])
    )


def touch(connection: Connection, update_id: int) -> None:
    """Write an update as it is, to see whether anything can be written."""
    same = update(updates).where(updates.c.update_id == update_id)
    connection.execute(same.values(received_at=updates.c.received_at))

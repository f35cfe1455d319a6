"""Update intake: stored before it is confirmed, handled once; storage.actions.sweeps forgets
them when they are old."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, select, true, update

from storage.actions.people import are_back
from storage.dialects import given_rows, upsert
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
    rows = [*dict(received).items()]
    if not rows:
        return []
    stored = connection.execute(_store(connection.dialect.name), {"received": rows, "now": now})
    new = sorted(stored.scalars())
    if new:
        are_back(connection, senders, now)
    return new


@cache
def _store(dialect: str) -> Any:
    """One statement for a batch, of one shape however many there are."""
    update_id, body = given_rows(dialect, "received")
    now = bindparam("now", type_=updates.c.received_at.type)
    given = select(update_id, body, now).where(true())  # SQLite would take ON for a join's
    columns = ("update_id", "body", "received_at")
    insert = upsert(dialect, updates).from_select(columns, given)
    return insert.on_conflict_do_nothing().returning(updates.c.update_id)


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

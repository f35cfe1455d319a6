"""Keeping where people are in their forms."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete

from storage.dialects import upsert
from storage.queries.conversations import KEEP
from storage.tables import conversations

_SAVE = {
    dialect: insert.on_conflict_do_update(
        index_elements=["key"],
        set_={name: insert.excluded[name] for name in ("state", "data", "updated_at")},
    )
    for dialect in ("sqlite", "postgresql")
    for insert in (upsert(dialect, conversations),)
}


def save(
    connection: Connection, changed: Mapping[str, tuple[str | None, str | None]], now: datetime
) -> None:
    """Write (state, data) for each key; a conversation with neither is over and is deleted."""
    over = [key for key, (state, data) in changed.items() if state is None and data is None]
    if over:
        connection.execute(delete(conversations).where(conversations.c.key.in_(over)))
    rows = [
        {"key": key, "state": state, "data": data, "updated_at": now}
        for key, (state, data) in changed.items()
        if key not in over
    ]
    if rows:
        connection.execute(_SAVE[connection.dialect.name], rows)


def sweep(connection: Connection, keys: Sequence[str], now: datetime) -> list[str]:
    """Drop those of these conversations that nobody touched for a month; returns which."""
    untouched = conversations.c.updated_at < now - KEEP
    given = conversations.c.key.in_(keys)
    dropped = delete(conversations).where(given, untouched).returning(conversations.c.key)
    return list(connection.execute(dropped).scalars())

"""Where people are in their forms."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from storage.tables import conversations

KEEP = timedelta(days=30)


def all_open(connection: Connection) -> dict[str, tuple[str | None, str | None]]:
    """Every open conversation: key to (state, data as JSON)."""
    rows = connection.execute(
        select(conversations.c.key, conversations.c.state, conversations.c.data)
    )
    return {row.key: (row.state, row.data) for row in rows}


def untouched(connection: Connection, now: datetime) -> set[str]:
    """The keys of those that nobody touched for a month."""
    old = select(conversations.c.key).where(conversations.c.updated_at < now - KEEP)
    return set(connection.execute(old).scalars())

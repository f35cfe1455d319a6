"""Where people are in their forms."""

from sqlalchemy import Connection, select

from storage.tables import conversations


def all_open(connection: Connection) -> dict[str, tuple[str | None, str | None]]:
    """Every open conversation: key to (state, data as JSON)."""
    rows = connection.execute(
        select(conversations.c.key, conversations.c.state, conversations.c.data)
    )
    return {row.key: (row.state, row.data) for row in rows}

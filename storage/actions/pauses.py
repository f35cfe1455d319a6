"""Remembering that Telegram asked us to wait."""

from datetime import datetime

from sqlalchemy import Connection

from storage.dialects import upsert
from storage.tables import pauses


def remember(connection: Connection, until_at: datetime, rate: float) -> None:
    """Send nothing before `until_at`, and then `rate` messages a second."""
    values = {"until_at": until_at, "rate": rate}
    connection.execute(
        upsert(connection.dialect.name, pauses)
        .values(id=1, **values)
        .on_conflict_do_update(index_elements=["id"], set_=values)
    )

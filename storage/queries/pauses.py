"""What Telegram last said about our speed."""

from datetime import datetime

from sqlalchemy import Connection, select

from storage.tables import pauses


def last(connection: Connection) -> tuple[datetime, float] | None:
    """Until when it asked us to wait, and the rate after that; None if it never did."""
    row = connection.execute(select(pauses.c.until_at, pauses.c.rate)).one_or_none()
    return None if row is None else (row.until_at, row.rate)

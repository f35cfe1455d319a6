"""What was said and waits to be handled."""

from sqlalchemy import Connection, select

from storage.tables import updates


def waiting(connection: Connection) -> list[tuple[int, str]]:
    """Ids and bodies of the updates that were stored and not handled, in Telegram's order."""
    rows = connection.execute(
        select(updates.c.update_id, updates.c.body)
        .where(updates.c.handled_at.is_(None), updates.c.body.is_not(None))
        .order_by(updates.c.update_id)
    )
    return [(row.update_id, row.body) for row in rows]

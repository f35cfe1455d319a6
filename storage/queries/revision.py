"""Which migration the database is at."""

from sqlalchemy import Connection, inspect, text

from storage.migrations import HEAD


def is_current(connection: Connection) -> bool:
    """Whether the database has the shape that this version expects."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
    return list(found) == [HEAD]

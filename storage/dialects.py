"""What the two databases spell differently, in one place (with `database.py`, which opens them)."""

from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import postgresql, sqlite


def upsert(dialect: str, table: Table) -> Any:
    """An INSERT for `table` that knows ON CONFLICT; `dialect` is "sqlite" or "postgresql"."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def insert_missing(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    """Insert the `rows` whose keys are not there yet; returns how many were new."""
    statement = upsert(connection.dialect.name, table).on_conflict_do_nothing()
    return int(connection.execute(statement, rows).rowcount)


def insert_row(connection: Connection, table: Table, **values: Any) -> int:
    """Insert one row and return its id."""
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    return int(key[0]) if key is not None else 0

"""What the two databases spell differently, in one place (with `database.py`, which opens them)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    Table,
    Text,
    bindparam,
    case,
    cast,
    func,
    insert,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite


def sqlite_path(url: str) -> Path | None:
    """The file of `sqlite:///path`; None for another database. Raises ArgumentError if it is no
    address at all."""
    parsed = make_url(url)
    file = parsed.get_backend_name() == "sqlite" and parsed.database
    return Path(file) if file else None


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


def in_order(column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[int]:
    """What a list is sorted by so that rows come as `values` do, whatever else there is at the end.

    States are sorted so: by what they mean, never by how they are spelt.
    """
    places = {value: place for place, value in enumerate(values)}
    return case(places, value=column, else_=len(places))


def holds(dialect: str, text: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Whether a text has exactly `part` in it. That is several times as fast as LIKE, and folding
    the case of every row is slower still; a part without letters of two cases needs none."""
    find = func.instr if dialect == "sqlite" else func.strpos
    return find(text, part) > 0


def given_rows(dialect: str, name: str) -> tuple[ColumnElement[int], ColumnElement[str]]:
    """The columns of a table that is handed over whole, as the parameter `name`: a list of (id,
    text).

    Row by row is what executemany is for, but Python's sqlite3 lets go of the interpreter at every
    row and has to wait for it again, while the event loop is busy.
    """
    rows = bindparam(name, type_=JSON)
    if dialect == "sqlite":
        each = func.json_each(rows).table_valued("value").c.value
        return func.json_extract(each, "$[0]"), func.json_extract(each, "$[1]")
    each = func.json_array_elements(rows).table_valued("value").c.value
    return cast(each.op("->>")(0), BigInteger), cast(each.op("->>")(1), Text)

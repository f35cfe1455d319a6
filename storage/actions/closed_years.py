"""What is written into a year asks first whether that year is closed."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from storage.model.period import day_of
from storage.queries.closed_years import check_open
from storage.tables import entries, nodes


def require_open(connection: Connection, *into: tuple[int, int]) -> None:
    """Raise Refusal if one of these years of these nodes (node, year) is closed. Until the commit
    nobody closes one."""
    for node_id in sorted({each for each, _ in into}):  # one order: no deadlock
        row = select(nodes.c.id).where(nodes.c.id == node_id)
        connection.execute(row.with_for_update(read=True))
        check_open(connection, node_id, *(year for each, year in into if each == node_id))


def require_open_for(
    connection: Connection, entry_ids: Sequence[int], zone: ZoneInfo, *more: tuple[int, int]
) -> None:
    """The same for the years of these entries, at their nodes."""
    found = select(entries.c.node_id, entries.c.at).where(entries.c.id.in_(entry_ids)).distinct()
    into = {(row.node_id, _year(row.at, zone)) for row in connection.execute(found)}
    require_open(connection, *into, *more)


def _year(at: datetime, zone: ZoneInfo) -> int:
    return day_of(at, zone).year

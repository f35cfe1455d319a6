"""Numbers of people without a name who came to an event."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, or_, select, update

from storage.actions.attendances import check
from storage.dialects import insert_row, upsert
from storage.model.refusal import Refusal
from storage.model.roster import Way, check_count
from storage.tables import headcounts

_AT_ONCE = 1_000  # rows of one statement


def add(connection: Connection, by: int, event_id: int, count: int, now: datetime) -> int:
    """Record that so many more came; gives the row's id.

    Raises Refusal if `by` may not, the event takes no attendance now, or for a number that is none.
    """
    check_count(count)
    check(connection, by, event_id, now)
    given = {"count": count, "way": Way.WALKED_IN, "recorded_by": by, "recorded_at": now}
    return insert_row(connection, headcounts, event_id=event_id, **given)


def put(
    connection: Connection, event_id: int, lines: Sequence[tuple[str, int]], by: int, now: datetime
) -> int:
    """Record the lines of a list on paper that have no name, each with a key of its own and for how
    many people it stands; returns how many more people that makes. A line that is there already
    stays as it is, or gets its new number."""
    before = _on_paper(connection, event_id)
    same = {"event_id": event_id, "way": Way.PAPER, "recorded_by": by, "recorded_at": now}
    for start in range(0, len(lines), _AT_ONCE):
        some = lines[start : start + _AT_ONCE]
        rows = [{**same, "line": line, "count": count} for line, count in some]
        insert = upsert(connection.dialect.name, headcounts).values(rows)
        names = ("count", "recorded_by", "recorded_at")
        again = insert.on_conflict_do_update(
            index_elements=["event_id", "line"],
            set_={name: insert.excluded[name] for name in names} | {"withdrawn_at": None},
            where=or_(
                headcounts.c.withdrawn_at.is_not(None),
                headcounts.c.count != insert.excluded["count"],
            ),
        )
        connection.execute(again)
    return _on_paper(connection, event_id) - before


def _on_paper(connection: Connection, event_id: int) -> int:
    counted = select(func.coalesce(func.sum(headcounts.c.count), 0)).where(
        headcounts.c.event_id == event_id,
        headcounts.c.way == Way.PAPER,
        headcounts.c.withdrawn_at.is_(None),
    )
    return int(connection.execute(counted).scalar_one())


def withdraw(connection: Connection, by: int, event_id: int, row_id: int, now: datetime) -> None:
    """Take a number back, with all that were recorded by the same act; nothing changes for one that
    was taken back already.

    Raises Refusal if `by` may not, the event takes no attendance now, or there is none.
    """
    check(connection, by, event_id, now)
    of_event = headcounts.c.event_id == event_id
    row = connection.execute(select(headcounts).where(of_event, headcounts.c.id == row_id)).first()
    if row is None:
        raise Refusal("door.no_number")
    connection.execute(
        update(headcounts)
        .where(
            of_event,
            headcounts.c.recorded_at == row.recorded_at,
            headcounts.c.recorded_by == row.recorded_by,
            headcounts.c.way == row.way,
            headcounts.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )

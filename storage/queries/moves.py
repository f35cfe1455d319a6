"""Histories: how something came to be as it is."""

from sqlalchemy import ColumnElement, Connection, FromClause, select, true

from storage.model.moves import Move
from storage.model.subject import SubjectKind
from storage.receipts import cause
from storage.tables import moves, persons

_HISTORY = select(
    moves.c.from_state,
    moves.c.to_state,
    moves.c.at,
    moves.c.by,
    persons.c.name.label("by_name"),
    moves.c.words,
    moves.c.update_id,
).join(persons, persons.c.id == moves.c.by, isouter=True)


def history(connection: Connection, subject_kind: SubjectKind, subject_id: int) -> list[Move]:
    """The moves of one thing, the first of them first. Who made them is for staff alone."""
    rows = connection.execute(
        _HISTORY.where(
            moves.c.subject_kind == subject_kind, moves.c.subject_id == subject_id
        ).order_by(moves.c.id)
    )
    return [Move(*row) for row in rows]


def not_now(some: FromClause) -> ColumnElement[bool]:
    """Whether a row of moves was made by another update than the one that is being handled: what is
    done in steps, and done again after a kill, did itself what it finds."""
    now = cause()
    return true() if now is None else some.c.update_id.is_distinct_from(now)

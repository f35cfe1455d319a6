"""Histories: how something came to be as it is."""

from sqlalchemy import Connection, select

from storage.model.moves import Move
from storage.model.subject import SubjectKind
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

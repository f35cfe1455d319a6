"""The history of everything that has states: one row for each move, never changed afterwards."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from storage.tables.base import Id, Instant, id_column, metadata, reference

moves = Table(
    "moves",
    metadata,
    id_column(),
    Column("subject_kind", String(32), nullable=False),
    Column("subject_id", Id, nullable=False),
    Column("from_state", String(16)),  # None: so it began
    Column("to_state", String(16), nullable=False),
    reference("by", "persons", nullable=True),  # None: by itself
    Column("at", Instant, nullable=False),
    Column("words", Text),
    Column("update_id", BigInteger),  # no reference: updates are forgotten, histories are not
)
Index("ix_moves_subject_kind_subject_id", moves.c.subject_kind, moves.c.subject_id)

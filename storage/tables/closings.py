"""Closings: what was signed of the figures of a place and year.

The figures of a row stay as they were signed last; what was sent back or reopened is followed by
another row.
"""

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from storage.model.closing import ClosingState
from storage.tables.base import Instant, id_column, metadata, reference, state_column

closings = Table(
    "closings",
    metadata,
    id_column(),
    reference("node_id", "nodes"),
    Column("year", Integer, nullable=False),
    state_column(ClosingState),
    Column("basis", String(64), nullable=False),  # of the programme that counted
    Column("figures", Text, nullable=False),  # JSON, see storage/model/closing.py
    Column("digest", String(64), nullable=False),  # SHA-256 of the figures, in hex
    Column("signed_at", Instant, nullable=False),
)
_IN_FORCE = "state IN ('checked', 'accepted', 'closed')"
# A place and year has one closing in force, or none.
Index(
    "uq_closings_in_force",
    closings.c.node_id,
    closings.c.year,
    unique=True,
    sqlite_where=text(_IN_FORCE),
    postgresql_where=text(_IN_FORCE),
)

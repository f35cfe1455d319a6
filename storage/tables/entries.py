"""The ledger: work that was done, as staff recorded it.

An entry is never changed and never deleted: one that was put right is replaced by another, and one
that should not be there is voided.
"""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from storage.model.ledger import EntryState
from storage.tables.base import Instant, id_column, metadata, reference, state_column

entries = Table(
    "entries",
    metadata,
    id_column(),
    reference("node_id", "nodes"),
    Column("indicator", String(32), nullable=False),  # an id of the programme file
    Column("at", Instant, nullable=False),  # noon of its day in the district's zone
    Column("thousandths", BigInteger, nullable=False),
    Column("place", String(200), nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("media", Text),  # files of Telegram's, see `media_to_json`
    state_column(EntryState),
    reference("replaces_id", "entries", nullable=True, index=True),
    Column("draft_key", String(64), nullable=False, unique=True),
    reference("created_by", "persons"),
    Column("created_at", Instant, nullable=False),
)
Index("ix_entries_at", entries.c.at)
Index("ix_entries_indicator_at", entries.c.indicator, entries.c.at)
Index("ix_entries_node_id_at", entries.c.node_id, entries.c.at)
Index("ix_entries_node_id_indicator_at", entries.c.node_id, entries.c.indicator, entries.c.at)

"""What an event was before each change: what whoever comes was told, and who changed it when."""

from sqlalchemy import Column, Index, Table, Text

from storage.tables.base import Instant, id_column, metadata, reference

event_changes = Table(
    "event_changes",
    metadata,
    id_column(),
    reference("event_id", "events"),
    reference("by", "persons"),
    Column("at", Instant, nullable=False),
    Column("was", Text, nullable=False),  # JSON, see `Facts`
    reference("broadcast_id", "broadcasts", nullable=True),  # that tells of it; None: nobody is
)
Index("ix_event_changes_event_id_id", event_changes.c.event_id, event_changes.c.id)

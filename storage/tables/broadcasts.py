"""One sending to many. A slot is planned at most once, by the unique key."""

from sqlalchemy import Column, Index, String, Table, UniqueConstraint

from storage.tables.base import Id, Instant, id_column, metadata, reference

broadcasts = Table(
    "broadcasts",
    metadata,
    id_column(),
    Column("kind", String(32), nullable=False),
    reference("schedule_id", "schedules", nullable=True),
    Column("slot_at", Instant, nullable=False),
    Column("course_id", String(32)),
    Column("item_id", String(32)),
    Column("subject_id", Id),
    reference("node_id", "nodes", index=True),
    Column("skipped_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("schedule_id", "slot_at"),
)
Index("ix_broadcasts_kind_slot_at", broadcasts.c.kind, broadcasts.c.slot_at)

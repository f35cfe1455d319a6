"""A member pressed "done": one row a person and item, however often it is pressed."""

from sqlalchemy import Column, Index, String, Table, UniqueConstraint

from storage.tables.base import Instant, id_column, metadata, reference

acknowledgements = Table(
    "acknowledgements",
    metadata,
    id_column(),
    reference("person_id", "persons"),
    reference("node_id", "nodes", nullable=True),
    Column("course_id", String(32), nullable=False),
    Column("item_id", String(32), nullable=False),
    Column("acknowledged_at", Instant, nullable=False),
    UniqueConstraint("person_id", "course_id", "item_id"),
)
Index("ix_acknowledgements_acknowledged_at", acknowledgements.c.acknowledged_at)
Index(
    "ix_acknowledgements_node_id_acknowledged_at",
    acknowledgements.c.node_id,
    acknowledgements.c.acknowledged_at,
)

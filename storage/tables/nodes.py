"""The organisation tree."""

from sqlalchemy import Column, String, Table

from storage.tables.base import Instant, id_column, metadata, reference

nodes = Table(
    "nodes",
    metadata,
    id_column(),
    reference("parent_id", "nodes", nullable=True, index=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(64), nullable=False),
    Column("code", String(32), nullable=False, unique=True),
    Column("path", String(255), nullable=False, unique=True),
    Column("timezone", String(64)),  # None: that of the node above
    Column("created_at", Instant, nullable=False),
)

"""Roles that people hold at nodes."""

from sqlalchemy import Column, String, Table, UniqueConstraint

from storage.tables.base import Instant, id_column, metadata, reference

roles = Table(
    "roles",
    metadata,
    id_column(),
    reference("person_id", "persons"),
    reference("node_id", "nodes", index=True),
    Column("role", String(16), nullable=False),
    reference("granted_by", "persons", nullable=True),
    Column("granted_at", Instant, nullable=False),
    UniqueConstraint("person_id", "node_id", "role"),
)

"""Roles that people hold at nodes, or held."""

from sqlalchemy import Column, String, Table, UniqueConstraint

from storage.model.staff import RoleState
from storage.tables.base import Instant, id_column, metadata, reference, state_column

roles = Table(
    "roles",
    metadata,
    id_column(),
    reference("person_id", "persons"),
    reference("node_id", "nodes", index=True),
    Column("role", String(16), nullable=False),
    state_column(RoleState),
    reference("granted_by", "persons", nullable=True),
    Column("granted_at", Instant, nullable=False),
    UniqueConstraint("person_id", "node_id", "role"),
)
# What every query asks that wants to know who works where.
HELD = roles.c.state == RoleState.HELD

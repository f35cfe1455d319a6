"""One-time links. Only a hash of the secret is kept, so the table gives nobody a role."""

from sqlalchemy import Column, String, Table

from storage.model.staff import InvitationState
from storage.tables.base import Instant, id_column, metadata, reference, state_column

invitations = Table(
    "invitations",
    metadata,
    id_column(),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("role", String(16)),
    state_column(InvitationState),
    reference("node_id", "nodes"),
    reference("created_by", "persons", nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    reference("used_by", "persons", nullable=True),
    Column("used_at", Instant),
)

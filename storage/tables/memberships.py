"""The register: one row for each stay of a person on a community's, which is never deleted."""

from sqlalchemy import Column, Index, Table, text

from storage.tables.base import Instant, id_column, metadata, reference

memberships = Table(
    "memberships",
    metadata,
    id_column(),
    reference("person_id", "persons", index=True),
    reference("node_id", "nodes"),
    Column("since_at", Instant, nullable=False),
    Column("until_at", Instant),  # None: it lasts
)
# Nobody is on two registers at once.
Index(
    "uq_memberships_lasting",
    memberships.c.person_id,
    unique=True,
    sqlite_where=text("until_at IS NULL"),
    postgresql_where=text("until_at IS NULL"),
)
Index("ix_memberships_since_at", memberships.c.since_at)
Index("ix_memberships_node_id_since_at", memberships.c.node_id, memberships.c.since_at)

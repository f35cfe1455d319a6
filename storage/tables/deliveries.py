"""One message owed to one person; the rows are the outbox, the history and the report."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, UniqueConstraint, text

from storage.model.delivery import REASON_LIMIT, DeliveryState
from storage.tables.base import Id, Instant, id_column, metadata, reference, state_column

deliveries = Table(
    "deliveries",
    metadata,
    id_column(),
    reference("broadcast_id", "broadcasts", nullable=True),
    reference("person_id", "persons", index=True),
    reference("node_id", "nodes", nullable=True),
    Column("kind", String(32), nullable=False),
    Column("subject_id", Id),
    state_column(DeliveryState),
    Column("due_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("sent_at", Instant),
    Column("message_id", BigInteger),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("reason", String(REASON_LIMIT)),
    UniqueConstraint("broadcast_id", "person_id"),
)
# Partial, so that looking for due rows costs the same when millions were sent before.
Index(
    "ix_deliveries_due",
    deliveries.c.due_at,
    deliveries.c.id,
    sqlite_where=text("state = 'queued'"),
    postgresql_where=text("state = 'queued'"),
)
Index(
    "ix_deliveries_claimed",
    deliveries.c.id,
    sqlite_where=text("state = 'claimed'"),
    postgresql_where=text("state = 'claimed'"),
)
Index("ix_deliveries_node_id_sent_at", deliveries.c.node_id, deliveries.c.sent_at)

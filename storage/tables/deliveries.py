"""One message owed to one person or group; the rows are the outbox, the history and the report."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.model.delivery import REASON_LIMIT, DeliveryState
from storage.tables.base import Id, Instant, id_column, metadata, reference, state_column

deliveries = Table(
    "deliveries",
    metadata,
    id_column(),
    reference("broadcast_id", "broadcasts", nullable=True),
    reference("person_id", "persons", nullable=True),
    reference("group_id", "groups", nullable=True),
    reference("node_id", "nodes", nullable=True),
    Column("kind", String(32), nullable=False),
    Column("subject_id", Id),
    Column("schedule_id", Id),  # of a reminder that is owed to one person alone
    state_column(DeliveryState),
    Column("due_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("claimed_by", Id),  # a courier, while it is claimed
    Column("sent_at", Instant),
    Column("message_ids", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("unsure_at", Instant),
    Column("reason", String(REASON_LIMIT)),
    UniqueConstraint("broadcast_id", "person_id"),
    CheckConstraint("person_id IS NOT NULL OR group_id IS NOT NULL", name="addressed"),
)


def _partial(name: str, where: str, *columns: str, unique: bool = False) -> None:
    """An index of few rows: a fan-out of a million pays for each index that its rows stand in."""
    condition = text(where)
    found = [deliveries.c[column] for column in columns]
    Index(name, *found, unique=unique, sqlite_where=condition, postgresql_where=condition)


# Looking for due rows costs the same when millions were sent before.
_partial("ix_deliveries_due", "state = 'queued'", "broadcast_id", "due_at", "id")
_partial("ix_deliveries_claimed", "state = 'claimed'", "id")
_partial("ix_deliveries_owed", "state = 'queued' AND broadcast_id IS NULL", "person_id")
_partial("ix_deliveries_unreachable", "state = 'unreachable'", "person_id")
_partial("ix_deliveries_troubled", "reason IS NOT NULL", "broadcast_id", "state", "id")
_partial("ix_deliveries_unsure", "unsure_at IS NOT NULL", "broadcast_id", "id")
_partial(
    "uq_deliveries_broadcast_id_group_id",
    "group_id IS NOT NULL",
    "broadcast_id",
    "group_id",
    unique=True,
)

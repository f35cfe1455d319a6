"""Cards of events in Telegram groups: which message shows one, and is kept up to date."""

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, String, Table

from storage.tables.base import Instant, metadata, reference

group_cards = Table(
    "group_cards",
    metadata,
    reference("event_id", "events"),
    reference("group_id", "groups"),
    Column("message_id", BigInteger, nullable=False),
    Column("shown", String(64), nullable=False),  # the fingerprint of what it shows
    Column("sent_at", Instant, nullable=False),  # what was changed since is told on it
    PrimaryKeyConstraint("event_id", "group_id"),
)

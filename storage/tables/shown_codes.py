"""Pictures of codes that stand in chats and are renewed there."""

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, String, Table

from storage.tables.base import Instant, metadata, reference

shown_codes = Table(
    "shown_codes",
    metadata,
    reference("event_id", "events"),
    reference("person_id", "persons"),  # staff who show it, in their chat
    Column("message_id", BigInteger, nullable=False),
    Column("link", String(256), nullable=False),  # what the code leads to, without its payload
    Column("changes_at", Instant, nullable=False),  # until when it shows what is taken
    Column("until", Instant, nullable=False),  # how long it is renewed
    PrimaryKeyConstraint("event_id", "person_id"),
)

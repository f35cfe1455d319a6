"""Where each person is in a form: ids and a draft, nothing else."""

from sqlalchemy import Column, Index, String, Table, Text

from storage.tables.base import Instant, metadata

conversations = Table(
    "conversations",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("state", String(255)),
    Column("data", Text),
    Column("updated_at", Instant, nullable=False),
)
Index("ix_conversations_updated_at", conversations.c.updated_at)

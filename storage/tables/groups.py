"""Telegram groups of a community, to which notices may go."""

from sqlalchemy import BigInteger, Column, String, Table

from storage.tables.base import Instant, id_column, metadata, reference

groups = Table(
    "groups",
    metadata,
    id_column(),
    Column("chat_id", BigInteger, nullable=False, unique=True),
    Column("title", String(255), nullable=False),
    reference("node_id", "nodes", index=True),
    reference("added_by", "persons"),
    Column("added_at", Instant, nullable=False),
    Column("left_at", Instant),
)

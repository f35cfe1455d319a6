"""Happenings. `taken` is moved by conditional updates only, in step with the sign-ups."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table

from storage.model.event import EventState
from storage.tables.base import Instant, id_column, metadata, reference, state_column

events = Table(
    "events",
    metadata,
    id_column(),
    reference("node_id", "nodes"),
    Column("category", String(32), nullable=False),
    Column("title", String(200), nullable=False),
    Column("place", String(200), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("remind_at", Instant),  # None: nobody is reminded
    Column("capacity", Integer),
    Column("taken", Integer, nullable=False, server_default="0"),
    state_column(EventState),
    Column("draft_key", String(64), nullable=False, unique=True),
    reference("created_by", "persons"),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("taken >= 0 AND (capacity IS NULL OR taken <= capacity)", name="seats"),
)
Index("ix_events_node_id_starts_at", events.c.node_id, events.c.starts_at)

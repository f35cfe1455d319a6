"""Happenings. `taken` is moved by conditional updates only, in step with the sign-ups."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from storage.model.event import EventState
from storage.tables.base import Id, Instant, id_column, metadata, reference, state_column

events = Table(
    "events",
    metadata,
    id_column(),
    reference("node_id", "nodes"),
    Column("category", String(32), nullable=False),
    Column("title", String(200), nullable=False),
    Column("place", String(200), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),  # None: nobody said
    Column("deadline_at", Instant),  # of signing up; None: until it starts
    Column("remind_at", Instant),  # the first time; None: nobody is reminded
    Column("reminders", String(64), nullable=False, server_default=""),  # hours before: "24,2"
    Column("capacity", Integer),
    Column("taken", Integer, nullable=False, server_default="0"),
    state_column(EventState),
    Column("draft_key", String(64), nullable=False, unique=True),
    Column("words", Text, nullable=False, server_default=""),
    Column("media", Text),  # shown with it: files of Telegram's, see `media_to_json`
    Column("latitude", Float),
    Column("longitude", Float),
    Column("companions", Integer, nullable=False, server_default="0"),  # each may bring
    Column("cost", String(200), nullable=False, server_default=""),
    Column("contact", String(200), nullable=False, server_default=""),
    Column("questions", Text),  # JSON; None: whoever signs up is asked nothing
    Column("audience", Text),  # JSON; None: everybody of its node
    Column("series_id", Id, index=True),  # the first event of its series
    Column("revision", Integer, nullable=False, server_default="0"),  # how often it was changed
    Column("by_hand", Boolean, nullable=False, server_default=false()),  # recorded afterwards
    Column("record", Text),  # pictures of how it was, as `media`
    reference("created_by", "persons"),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("taken >= 0 AND (capacity IS NULL OR taken <= capacity)", name="seats"),
)
Index("ix_events_starts_at", events.c.starts_at)
Index("ix_events_node_id_starts_at", events.c.node_id, events.c.starts_at)
Index("ix_events_state_starts_at", events.c.state, events.c.starts_at)  # what is to be confirmed

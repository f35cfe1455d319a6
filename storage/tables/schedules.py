"""Rhythms, and what is sent at their slots. `next_slot_at` is what the planner looks for."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    false,
    text,
)

from storage.model.schedule import ScheduleState
from storage.tables.base import Instant, id_column, metadata, reference, state_column

schedules = Table(
    "schedules",
    metadata,
    id_column(),
    Column("kind", String(32), nullable=False),
    Column("rhythm", Text, nullable=False),
    # Of the rhythm, what SQL asks for: these slots are for some of the course's people only.
    Column("after_joining", Boolean, nullable=False, server_default=false()),
    reference("node_id", "nodes", index=True),
    Column("course_id", String(32)),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("audience", Text),
    Column("content", Text),
    reference("event_id", "events", nullable=True, index=True),
    Column("priority", SmallInteger, nullable=False),
    Column("at_most_once", Boolean, nullable=False, server_default=false()),
    Column("again", Boolean, nullable=False, server_default=false()),
    Column("fired", Integer, nullable=False, server_default="0"),
    Column("next_slot_at", Instant),
    # The last slot, if there was nobody to send to, and what it would have sent.
    Column("nobody_at", Instant),
    Column("nobody_item", String(32)),
    state_column(ScheduleState),
    Column("draft_key", String(64), nullable=False, unique=True),
    reference("created_by", "persons"),
    Column("created_at", Instant, nullable=False),
)
Index(
    "ix_schedules_due",
    schedules.c.next_slot_at,
    sqlite_where=text("state = 'active'"),
    postgresql_where=text("state = 'active'"),
)

"""Rhythms of study pushes. `next_slot_at` is what the planner looks for."""

from sqlalchemy import Column, Index, Integer, String, Table, Time, text

from storage.model.study import ScheduleState
from storage.tables.base import Instant, id_column, metadata, reference, state_column

schedules = Table(
    "schedules",
    metadata,
    id_column(),
    Column("kind", String(16), nullable=False),
    Column("course_id", String(32), nullable=False),
    Column("position", Integer, nullable=False),
    reference("node_id", "nodes", index=True),
    Column("once_at", Instant),
    Column("days", String(32), nullable=False),
    Column("at", Time),
    Column("next_slot_at", Instant),
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

"""What was asked about events that are over: one row a time, so that nobody is asked twice."""

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint

from storage.tables.base import Instant, id_column, metadata, reference

askings = Table(
    "askings",
    metadata,
    id_column(),
    reference("event_id", "events"),
    Column("question", String(16), nullable=False),
    Column("number", Integer, nullable=False),  # the how many-th time
    Column("asked_at", Instant, nullable=False),
    UniqueConstraint("event_id", "question", "number"),
)

"""The doors of events, where people check themselves in, and who types codes that are wrong."""

from sqlalchemy import Column, Index, Integer, String, Table, UniqueConstraint

from storage.tables.base import Instant, id_column, metadata, reference

doors = Table(
    "doors",
    metadata,
    id_column(),
    reference("event_id", "events"),
    Column("secret", String(64), nullable=False),  # from which the codes follow
    Column("shown_at", Instant, nullable=False),  # when staff asked for a code last
    UniqueConstraint("event_id"),
)
Index("ix_doors_shown_at", doors.c.shown_at)
guesses = Table(
    "guesses",
    metadata,
    id_column(),
    reference("person_id", "persons"),
    Column("wrong", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    UniqueConstraint("person_id"),
)

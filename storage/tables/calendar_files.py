"""Who took the calendar file of an event, and so is sent it again when the event is changed."""

from sqlalchemy import Column, PrimaryKeyConstraint, Table

from storage.tables.base import Instant, metadata, reference

calendar_files = Table(
    "calendar_files",
    metadata,
    reference("event_id", "events"),
    reference("person_id", "persons", index=True),
    Column("taken_at", Instant, nullable=False),
    PrimaryKeyConstraint("event_id", "person_id"),
)

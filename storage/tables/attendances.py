"""Who really came to an event, as staff ticked it: one row a person and event."""

from sqlalchemy import Column, Table, UniqueConstraint

from storage.tables.base import Instant, id_column, metadata, reference

attendances = Table(
    "attendances",
    metadata,
    id_column(),
    reference("event_id", "events"),
    reference("person_id", "persons", index=True),
    reference("recorded_by", "persons"),
    Column("recorded_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),  # it was ticked by mistake
    UniqueConstraint("event_id", "person_id"),
)

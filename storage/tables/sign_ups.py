"""Places at events: one row a person and event, which moves between its two states."""

from sqlalchemy import Column, Table, UniqueConstraint

from storage.model.event import SignUpState
from storage.tables.base import Instant, id_column, metadata, reference, state_column

sign_ups = Table(
    "sign_ups",
    metadata,
    id_column(),
    reference("event_id", "events"),
    reference("person_id", "persons", index=True),
    state_column(SignUpState),
    Column("signed_up_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
    UniqueConstraint("event_id", "person_id"),
)

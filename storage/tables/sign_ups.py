"""Places at events: one row a person and event, which moves between its states."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint, text

from storage.model.sign_up import SignUpState
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
    Column("waiting_at", Instant),  # since when they stand in line
    Column("offered_until", Instant),
    Column("confirmed_at", Instant),  # when they said again, asked by a reminder, that they come
    Column("seats", Integer, nullable=False, server_default="1"),  # theirs and their companions'
    Column("answers", Text),  # JSON, to the event's questions
    UniqueConstraint("event_id", "person_id"),
)


def _partial(name: str, where: str, *columns: str) -> None:
    condition, found = text(where), [sign_ups.c[column] for column in columns]
    Index(name, *found, sqlite_where=condition, postgresql_where=condition)


# Of an event that was full for months, thousands may have cancelled; those who wait are few.
_partial("ix_sign_ups_line", "state = 'waiting'", "event_id", "waiting_at")
_partial("ix_sign_ups_offers", "state = 'offered'", "offered_until", "event_id")

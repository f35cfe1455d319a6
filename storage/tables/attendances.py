"""Who really came to an event, and who did not: one row a person and event; and numbers of people
without a name."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    and_,
)

from storage.model.roster import Way
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
    Column("way", String(16), nullable=False, server_default=Way.TICKED),
    UniqueConstraint("event_id", "person_id"),
)
# Staff noted of somebody who had signed up that they did not come.
no_shows = Table(
    "no_shows",
    metadata,
    id_column(),
    reference("event_id", "events"),
    reference("person_id", "persons", index=True),
    reference("recorded_by", "persons"),
    Column("recorded_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    UniqueConstraint("event_id", "person_id"),
)


def is_noted(event_id: ColumnElement[Any], person_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a no-show is of this event and person, and was not taken back."""
    return and_(
        no_shows.c.event_id == event_id,
        no_shows.c.person_id == person_id,
        no_shows.c.withdrawn_at.is_(None),
    )


# "5 more": people who came and whom nobody named.
headcounts = Table(
    "headcounts",
    metadata,
    id_column(),
    reference("event_id", "events", index=True),
    Column("count", Integer, nullable=False),
    Column("way", String(16), nullable=False),
    reference("recorded_by", "persons"),
    Column("recorded_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    Column("line", String(64)),  # of which line of which list on paper; None: of none
    CheckConstraint("count > 0", name="somebody"),
)
Index("uq_headcounts_event_id_line", headcounts.c.event_id, headcounts.c.line, unique=True)

"""Another person's "me too" under a suggestion: one row a person and suggestion."""

from sqlalchemy import Column, Table, UniqueConstraint

from storage.tables.base import Instant, id_column, metadata, reference

supports = Table(
    "supports",
    metadata,
    id_column(),
    reference("suggestion_id", "suggestions"),
    reference("person_id", "persons", index=True),
    Column("supported_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),  # a second thought
    UniqueConstraint("suggestion_id", "person_id"),
)

"""Subscriptions to the figures of a place, and the months that were owed to each, once."""

from sqlalchemy import Column, Integer, Table, UniqueConstraint

from storage.tables.base import Instant, id_column, metadata, reference

subscriptions = Table(
    "subscriptions",
    metadata,
    id_column(),
    reference("person_id", "persons"),
    reference("node_id", "nodes"),
    Column("begun_at", Instant, nullable=False),
    Column("ended_at", Instant),
    UniqueConstraint("person_id", "node_id"),
)

editions = Table(
    "editions",
    metadata,
    id_column(),
    reference("subscription_id", "subscriptions"),
    Column("year", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("owed_at", Instant, nullable=False),
    UniqueConstraint("subscription_id", "year", "month"),
)

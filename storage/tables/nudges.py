"""Nudges: that the plan of a community was looked at in a month, once."""

from sqlalchemy import Column, Integer, Table, UniqueConstraint

from storage.tables.base import Instant, id_column, metadata, reference

nudges = Table(
    "nudges",
    metadata,
    id_column(),
    reference("node_id", "nodes"),
    Column("year", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("looked_at", Instant, nullable=False),
    UniqueConstraint("node_id", "year", "month"),
)

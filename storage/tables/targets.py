"""Targets: what a place means to reach in a year.

A target is never changed and never deleted: a revision replaces it by another.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, text

from storage.model.plan import TargetState
from storage.tables.base import Instant, id_column, metadata, reference, state_column

targets = Table(
    "targets",
    metadata,
    id_column(),
    reference("node_id", "nodes"),
    Column("year", Integer, nullable=False),
    Column("indicator", String(32), nullable=False),  # an id of the programme file
    Column("thousandths", BigInteger, nullable=False),
    state_column(TargetState),
    reference("replaces_id", "targets", nullable=True, index=True),
    reference("created_by", "persons"),
    Column("created_at", Instant, nullable=False),
)
# Of each indicator of a place and year one target counts.
Index(
    "uq_targets_counted",
    targets.c.node_id,
    targets.c.year,
    targets.c.indicator,
    unique=True,
    sqlite_where=text("state = 'counted'"),
    postgresql_where=text("state = 'counted'"),
)

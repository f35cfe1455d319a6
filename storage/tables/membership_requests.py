"""Residents who ask to be put on the register. Who decided, and when, stands in the moves."""

from sqlalchemy import Column, Index, Table, text

from storage.model.person import RequestState
from storage.tables.base import Instant, id_column, metadata, reference, state_column

membership_requests = Table(
    "membership_requests",
    metadata,
    id_column(),
    reference("person_id", "persons", index=True),
    reference("node_id", "nodes"),
    state_column(RequestState),
    Column("asked_at", Instant, nullable=False),
)
Index(
    "uq_membership_requests_pending",
    membership_requests.c.person_id,
    unique=True,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)
# Those that wait, in their order: few, however many were answered.
Index(
    "ix_membership_requests_waiting",
    membership_requests.c.id,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)
Index(
    "ix_membership_requests_node_id_state",
    membership_requests.c.node_id,
    membership_requests.c.state,
)

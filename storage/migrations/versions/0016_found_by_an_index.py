"""Requests are found by their person, suggestions by their state"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("ix_membership_requests_person_id", "membership_requests", ["person_id"])
    waits = sa.text("state = 'pending'")
    op.create_index(
        "ix_membership_requests_waiting",
        "membership_requests",
        ["id"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_index("ix_suggestions_state_node_id", "suggestions", ["state", "node_id"])


def downgrade() -> None:
    op.drop_index("ix_suggestions_state_node_id", "suggestions")
    op.drop_index("ix_membership_requests_waiting", "membership_requests")
    op.drop_index("ix_membership_requests_person_id", "membership_requests")

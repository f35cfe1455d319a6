"""Who stands in line, and which offers are over, are found by an index"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

INDEXES = {
    "ix_sign_ups_line": (["event_id", "waiting_at"], "state = 'waiting'"),
    "ix_sign_ups_offers": (["offered_until", "event_id"], "state = 'offered'"),
}


def upgrade() -> None:
    for name, (columns, where) in INDEXES.items():
        those = sa.text(where)
        op.create_index(name, "sign_ups", columns, sqlite_where=those, postgresql_where=those)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "sign_ups")

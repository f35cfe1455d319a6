"""What somebody is owed who could not be reached, found when they are back"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

UNREACHABLE = sa.text("state = 'unreachable'")


def upgrade() -> None:
    op.create_index(
        "ix_deliveries_unreachable",
        "deliveries",
        ["person_id"],
        sqlite_where=UNREACHABLE,
        postgresql_where=UNREACHABLE,
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_unreachable", "deliveries")

"""How far the retry of what a broadcast failed to deliver has come"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import Instant

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("broadcasts", sa.Column("retry_at", Instant(), nullable=True))
    op.add_column("broadcasts", sa.Column("retry_place", ID, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("broadcasts", "retry_place")
    op.drop_column("broadcasts", "retry_at")

"""Staff see that the last slot of a schedule went to nobody"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import Instant

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("schedules", sa.Column("nobody_at", Instant(), nullable=True))
    op.add_column("schedules", sa.Column("nobody_item", sa.String(32), nullable=True))


def downgrade() -> None:
    op.drop_column("schedules", "nobody_item")
    op.drop_column("schedules", "nobody_at")

"""Since when somebody reads their language: what they were sent before may be in another"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import Instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("persons", sa.Column("language_at", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("persons", "language_at")

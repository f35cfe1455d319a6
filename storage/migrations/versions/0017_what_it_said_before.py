"""What a correction took the place of is kept"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("broadcasts", sa.Column("replaced", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("broadcasts", "replaced")

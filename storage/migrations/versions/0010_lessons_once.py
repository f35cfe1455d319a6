"""A schedule says whether it pushes items again, and who had an item is found by an index"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

INDEX = "ix_broadcasts_course_id_item_id"


def upgrade() -> None:
    op.add_column(
        "schedules", sa.Column("again", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index(INDEX, "broadcasts", ["course_id", "item_id"])


def downgrade() -> None:
    op.drop_index(INDEX, table_name="broadcasts")
    op.drop_column("schedules", "again")

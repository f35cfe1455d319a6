"""Which courier holds a delivery, and until when its lease runs"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import Instant

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "couriers",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("until_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_couriers")),
    )
    # What is claimed at this moment names nobody: the next courier takes it up.
    op.add_column("deliveries", sa.Column("claimed_by", ID, nullable=True))


def downgrade() -> None:
    op.drop_column("deliveries", "claimed_by")
    op.drop_table("couriers")

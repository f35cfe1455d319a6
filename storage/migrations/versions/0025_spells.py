"""Shares of the members that are kept beside what they count"""

import sqlalchemy as sa
from alembic import op

from storage.triggers import drop_all

revision = "0025"
down_revision = "0022"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "spells",
        sa.Column("share", sa.String(32), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("until_month", sa.Integer()),
        sa.PrimaryKeyConstraint("person_id", "share", "month", name=op.f("pk_spells")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    # Some write into it. What keeps the other sums is made again at the start.
    drop_all(op.get_bind())
    op.drop_table("spells")

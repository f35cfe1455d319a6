"""More sums: shares of the members, and who acknowledged what a push brought them"""

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
    # All of it is built anew at the start, by other triggers.
    drop_all(op.get_bind())
    _reach(
        sa.Column("arrived", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("acknowledged", sa.BigInteger(), nullable=False, server_default="0"),
    )


def _reach(*sums: sa.Column[int]) -> None:
    op.drop_table("reach")
    op.create_table(
        "reach",
        sa.Column("broadcast_id", ID, nullable=False),
        sa.Column("node_id", ID, nullable=False),
        *sums,
        sa.PrimaryKeyConstraint("broadcast_id", "node_id", name=op.f("pk_reach")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    drop_all(op.get_bind())
    _reach(sa.Column("arrived", sa.BigInteger(), nullable=False))
    op.drop_table("spells")

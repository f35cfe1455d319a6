"""More sums: shares of the members, and who acknowledged what a push brought them"""

import sqlalchemy as sa
from alembic import op

from storage.triggers import drop_all

revision = "0024"
down_revision = "0023"

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
    op.create_table(
        "covers",
        sa.Column("share", sa.String(32), nullable=False),
        sa.Column("node_id", ID, nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("share", "node_id", "month", "last", name=op.f("pk_covers")),
        sqlite_with_rowid=False,
    )
    # All of it is built anew at the start, by other triggers.
    drop_all(op.get_bind())
    _rollups("source", "node_id", "month", "key")
    _reach(
        sa.Column("arrived", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("acknowledged", sa.BigInteger(), nullable=False, server_default="0"),
    )


def _rollups(*key: str) -> None:
    op.drop_table("rollups")
    op.create_table(
        "rollups",
        sa.Column("node_id", ID, nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_rollups")),
        sqlite_with_rowid=False,
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
    _rollups("node_id", "month", "source", "key")
    _reach(sa.Column("arrived", sa.BigInteger(), nullable=False))
    for table in ("covers", "spells"):
        op.drop_table(table)

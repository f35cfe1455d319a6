"""Roll-ups of a month lie together, for all places"""

import sqlalchemy as sa
from alembic import op

from storage.triggers import drop_all

revision = "0030"
down_revision = "0029"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAMES = "node_id, month, source, key, records, weight"


def upgrade() -> None:
    _lie_by("source", "month", "node_id", "key")


def downgrade() -> None:
    _lie_by("source", "node_id", "month", "key")


def _lie_by(*key: str) -> None:
    """The triggers go with the table; at the start they are made again."""
    drop_all(op.get_bind())
    op.execute(f"CREATE TEMPORARY TABLE kept_rows AS SELECT {NAMES} FROM rollups")
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
    op.execute(f"INSERT INTO rollups ({NAMES}) SELECT {NAMES} FROM kept_rows")
    op.execute("DROP TABLE kept_rows")

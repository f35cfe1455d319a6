"""More sums: of years, shares of the members, and who acknowledged what a push brought them"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.triggers import drop_all

revision = "0024"
down_revision = "0023"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ARRIVED = ("broadcast_id", "node_id", "arrived")


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
    # All of them are built anew at the start, by other triggers.
    drop_all(op.get_bind())
    _rollups("source", "node_id", "month", "key")
    arrived = sa.Column("arrived", sa.BigInteger(), nullable=False, server_default="0")
    acknowledged = sa.Column("acknowledged", sa.BigInteger(), nullable=False, server_default="0")
    _reach(arrived, acknowledged)


def downgrade() -> None:
    drop_all(op.get_bind())
    _rollups("node_id", "month", "source", "key")
    _reach(sa.Column("arrived", sa.BigInteger(), nullable=False))
    for table in ("covers", "spells"):
        op.drop_table(table)


def _rollups(*key: str) -> None:
    columns = (
        sa.Column("node_id", ID, nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
    )
    _make_again("rollups", [each.name for each in columns], columns, key)


def _reach(*sums: sa.Column[Any]) -> None:
    of = ("broadcast_id", "node_id")
    columns = (*(sa.Column(name, ID, nullable=False) for name in of), *sums)
    _make_again("reach", _ARRIVED, columns, of)


def _make_again(
    table: str, kept: Sequence[str], columns: Sequence[sa.Column[Any]], key: Sequence[str]
) -> None:
    """A table with other columns or another key, and in it what was `kept` in the old one."""
    names = ", ".join(kept)
    op.execute(f"CREATE TEMPORARY TABLE kept_rows AS SELECT {names} FROM {table}")
    op.drop_table(table)
    constraint = sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}"))
    op.create_table(table, *columns, constraint, sqlite_with_rowid=False)
    op.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM kept_rows")
    op.execute("DROP TABLE kept_rows")

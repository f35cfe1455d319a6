"""Who acknowledged what a broadcast brought stands apart from whom it reached; and additions to
roll-ups, on PostgreSQL (storage/sums.py)"""

import sqlalchemy as sa
from alembic import op

from storage.triggers import drop_all

revision = "0041"
down_revision = "0040"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SUMS = ("rollups", "done", "covers")
SAME = "done.broadcast_id = reach.broadcast_id AND done.node_id = reach.node_id"


def upgrade() -> None:
    """The triggers are made again at the start, and with others all sums are built anew."""
    drop_all(op.get_bind())
    op.create_table(
        "done",
        sa.Column("broadcast_id", ID, nullable=False),
        sa.Column("node_id", ID, nullable=False),
        sa.Column("acknowledged", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("broadcast_id", "node_id", name=op.f("pk_done")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO done (broadcast_id, node_id, acknowledged)"
        " SELECT broadcast_id, node_id, acknowledged FROM reach WHERE acknowledged <> 0"
    )
    op.drop_column("reach", "acknowledged")
    if op.get_bind().dialect.name == "postgresql":
        for name in SUMS:
            op.execute(f"CREATE TABLE {name}_additions () INHERITS ({name})")


def downgrade() -> None:
    """What additions hold is lost."""
    drop_all(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        for name in SUMS:
            op.execute(f"DROP TABLE {name}_additions")
    acknowledged = sa.Column("acknowledged", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("reach", acknowledged)
    op.execute(
        f"UPDATE reach SET acknowledged = COALESCE((SELECT acknowledged FROM done WHERE {SAME}), 0)"
    )
    op.execute(
        "INSERT INTO reach (broadcast_id, node_id, acknowledged)"
        " SELECT broadcast_id, node_id, acknowledged FROM done"
        f" WHERE NOT EXISTS (SELECT 1 FROM reach WHERE {SAME})"
    )
    op.drop_table("done")

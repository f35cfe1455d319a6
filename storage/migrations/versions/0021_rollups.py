"""Sums that are kept beside what they count"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_NAMED = "LIKE 'rollup\\_%' ESCAPE '\\'"
# The triggers of PostgreSQL go with the functions that they call.
_FUNCTIONS = f"""DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT proname FROM pg_proc WHERE proname {_NAMED} LOOP
        EXECUTE 'DROP FUNCTION ' || quote_ident(name) || ' CASCADE';
    END LOOP; END $$"""
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rollups",
        sa.Column("node_id", ID, nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("node_id", "month", "source", "key", name=op.f("pk_rollups")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reach",
        sa.Column("broadcast_id", ID, nullable=False),
        sa.Column("node_id", ID, nullable=False),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("broadcast_id", "node_id", name=op.f("pk_reach")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "months",
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("since_at", name=op.f("pk_months")),
    )
    # The triggers that keep them are made at the start, by the district's zone.
    op.create_table(
        "builds",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("upto", ID, nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_builds")),
    )


def downgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        bind.exec_driver_sql(_FUNCTIONS)
    else:
        found = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name {_NAMED}"
        for name in bind.exec_driver_sql(found).scalars().all():
            bind.exec_driver_sql(f"DROP TRIGGER {name}")
    for table in ("builds", "months", "reach", "rollups"):
        op.drop_table(table)

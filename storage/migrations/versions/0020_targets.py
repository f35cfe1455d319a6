"""Targets of a place and year"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTED = sa.text("state = 'counted'")


def upgrade() -> None:
    op.create_table(
        "targets",
        sa.Column("id", ID, nullable=False),
        sa.Column("node_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(32), nullable=False),
        sa.Column("thousandths", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("replaces_id", ID, nullable=True),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_targets_node_id_nodes")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["targets.id"], name=op.f("fk_targets_replaces_id_targets")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["persons.id"], name=op.f("fk_targets_created_by_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
    )
    op.create_index(op.f("ix_targets_replaces_id"), "targets", ["replaces_id"])
    op.create_index(
        "uq_targets_counted",
        "targets",
        ["node_id", "year", "indicator"],
        unique=True,
        sqlite_where=COUNTED,
        postgresql_where=COUNTED,
    )


def downgrade() -> None:
    op.drop_table("targets")

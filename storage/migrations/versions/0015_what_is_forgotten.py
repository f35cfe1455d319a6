"""What grows with every message is forgotten when it is old"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sweeps",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("place", ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sweeps")),
    )
    # Nobody knows when a copy was noted: not before its broadcast.
    op.add_column("polls", sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE polls SET noted_at = coalesce("
        "(SELECT created_at FROM broadcasts WHERE broadcasts.id = polls.broadcast_id),"
        " (SELECT max(created_at) FROM broadcasts), CURRENT_TIMESTAMP)"
    )
    with op.batch_alter_table("polls") as batch:
        batch.alter_column("noted_at", nullable=False)
    op.create_index("ix_polls_noted_at", "polls", ["noted_at"])


def downgrade() -> None:
    op.drop_index("ix_polls_noted_at", "polls")
    op.drop_column("polls", "noted_at")
    op.drop_table("sweeps")

"""What an event was before each change"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "event_changes",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("broadcast_id", ID, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_event_changes_{column}_{target}")
            )
            for column, target in (
                ("event_id", "events"),
                ("by", "persons"),
                ("broadcast_id", "broadcasts"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_changes")),
    )
    op.create_index("ix_event_changes_event_id_id", "event_changes", ["event_id", "id"])


# Messages that the older version does not know: nobody is told of them there.
_UNKNOWN = "kind = 'event_changed'"


def downgrade() -> None:
    op.drop_table("event_changes")
    op.execute(f"DELETE FROM deliveries WHERE {_UNKNOWN}")
    op.execute(
        f"DELETE FROM progress WHERE broadcast_id IN (SELECT id FROM broadcasts WHERE {_UNKNOWN})"
    )
    op.execute(f"DELETE FROM broadcasts WHERE {_UNKNOWN}")

"""Cards of events in Telegram groups, which follow the count"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "group_cards",
        sa.Column("event_id", ID, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.String(64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_group_cards_event_id_events")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_group_cards_group_id_groups")
        ),
        sa.PrimaryKeyConstraint("event_id", "group_id", name=op.f("pk_group_cards")),
    )


def downgrade() -> None:
    op.drop_table("group_cards")

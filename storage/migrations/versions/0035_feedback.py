"""What those who came thought of an event, and who has answered"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_feedback_stars")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_feedback_event_id_events")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_feedback")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feedback_event_id", "feedback", ["event_id"])
    op.create_table(
        "feedback_givers",
        sa.Column("event_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_feedback_givers_event_id_events")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_feedback_givers_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("event_id", "person_id", name=op.f("pk_feedback_givers")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("feedback_givers")
    op.drop_index("ix_feedback_event_id", "feedback")
    op.drop_table("feedback")

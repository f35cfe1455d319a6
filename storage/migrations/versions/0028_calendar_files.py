"""Who took the calendar file of an event is sent it again"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "calendar_files",
        sa.Column("event_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_calendar_files_event_id_events")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_calendar_files_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("event_id", "person_id", name=op.f("pk_calendar_files")),
    )
    op.create_index("ix_calendar_files_person_id", "calendar_files", ["person_id"])


def downgrade() -> None:
    op.drop_table("calendar_files")

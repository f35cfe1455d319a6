"""Codes by which people check themselves in, no-shows, and lists on paper"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "doors",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("shown_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_doors_event_id_events")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doors")),
        sa.UniqueConstraint("event_id", name=op.f("uq_doors_event_id")),
    )
    op.create_index("ix_doors_shown_at", "doors", ["shown_at"])
    op.create_table(
        "guesses",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_guesses_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guesses")),
        sa.UniqueConstraint("person_id", name=op.f("uq_guesses_person_id")),
    )
    op.create_table(
        "no_shows",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_no_shows_{name}_{table}")
            )
            for name, table in (
                ("event_id", "events"),
                ("person_id", "persons"),
                ("recorded_by", "persons"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_no_shows")),
        sa.UniqueConstraint("event_id", "person_id", name=op.f("uq_no_shows_event_id_person_id")),
    )
    op.create_index("ix_no_shows_person_id", "no_shows", ["person_id"])
    op.add_column("headcounts", sa.Column("line", sa.String(64), nullable=True))
    op.create_index("uq_headcounts_event_id_line", "headcounts", ["event_id", "line"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_headcounts_event_id_line", "headcounts")
    op.drop_column("headcounts", "line")
    op.drop_table("no_shows")
    op.drop_table("guesses")
    op.drop_table("doors")

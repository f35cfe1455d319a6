"""Events have an end and what hangs under them, sign-ups wait, and people come without a name"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=True)


def _number(name: str, default: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default=default, nullable=False)


def _added() -> dict[str, tuple[sa.Column[Any], ...]]:
    """New columns for each table; a column belongs to one schema only."""
    return {
        "events": (
            sa.Column("ends_at", INSTANT, nullable=True),
            sa.Column("deadline_at", INSTANT, nullable=True),
            sa.Column("words", sa.Text(), server_default="", nullable=False),
            _text("media"),
            sa.Column("latitude", sa.Float(), nullable=True),
            sa.Column("longitude", sa.Float(), nullable=True),
            _number("companions", "0"),
            sa.Column("cost", sa.String(200), server_default="", nullable=False),
            sa.Column("contact", sa.String(200), server_default="", nullable=False),
            _text("questions"),
            _text("audience"),
            sa.Column("series_id", ID, nullable=True),
            _number("revision", "0"),
            sa.Column("by_hand", sa.Boolean(), server_default=sa.false(), nullable=False),
            _text("record"),
        ),
        "sign_ups": (
            sa.Column("waiting_at", INSTANT, nullable=True),
            sa.Column("offered_until", INSTANT, nullable=True),
            _number("seats", "1"),
            _text("answers"),
        ),
        "attendances": (sa.Column("way", sa.String(16), server_default="ticked", nullable=False),),
    }


def upgrade() -> None:
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index("ix_events_series_id", "events", ["series_id"])
    op.create_table(
        "headcounts",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.CheckConstraint("count > 0", name=op.f("ck_headcounts_somebody")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_headcounts_event_id_events")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["persons.id"], name=op.f("fk_headcounts_recorded_by_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headcounts")),
    )
    op.create_index("ix_headcounts_event_id", "headcounts", ["event_id"])


# What the older shape cannot hold, and what is nearest to it there.
_NEAREST = {
    "events": {"closed": "open", "held": "open", "draft": "cancelled", "not_held": "cancelled"},
    "sign_ups": {"waiting": "cancelled", "offered": "cancelled"},
}


def downgrade() -> None:
    # There, each who signed up has one seat, and nobody has one that is only kept for them.
    op.execute(
        "UPDATE events SET taken = (SELECT COUNT(*) FROM sign_ups"
        " WHERE event_id = events.id AND state = 'signed_up')"
        " WHERE id IN (SELECT event_id FROM sign_ups WHERE seats > 1 OR state = 'offered')"
    )
    for table, states in _NEAREST.items():
        for state, nearest in states.items():
            op.execute(f"UPDATE {table} SET state = '{nearest}' WHERE state = '{state}'")
    op.drop_table("headcounts")
    op.drop_index("ix_events_series_id", "events")
    for table, columns in _added().items():
        for column in columns:
            op.drop_column(table, column.name)

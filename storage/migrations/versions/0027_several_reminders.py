"""Events have several reminders, and people say again that they come"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "events", sa.Column("reminders", sa.String(64), server_default="", nullable=False)
    )
    op.add_column("sign_ups", sa.Column("confirmed_at", INSTANT, nullable=True))
    op.add_column("deliveries", sa.Column("schedule_id", ID, nullable=True))
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT event_id, rhythm FROM schedules WHERE event_id IS NOT NULL"
            " AND state != 'cancelled'"
        )
    ).all()
    found = [
        {"event_id": row.event_id, "hours": str(hours)}
        for row in rows
        if (hours := json.loads(row.rhythm).get("hours_before")) is not None
    ]
    if found:
        connection.execute(
            sa.text("UPDATE events SET reminders = :hours WHERE id = :event_id"), found
        )
    # Until now an event had one reminder.
    connection.execute(
        sa.text(
            "UPDATE deliveries SET schedule_id = (SELECT MAX(id) FROM schedules"
            " WHERE event_id = deliveries.subject_id)"
            " WHERE broadcast_id IS NULL AND kind = 'event_reminder'"
        )
    )


def downgrade() -> None:
    op.drop_column("deliveries", "schedule_id")
    op.drop_column("sign_ups", "confirmed_at")
    op.drop_column("events", "reminders")

"""Schedules with a rhythm of any kind, for pushes, notices and reminders; who joined a course"""

import json
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.tables.base import Instant

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STUDY = 2  # the priority of study pushes


def upgrade() -> None:
    _enrolments()
    op.add_column("events", sa.Column("remind_at", Instant(), nullable=True))
    _new_columns()
    _carry_over()
    with op.batch_alter_table("schedules") as batch:
        for name in ("once_at", "days", "at"):
            batch.drop_column(name)
        batch.alter_column("rhythm", existing_type=sa.Text(), nullable=False)
        batch.alter_column("priority", existing_type=sa.SmallInteger(), server_default=None)
        batch.alter_column("kind", existing_type=sa.String(length=16), type_=sa.String(length=32))
        batch.alter_column("course_id", existing_type=sa.String(length=32), nullable=True)
        batch.alter_column("position", existing_type=sa.Integer(), server_default="0")
    op.create_index("ix_schedules_event_id", "schedules", ["event_id"])


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("course_id", sa.String(length=32), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_enrolments_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("person_id", "course_id", name=op.f("pk_enrolments")),
    )
    op.create_index("ix_enrolments_course_id_joined_at", "enrolments", ["course_id", "joined_at"])
    # Whoever acknowledged an item joined its course then.
    op.execute(
        "INSERT INTO enrolments (person_id, course_id, joined_at) "
        "SELECT person_id, course_id, min(acknowledged_at) FROM acknowledgements "
        "GROUP BY person_id, course_id"
    )


def _new_columns() -> None:
    with op.batch_alter_table("schedules") as batch:
        batch.add_column(sa.Column("rhythm", sa.Text(), nullable=True))
        batch.add_column(
            sa.Column("after_joining", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("audience", sa.Text(), nullable=True))
        batch.add_column(sa.Column("content", sa.Text(), nullable=True))
        batch.add_column(sa.Column("event_id", ID, nullable=True))
        batch.add_column(
            sa.Column("priority", sa.SmallInteger(), nullable=False, server_default=str(STUDY))
        )
        batch.add_column(
            sa.Column("at_most_once", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("fired", sa.Integer(), nullable=False, server_default="0"))
        batch.create_foreign_key(
            op.f("fk_schedules_event_id_events"), "events", ["event_id"], ["id"]
        )


def _carry_over() -> None:
    """Each schedule so far pushes a course; its rhythm is written as JSON."""
    table = sa.table(
        "schedules",
        sa.column("id", ID),
        sa.column("kind", sa.String),
        sa.column("rhythm", sa.Text),
        sa.column("once_at", Instant()),
        sa.column("days", sa.String),
        sa.column("at", sa.Time),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(table)).all():
        if row.kind == "once":
            rhythm = {"kind": "once", "once_at": row.once_at.isoformat()}
        else:
            days = row.days.split(",")
            rhythm = {"kind": row.kind, "days": days, "at": row.at.isoformat()}
        change = sa.update(table).where(table.c.id == row.id)
        connection.execute(change.values(kind="study_item", rhythm=json.dumps(rhythm)))
    op.execute(
        "UPDATE schedules SET fired = (SELECT count(*) FROM broadcasts "
        "WHERE broadcasts.schedule_id = schedules.id AND broadcasts.state <> 'skipped')"
    )


def downgrade() -> None:
    op.drop_index("ix_schedules_event_id", "schedules")
    with op.batch_alter_table("schedules") as batch:
        batch.add_column(sa.Column("once_at", Instant(), nullable=True))
        batch.add_column(sa.Column("days", sa.String(length=32), nullable=False, server_default=""))
        batch.add_column(sa.Column("at", sa.Time(), nullable=True))
    _carry_back()
    with op.batch_alter_table("schedules") as batch:
        batch.drop_constraint(op.f("fk_schedules_event_id_events"), type_="foreignkey")
        for name in _NEW:
            batch.drop_column(name)
        batch.alter_column("days", existing_type=sa.String(length=32), server_default=None)
        batch.alter_column("kind", existing_type=sa.String(length=32), type_=sa.String(length=16))
        batch.alter_column("course_id", existing_type=sa.String(length=32), nullable=False)
        batch.alter_column("position", existing_type=sa.Integer(), server_default=None)
    op.drop_column("events", "remind_at")
    op.drop_table("enrolments")


_NEW = (
    *("rhythm", "after_joining", "audience", "content"),
    *("event_id", "priority", "at_most_once", "fired"),
)


def _carry_back() -> None:
    """What pushes a course once, or on some days of the week, was possible before; the rest goes,
    and what was sent by it stays."""
    schedules = sa.table(
        "schedules",
        sa.column("id", ID),
        sa.column("kind", sa.String),
        sa.column("course_id", sa.String),
        sa.column("rhythm", sa.Text),
        sa.column("once_at", Instant()),
        sa.column("days", sa.String),
        sa.column("at", sa.Time),
    )
    broadcasts = sa.table("broadcasts", sa.column("schedule_id", ID))
    connection = op.get_bind()
    for row in connection.execute(sa.select(schedules)).all():
        before = _before(row.kind, row.course_id, json.loads(row.rhythm))
        this = schedules.c.id == row.id
        if before is not None:
            connection.execute(sa.update(schedules).where(this).values(**before))
        else:
            sent = broadcasts.c.schedule_id == row.id
            connection.execute(sa.update(broadcasts).where(sent).values(schedule_id=None))
            connection.execute(sa.delete(schedules).where(this))


def _before(kind: str, course_id: str | None, rhythm: dict[str, Any]) -> dict[str, Any] | None:
    if kind != "study_item" or course_id is None:
        return None
    match rhythm:
        case {"kind": "once" as old, "once_at": str(at), **more} if not more:
            return {"kind": old, "once_at": datetime.fromisoformat(at)}
        case {"kind": str(old), "days": list(days), "at": str(at), **more} if not more:
            return {"kind": old, "days": ",".join(days), "at": time.fromisoformat(at)}
    return None

"""The history of whatever has states, instead of who decided last, when and with which words"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import literal, null

from storage.tables.base import Instant

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = ("subject_kind", "subject_id", "from_state", "to_state", "by", "at", "words")
DECIDED = ("suggestions", "membership_requests")  # what had columns for its last move alone


def _table(name: str, *columns: str) -> sa.TableClause:
    """A table by the names of its columns; those that end in "at" are instants."""
    return sa.table(name, *(sa.column(c, Instant() if c.endswith("at") else None) for c in columns))


moves = _table("moves", *COLUMNS)
suggestions = _table(
    "suggestions", "id", "state", "submitted_at", "decided_by", "decided_at", "reply"
)
requests = _table(
    "membership_requests", "id", "person_id", "state", "asked_at", "decided_by", "decided_at"
)
events = _table("events", "id", "state", "created_by", "created_at")
broadcasts = _table("broadcasts", "id", "kind", "state", "subject_id", "created_by", "created_at")
schedules = _table("schedules", "id", "created_by", "created_at")


def upgrade() -> None:
    op.create_table(
        "moves",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=True),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("by", ID, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("update_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["persons.id"], name=op.f("fk_moves_by_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    _beginnings()
    _what_followed()
    op.create_index("ix_moves_subject_kind_subject_id", "moves", ["subject_kind", "subject_id"])
    for table in DECIDED:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_decided_by_persons"), type_="foreignkey")
            batch.drop_column("decided_by")
            batch.drop_column("decided_at")
            if table == "suggestions":
                batch.drop_column("reply")


def _beginnings() -> None:
    """How each began: that was known of all, but who made a suggestion is not written twice."""
    skipped = sa.case((broadcasts.c.state == "skipped", "skipped"), else_="running")
    _write("suggestion", suggestions, None, literal("received"), at="submitted_at")
    _write("event", events, None, literal("open"), by="created_by", at="created_at")
    _write("broadcast", broadcasts, None, skipped, by="created_by", at="created_at")
    _write("schedule", schedules, None, literal("active"), by="created_by", at="created_at")
    _write("membership_request", requests, None, literal("pending"), by="person_id", at="asked_at")


def _what_followed() -> None:
    """The last decision where it was written down. Nothing is made up: of what was carried out,
    when and with which words it was adopted is lost; nobody wrote down when a schedule ended."""
    decided = {"by": "decided_by", "at": "decided_at"}
    was = sa.case((suggestions.c.state == "implemented", "adopted"), else_="received")
    answered = suggestions.c.decided_at.is_not(None)
    _write("suggestion", suggestions, was, suggestions.c.state, answered, words="reply", **decided)
    answered = requests.c.decided_at.is_not(None)
    pending = literal("pending")
    _write("membership_request", requests, pending, requests.c.state, answered, **decided)
    # An event was called off in the same moment in which the news of that began.
    news = sa.select(
        literal("event"),
        events.c.id,
        literal("open"),
        events.c.state,
        broadcasts.c.created_by,
        broadcasts.c.created_at,
        null(),
    ).where(
        events.c.state == "cancelled",
        broadcasts.c.kind == "event_cancelled",
        broadcasts.c.subject_id == events.c.id,
    )
    op.execute(sa.insert(moves).from_select(COLUMNS, news.order_by(events.c.id)))


def _write(
    kind: str,
    table: sa.TableClause,
    was: sa.ColumnElement[str] | None,
    became: sa.ColumnElement[str],
    *conditions: sa.ColumnElement[bool],
    **names: str,
) -> None:
    """One move of each row; `names` are its columns for who, when and what was said."""
    told = [table.c[names[each]] if each in names else null() for each in ("by", "at", "words")]
    rows = sa.select(literal(kind), table.c.id, null() if was is None else was, became, *told)
    op.execute(sa.insert(moves).from_select(COLUMNS, rows.where(*conditions).order_by(table.c.id)))


def downgrade() -> None:
    for table in DECIDED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("decided_by", ID, nullable=True))
            batch.add_column(sa.Column("decided_at", Instant(), nullable=True))
            if table == "suggestions":
                batch.add_column(sa.Column("reply", sa.Text(), nullable=True))
            batch.create_foreign_key(
                op.f(f"fk_{table}_decided_by_persons"), "persons", ["decided_by"], ["id"]
            )
    last = {"decided_by": "by", "decided_at": "at"}
    _take_back("suggestion", suggestions, {**last, "reply": "words"})
    _take_back("membership_request", requests, last)
    op.drop_table("moves")


def _take_back(kind: str, table: sa.TableClause, columns: dict[str, str]) -> None:
    """Fill the columns of the last move, where staff made one."""
    move = _table("moves", "id", *COLUMNS)
    decisions = ("adopted", "declined", "implemented", "accepted")
    of_it = (move.c.subject_kind == kind, move.c.subject_id == table.c.id)
    decided = (move.c.to_state == table.c.state, move.c.to_state.in_(decisions))
    last = sa.select(move).where(*of_it, *decided).order_by(move.c.id.desc()).limit(1)
    values = {
        name: last.with_only_columns(move.c[source]).correlate(table).scalar_subquery()
        for name, source in columns.items()
    }
    op.execute(sa.update(table).values(values))

"""Only events that were held count: of those of before, the ones to which somebody came"""

from alembic import op

from storage.triggers import drop_all

revision = "0033"
down_revision = "0032"

_INDEX = "ix_events_state_starts_at"
_HAVE_BEGUN = "events.state IN ('open', 'closed') AND events.starts_at <= CURRENT_TIMESTAMP"
_CAME = "SELECT event_id, MAX(recorded_at) AS at FROM attendances WHERE withdrawn_at IS NULL"


def upgrade() -> None:
    op.create_index(_INDEX, "events", ["state", "starts_at"])
    drop_all(op.get_bind())  # the sums are built anew at the start, by other triggers
    # Nobody ticks at what does not take place. It is no change of today: the last tick dates it.
    op.execute(
        "INSERT INTO moves (subject_kind, subject_id, from_state, to_state, at)"
        " SELECT 'event', events.id, events.state, 'held', came.at"
        f" FROM events JOIN ({_CAME} GROUP BY event_id) came ON came.event_id = events.id"
        f" WHERE {_HAVE_BEGUN}"
    )
    op.execute(
        f"UPDATE events SET state = 'held' WHERE {_HAVE_BEGUN}"
        " AND id IN (SELECT event_id FROM attendances WHERE withdrawn_at IS NULL)"
    )


def downgrade() -> None:
    op.drop_index(_INDEX, "events")  # what is held stays so: the older shape knows the word

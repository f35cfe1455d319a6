"""Whether everything goes on: what waits, since when, and what was last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from storage.queries import pauses
from storage.tables import deliveries, updates


@dataclass(frozen=True, slots=True)
class Status:
    """Instants are aware; None where there is nothing of the kind."""

    queued: int
    due_since: datetime | None
    unhandled: int
    last_update_at: datetime | None
    last_sent_at: datetime | None
    paused_until: datetime | None


def status(connection: Connection, now: datetime) -> Status:
    """How it is at `now`."""
    is_queued = text("state = 'queued'")  # as written in the partial index
    queued = select(func.count()).select_from(deliveries).where(is_queued)
    due = select(func.min(deliveries.c.due_at)).where(is_queued, deliveries.c.due_at <= now)
    sent = select(deliveries.c.sent_at).where(deliveries.c.sent_at.is_not(None))
    waiting = select(func.count()).select_from(updates).where(updates.c.handled_at.is_(None))
    pause = pauses.last(connection)
    return Status(
        queued=connection.execute(queued).scalar_one(),
        due_since=connection.execute(due).scalar_one(),
        unhandled=connection.execute(waiting).scalar_one(),
        last_update_at=connection.execute(select(func.max(updates.c.received_at))).scalar_one(),
        last_sent_at=connection.execute(sent.order_by(deliveries.c.id.desc()).limit(1)).scalar(),
        paused_until=pause[0] if pause and pause[0] > now else None,
    )

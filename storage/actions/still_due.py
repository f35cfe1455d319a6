"""What waits and need not: after the clock was set back, or when the network is there again."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select, text, update

from storage.model.delivery import MAX_ATTEMPTS, backoff
from storage.tables import deliveries

AT_ONCE = 5_000  # a step: a broadcast may have a million queued, and others write, too


def keep_due(connection: Connection, was: datetime, now: datetime) -> bool:
    """After the clock was set back from `was` to `now`: let a step of what had been due, or waited
    for another try, be due now, and not for as long as the clock was set back. False if there was
    nothing of that kind."""
    # What is in a courier's hands may be handed back, and is due then as it was.
    held = text("state = 'claimed'")  # as written in the partial index
    connection.execute(update(deliveries).where(held, deliveries.c.due_at > now).values(due_at=now))
    return _let_be_due(connection, now, or_(deliveries.c.due_at <= was, deliveries.c.attempts > 0))


def try_again(connection: Connection, now: datetime) -> bool:
    """Let a step of what failed and waits for another try be due now. False if there is nothing of
    that kind."""
    soon = deliveries.c.due_at <= now + backoff(MAX_ATTEMPTS)
    return _let_be_due(connection, now, (deliveries.c.attempts > 0) & soon)


def _let_be_due(connection: Connection, now: datetime, which: ColumnElement[bool]) -> bool:
    waits = select(deliveries.c.id).where(
        text("state = 'queued'"),  # as written in the partial index
        deliveries.c.due_at > now,
        which,
    )
    those = deliveries.c.id.in_(waits.limit(AT_ONCE))
    return bool(connection.execute(update(deliveries).where(those).values(due_at=now)).rowcount)

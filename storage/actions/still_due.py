"""A clock that is set back moves what is planned, and puts off nothing that is owed."""

from datetime import datetime

from sqlalchemy import Connection, or_, select, text, update

from storage.tables import deliveries

AT_ONCE = 5_000  # a step: a broadcast may have a million queued, and others write, too


def keep_due(connection: Connection, was: datetime, now: datetime) -> bool:
    """After the clock was set back from `was` to `now`: let a step of what had been due, or waited
    for another try, be due now, and not for as long as the clock was set back. False if there was
    nothing of that kind."""
    waits = select(deliveries.c.id).where(
        text("state = 'queued'"),  # as written in the partial index
        deliveries.c.due_at > now,
        or_(deliveries.c.due_at <= was, deliveries.c.attempts > 0),
    )
    those = deliveries.c.id.in_(waits.limit(AT_ONCE))
    return bool(connection.execute(update(deliveries).where(those).values(due_at=now)).rowcount)

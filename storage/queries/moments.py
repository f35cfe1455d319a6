"""When the bot will next do something by itself."""

from datetime import datetime

from sqlalchemy import Connection

from storage.queries.outbox import next_due
from storage.queries.schedules import next_slot


def next_moment(connection: Connection) -> datetime | None:
    """The earlier of the next slot and the next delivery that is due; None if there is neither."""
    moments = (next_slot(connection), next_due(connection))
    return min((moment for moment in moments if moment is not None), default=None)

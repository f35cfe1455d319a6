"""The line for seats at events, as time goes by."""

from datetime import datetime

from sqlalchemy import Connection, select, text

from storage.model.event import EventState
from storage.tables import events, sign_ups


def over_offers(connection: Connection, now: datetime) -> list[int]:
    """The events of which an offer is over; not those that were called off, where all are."""
    over = (
        select(sign_ups.c.event_id)
        .join(events, events.c.id == sign_ups.c.event_id)
        .where(
            text("sign_ups.state = 'offered'"),  # as written in the partial index
            sign_ups.c.offered_until <= now,
            events.c.state != EventState.CANCELLED,
        )
        .distinct()
        .order_by(sign_ups.c.event_id)
    )
    return list(connection.execute(over).scalars())

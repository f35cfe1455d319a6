"""The events of a series."""

from sqlalchemy import Connection, select

from storage.model.event import GOING_AHEAD, Event
from storage.queries.events import by_id
from storage.tables import events


def to_come(connection: Connection, event: Event) -> list[Event]:
    """An event of a series and those that come after it, as far as they go ahead; none if it is of
    no series."""
    if event.series_id is None:
        return []
    later = (
        select(events.c.id)
        .where(
            events.c.series_id == event.series_id,
            events.c.starts_at >= event.starts_at,
            events.c.state.in_(GOING_AHEAD),
        )
        .order_by(events.c.starts_at, events.c.id)
    )
    return [by_id(connection, each) for each in connection.execute(later).scalars().all()]


def number_to_come(connection: Connection, event_id: int) -> int:
    """How many events of its series come after an event; 0 if it is of none."""
    event = by_id(connection, event_id)
    return sum(each.id != event.id for each in to_come(connection, event))

"""The events of a series."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from storage.model.event import GOING_AHEAD, Event
from storage.model.event_change import Concerned, EventChange, in_series, is_told
from storage.queries.event_changes import concerned, facts
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


def from_here(connection: Connection, event_id: int) -> tuple[int, ...]:
    """An event, and those of its series that come after it, if it is of one."""
    later = to_come(connection, by_id(connection, event_id))
    return (event_id, *(each.id for each in later if each.id != event_id))


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told of a change: if one event is changed alone, and if the `later` ones of its series
    are, too."""

    one: Concerned
    every: Concerned
    later: int


def told_of(
    connection: Connection, event_id: int, wanted: EventChange, now: datetime, zone: ZoneInfo
) -> Told:
    """As it would be if the change were saved now. `zone` is the district's."""
    here, *later = from_here(connection, event_id)
    goes_on = _goes_on(by_id(connection, here), now)
    told = [here] if goes_on and is_told(wanted.was, wanted.to) else []
    one = concerned(connection, told)
    for each in later:
        was = facts(connection, each)
        if _goes_on(by_id(connection, each), now) and is_told(was, in_series(was, wanted, zone)):
            told.append(each)
    return Told(one, concerned(connection, told), len(later))


def _goes_on(event: Event, now: datetime) -> bool:
    """Whether anybody is told of what becomes of it."""
    return event.state in GOING_AHEAD and not event.is_over(now)

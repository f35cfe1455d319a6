"""Events that were recorded afterwards."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from storage.model.message import media_from_json
from storage.model.past_event import PastEvent
from storage.model.period import day_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.queries.events import for_staff
from storage.tables import events, headcounts


def past_for(connection: Connection, event_id: int, person: Person, zone: ZoneInfo) -> PastEvent:
    """What was recorded of an event that `person` manages. Raises Refusal for any other, and for
    one that was not recorded afterwards."""
    event = for_staff(connection, event_id, person)
    row = connection.execute(
        select(events).where(events.c.id == event_id, events.c.by_hand)
    ).first()
    if row is None:
        raise Refusal("refused.not_yours")
    came = select(func.coalesce(func.sum(headcounts.c.count), 0)).where(
        headcounts.c.event_id == event_id, headcounts.c.withdrawn_at.is_(None)
    )
    return PastEvent(
        draft_key=row.draft_key,
        node_id=event.node_id,
        category=event.category,
        title=event.title,
        on=day_of(event.starts_at, zone),
        place=event.place,
        came=int(connection.execute(came).scalar_one()),
        note=row.words,
        media=media_from_json(row.record),
    )

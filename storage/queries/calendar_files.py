"""Events as calendars have them, and who put one into theirs."""

from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, select

from storage.model.calendar_entry import CalendarEntry
from storage.queries import events as event_queries
from storage.tables import calendar_files, events, nodes, persons


def entry(connection: Connection, event_id: int) -> CalendarEntry:
    """An event as a calendar has it. Raises Refusal if there is none."""
    event = event_queries.by_id(connection, event_id)
    row = connection.execute(
        select(
            *(events.c.revision, events.c.words, events.c.cost, events.c.contact),
            *(events.c.latitude, events.c.longitude),
        ).where(events.c.id == event_id)
    ).one()
    # Event 12 of another district is another one: each was founded at a moment of its own.
    founded = select(nodes.c.created_at).where(nodes.c.parent_id.is_(None)).order_by(nodes.c.id)
    since = connection.execute(founded.limit(1)).scalar_one()
    point = None if row.latitude is None else (row.latitude, row.longitude)
    return CalendarEntry(
        uid=uuid5(NAMESPACE_URL, f"linli:{since.isoformat()}:event:{event_id}"),
        event=event,
        revision=row.revision,
        words=row.words,
        cost=row.cost,
        contact=row.contact,
        point=point,
    )


def taken(connection: Connection, event_id: int, telegram_id: int) -> CalendarEntry | None:
    """The same for somebody who took its file; None for whoever did not."""
    found = (
        select(calendar_files.c.event_id)
        .join(persons, persons.c.id == calendar_files.c.person_id)
        .where(calendar_files.c.event_id == event_id, persons.c.telegram_id == telegram_id)
    )
    if connection.execute(found).first() is None:
        return None
    return entry(connection, event_id)

"""Taking the calendar file of an event."""

from datetime import datetime

from sqlalchemy import Connection

from storage.dialects import upsert
from storage.model.calendar_entry import CalendarEntry
from storage.model.refusal import Refusal
from storage.model.sign_up import SignUpState
from storage.queries.calendar_files import entry
from storage.queries.events import cards_for
from storage.tables import calendar_files, events, persons


def take(connection: Connection, telegram_id: int, event_id: int, now: datetime) -> CalendarEntry:
    """The calendar file of an event for somebody who holds a seat; they get it again when the event
    is changed. Raises Refusal for anybody else, and once the event is called off or over."""
    theirs = cards_for(persons.c.telegram_id == telegram_id).where(events.c.id == event_id)
    row = connection.execute(theirs).one_or_none()
    if row is None:
        raise Refusal("event.not_for_you")
    if row.sign_up_state != SignUpState.SIGNED_UP:
        raise Refusal("calendar.no_seat")
    found = entry(connection, event_id)
    if found.is_cancelled:
        raise Refusal("event.cancelled")
    if found.ends_at <= now:
        raise Refusal("event.over")
    values = {"event_id": event_id, "person_id": row.person_id, "taken_at": now}
    written = upsert(connection.dialect.name, calendar_files).on_conflict_do_nothing()
    connection.execute(written, values)
    return found

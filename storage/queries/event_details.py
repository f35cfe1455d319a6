"""What hangs under an event."""

from sqlalchemy import Connection, select

from storage.model.event_details import Details, Pin, questions_from_json
from storage.model.message import media_from_json
from storage.model.refusal import Refusal
from storage.tables import events

_COLUMNS = (
    *(events.c.words, events.c.media, events.c.latitude, events.c.longitude),
    *(events.c.questions, events.c.companions, events.c.cost, events.c.contact),
)


def details(connection: Connection, event_id: int) -> Details:
    """Raises Refusal if there is no such event."""
    row = connection.execute(select(*_COLUMNS).where(events.c.id == event_id)).one_or_none()
    if row is None:
        raise Refusal("event.not_for_you")
    pin = None if row.latitude is None else Pin(row.latitude, row.longitude)
    return Details(
        words=row.words,
        media=media_from_json(row.media),
        pin=pin,
        questions=questions_from_json(row.questions),
        companions=row.companions,
        cost=row.cost,
        contact=row.contact,
    )

"""What hangs under an event."""

from typing import Any

from sqlalchemy import Connection, Row, select

from storage.model.audience import Audience, audience_from_json
from storage.model.event_details import Details, Pin, questions_from_json, questions_to_json
from storage.model.message import media_from_json, media_to_json
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
    return details_of(row)


def audience_of(connection: Connection, event_id: int) -> Audience | None:
    """Whom an event is for; None: everybody of its node. Raises Refusal if there is none."""
    row = connection.execute(select(events.c.audience).where(events.c.id == event_id)).one_or_none()
    if row is None:
        raise Refusal("event.not_for_you")
    return None if row.audience is None else audience_from_json(row.audience)


def details_of(row: Row[*tuple[Any, ...]]) -> Details:
    """Those in a row with all columns of an event."""
    return Details(
        words=row.words,
        media=media_from_json(row.media),
        pin=None if row.latitude is None else Pin(row.latitude, row.longitude),
        questions=questions_from_json(row.questions),
        companions=row.companions,
        cost=row.cost,
        contact=row.contact,
    )


def columns_of(details: Details) -> dict[str, Any]:
    """The columns of an event that has these."""
    pin = details.pin
    return {
        "words": details.words,
        "media": media_to_json(details.media),
        "latitude": pin and pin.latitude,
        "longitude": pin and pin.longitude,
        "questions": questions_to_json(details.questions),
        "companions": details.companions,
        "cost": details.cost,
        "contact": details.contact,
    }

"""The doors of events, and whose code somebody may have typed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from storage.model.door import Door, Guesses
from storage.model.event import Event, EventCard
from storage.queries.events import cards_for, event_card
from storage.tables import attendances, doors, events, guesses, persons

SHOWN_WITHIN = timedelta(days=1)  # or nobody has a code of it before their eyes

_OF_PERSON = cards_for(persons.c.id == bindparam("of_person"))
_AT_EVENT = _OF_PERSON.where(events.c.id == bindparam("of_event"))
_DOOR = select(doors.c.event_id, doors.c.secret).where(doors.c.event_id == bindparam("of_event"))
_SHOWN: Select[Any] = (
    _OF_PERSON.add_columns(doors.c.secret)
    .join(doors, doors.c.event_id == events.c.id)
    .where(doors.c.shown_at > bindparam("since"))
    .order_by(events.c.starts_at, events.c.id)
)
_CAME = select(attendances.c.id).where(
    attendances.c.event_id == bindparam("of_event"),
    attendances.c.person_id == bindparam("of_person"),
    attendances.c.withdrawn_at.is_(None),
)
_GUESSES = select(guesses.c.wrong, guesses.c.last_at).where(
    guesses.c.person_id == bindparam("of_person")
)


def door(connection: Connection, event_id: int) -> Door | None:
    """The door of an event; None if nobody ever asked for a code of it."""
    row = connection.execute(_DOOR, {"of_event": event_id}).one_or_none()
    return Door(row.event_id, row.secret) if row else None


def card_of(connection: Connection, event_id: int, person_id: int) -> EventCard | None:
    """An event within reach of a person, and whether they hold a seat; None for any other."""
    given = {"of_event": event_id, "of_person": person_id}
    row = connection.execute(_AT_EVENT, given).one_or_none()
    return event_card(row) if row else None


def shown_to(
    connection: Connection, person_id: int, now: datetime
) -> Sequence[tuple[Door, EventCard]]:
    """The doors whose code a person may be typing: of events within their reach that take
    attendance, of which a code was shown lately."""
    given = {"of_person": person_id, "since": now - SHOWN_WITHIN}
    found = [_shown(row) for row in connection.execute(_SHOWN, given)]
    return [each for each in found if each[1].event.takes_attendance(now)]


def is_shown_to(connection: Connection, person_id: int, now: datetime) -> bool:
    """Whether there is any."""
    return bool(shown_to(connection, person_id, now))


def _shown(row: Row[Any]) -> tuple[Door, EventCard]:
    return Door(row.id, row.secret), event_card(row)


def came(connection: Connection, event: Event, person_id: int) -> bool:
    """Whether it is recorded that a person came."""
    given = {"of_event": event.id, "of_person": person_id}
    return connection.execute(_CAME, given).first() is not None


def guesses_of(connection: Connection, person_id: int) -> Guesses | None:
    """How often a person typed a wrong code; None for never."""
    row = connection.execute(_GUESSES, {"of_person": person_id}).one_or_none()
    return Guesses(row.wrong, row.last_at) if row else None

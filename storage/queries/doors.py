"""The doors of events, and whose code somebody may have typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, select

from storage.model.door import Door, Guesses
from storage.model.event import EventCard
from storage.queries.events import cards_for, event_card
from storage.tables import attendances, doors, events, guesses, no_shows, persons
from storage.tables.attendances import is_noted

SHOWN_WITHIN = timedelta(days=1)  # or nobody has a code of it before their eyes

_OF_PERSON = cards_for(persons.c.id == bindparam("of_person"))
# Asked by a whole hall within minutes: all that is to be known of who comes, in one statement.
_ARRIVING: Select[Any] = (
    _OF_PERSON.add_columns(
        doors.c.secret,
        attendances.c.id.is_not(None).label("came"),
        no_shows.c.id.is_not(None).label("missed"),
    )
    .join(doors, doors.c.event_id == events.c.id)
    .join(
        attendances,
        and_(
            attendances.c.event_id == events.c.id,
            attendances.c.person_id == persons.c.id,
            attendances.c.withdrawn_at.is_(None),
        ),
        isouter=True,
    )
    .join(
        no_shows,
        is_noted(events.c.id, persons.c.id),
        isouter=True,
    )
)
_ARRIVING_AT = _ARRIVING.where(events.c.id == bindparam("of_event"))
_DOOR = select(doors.c.event_id, doors.c.secret).where(doors.c.event_id == bindparam("of_event"))
_SHOWN = _ARRIVING.where(doors.c.shown_at > bindparam("since")).order_by(
    events.c.starts_at, events.c.id
)
_ANY_SHOWN = select(doors.c.event_id).where(doors.c.shown_at > bindparam("since")).limit(1)
_GUESSES = select(guesses.c.wrong, guesses.c.last_at).where(
    guesses.c.person_id == bindparam("of_person")
)


def door(connection: Connection, event_id: int) -> Door | None:
    """The door of an event; None if nobody ever asked for a code of it."""
    row = connection.execute(_DOOR, {"of_event": event_id}).one_or_none()
    return Door(row.event_id, row.secret) if row else None


@dataclass(frozen=True, slots=True)
class Arriving:
    """A person before the door of an event within their reach, of which a code was shown once.
    `came`: they are in already; `missed`: staff noted that they did not come."""

    door: Door
    card: EventCard
    came: bool
    missed: bool


def arriving(connection: Connection, event_id: int, person_id: int) -> Arriving | None:
    """A person before the door of an event; None if it is out of their reach, or no code of it was
    ever shown."""
    given = {"of_event": event_id, "of_person": person_id}
    row = connection.execute(_ARRIVING_AT, given).one_or_none()
    return _arriving(row) if row else None


def shown_to(connection: Connection, person_id: int, now: datetime) -> Sequence[Arriving]:
    """The same before each door whose code they may be typing: of events that take attendance, of
    which a code was shown lately."""
    given = {"of_person": person_id, "since": now - SHOWN_WITHIN}
    found = [_arriving(row) for row in connection.execute(_SHOWN, given)]
    return [each for each in found if each.card.event.takes_attendance(now)]


def is_shown_to(connection: Connection, person_id: int, now: datetime) -> bool:
    """Whether there is any."""
    return bool(shown_to(connection, person_id, now))


def is_shown(connection: Connection, now: datetime) -> bool:
    """Whether anybody may have a code before their eyes."""
    return connection.execute(_ANY_SHOWN, {"since": now - SHOWN_WITHIN}).first() is not None


def _arriving(row: Row[Any]) -> Arriving:
    door = Door(row.id, row.secret)
    return Arriving(door, event_card(row), came=bool(row.came), missed=bool(row.missed))


def guesses_of(connection: Connection, person_id: int) -> Guesses | None:
    """How often a person typed a wrong code; None for never."""
    row = connection.execute(_GUESSES, {"of_person": person_id}).one_or_none()
    return Guesses(row.wrong, row.last_at) if row else None

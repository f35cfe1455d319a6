"""Asking about an event that is over, once for each time at which it is asked."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from storage.actions.outbox import owe_all
from storage.dialects import insert_missing
from storage.model.asking import Question
from storage.model.event import Event
from storage.model.kinds import DeliveryKind
from storage.model.roles import Power, allowed
from storage.queries.nodes import by_id
from storage.queries.people import acting_at, grants_of
from storage.tables import askings, events, persons


def ask_whether_held(
    connection: Connection, event: Event, number: int, now: datetime, zone: ZoneInfo
) -> bool:
    """Owe the `number`th question whether an event took place to whoever posted it, or, if they may
    not say so any more, to the staff of its place. False: it was asked already, or nobody is there.
    """
    row = {"event_id": event.id, "question": Question.HELD, "number": number, "asked_at": now}
    if not insert_missing(connection, askings, [row]):
        return False
    asked = _organiser(connection, event) or acting_at(connection, event.node_id, Power.POST_EVENT)
    owe_all(connection, asked, DeliveryKind.EVENT_OVER, event.id, now, zone)
    return bool(asked)


def _organiser(connection: Connection, event: Event) -> list[int]:
    """Who posted it, if they may still say whether it took place, and can be reached."""
    found = (
        select(persons.c.id)
        .join(events, events.c.created_by == persons.c.id)
        .where(events.c.id == event.id, persons.c.left_at.is_(None))
        .where(persons.c.unreachable_at.is_(None))
    )
    person_id = connection.execute(found).scalar_one_or_none()
    if person_id is None:
        return []
    path = by_id(connection, event.node_id).path
    may = allowed(grants_of(connection, person_id), Power.POST_EVENT, path)
    return [person_id] if may else []

"""Reminders that are owed to one person alone, because they would be asleep when all others are
reminded. The others are the audience of the event's schedule."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, insert, literal, select, update

from storage.model.delivery import DeliveryState
from storage.model.event import Event, EventState
from storage.model.kinds import DeliveryKind
from storage.model.sign_up import SignUpState
from storage.queries import events as event_queries
from storage.queries.outbox import reminded_alone
from storage.tables import deliveries, events, persons, sign_ups

WITH_OTHERS = "comes with the others"


def promise(
    connection: Connection, person_id: int, event: Event, reminded_at: datetime | None
) -> None:
    """Owe somebody who holds a seat their reminder, if that comes before the one for all."""
    if reminded_at is None or event.remind_at is None or reminded_at >= event.remind_at:
        return
    found = _owed(connection, person_id, event.id)
    if found is None:
        home = select(persons.c.node_id).where(persons.c.id == person_id).scalar_subquery()
        given = {
            "person_id": person_id,
            "node_id": home,
            "kind": DeliveryKind.EVENT_REMINDER,
            "subject_id": event.id,
            "state": DeliveryState.QUEUED,
            "due_at": reminded_at,
        }
        connection.execute(insert(deliveries).values(given))
    elif found.state == DeliveryState.QUEUED:
        here = update(deliveries).where(deliveries.c.id == found.id)
        connection.execute(here.values(due_at=reminded_at))


def plan_anew(connection: Connection, person_id: int, now: datetime, zone: ZoneInfo) -> None:
    """The quiet hours of somebody are others, or others' clocks count: so are their reminders."""
    held = event_queries.cards_for(persons.c.id == person_id).where(
        sign_ups.c.state == SignUpState.SIGNED_UP,
        events.c.state == EventState.OPEN,
        events.c.remind_at > now,
    )
    for row in connection.execute(held).all():
        event = event_queries.event_card(row).event
        at = event_queries.reminded(connection, row, now, zone)
        if at is None or at >= row.remind_at:
            _take_back(connection, person_id, event.id)
        else:
            promise(connection, person_id, event, at)


def _take_back(connection: Connection, person_id: int, event_id: int) -> None:
    """They are reminded together with all others."""
    found = _owed(connection, person_id, event_id)
    if found is not None and found.state == DeliveryState.QUEUED:
        theirs = update(deliveries).where(deliveries.c.id == found.id)
        connection.execute(theirs.values(state=DeliveryState.CANCELLED, reason=WITH_OTHERS))


def _owed(connection: Connection, person_id: int, event_id: int) -> Row[Any] | None:
    return connection.execute(reminded_alone(literal(person_id)), {"of_event": event_id}).first()

"""What became of events that were changed, for those who come."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from storage.model.delivery import DeliveryState
from storage.model.draft import from_json
from storage.model.event import GOING_AHEAD
from storage.model.event_change import (
    Concerned,
    EventNews,
    Facts,
    changed,
    facts_of,
    is_told,
)
from storage.model.sign_up import TAKING_PART, SignUpState
from storage.queries.event_details import audience_of, details
from storage.queries.events import by_id
from storage.queries.overlaps import overlap
from storage.tables import deliveries, event_changes, persons, sign_ups

_Seat = Row[Any, Any, Any, Any]  # state, person, and since when they asked for it


def concerned(connection: Connection, event_ids: Iterable[int]) -> Concerned:
    """Whoever comes to several of these events is one person."""
    waits = func.sum(case((sign_ups.c.state == SignUpState.WAITING, 1), else_=0))
    by_person = (
        select(func.count().label("places"), waits.label("waits"))
        .where(sign_ups.c.event_id.in_([*event_ids]), sign_ups.c.state.in_(TAKING_PART))
        .group_by(sign_ups.c.person_id)
    )
    people = connection.execute(by_person).all()
    waiting = sum(each.places == each.waits for each in people)
    return Concerned(len(people) - waiting, waiting, sum(each.waits for each in people))


def facts(connection: Connection, event_id: int) -> Facts:
    """What staff say of an event. Raises Refusal if there is none."""
    hanging, audience = details(connection, event_id), audience_of(connection, event_id)
    return facts_of(by_id(connection, event_id), hanging, audience)


def news_for(
    connection: Connection, event_id: int, telegram_id: int, now: datetime
) -> EventNews | None:
    """What somebody who comes does not know yet of an event; None if there is nothing: it is as
    they know it, or does not take place, or they gave their seat back."""
    event = by_id(connection, event_id)
    seat = _seat(connection, event_id, telegram_id)
    if seat is None or event.state not in GOING_AHEAD or event.is_over(now):
        return None
    known = _known(connection, event_id, seat)
    now_it_is = facts(connection, event_id)
    if known is None or not is_told(known, now_it_is):
        return None
    overlaps = None
    if not {"starts_at", "ends_at"}.isdisjoint(changed(known, now_it_is)):
        overlaps = overlap(connection, seat.person_id, event, (SignUpState.SIGNED_UP,))
    signed_up = seat.state == SignUpState.SIGNED_UP
    return EventNews(event, known, now_it_is, signed_up, overlaps)


def _seat(connection: Connection, event_id: int, telegram_id: int) -> _Seat | None:
    return connection.execute(
        select(
            *(sign_ups.c.state, sign_ups.c.person_id),
            *(sign_ups.c.signed_up_at, sign_ups.c.waiting_at),
        )
        .join(persons, persons.c.id == sign_ups.c.person_id)
        .where(
            sign_ups.c.event_id == event_id,
            persons.c.telegram_id == telegram_id,
            sign_ups.c.state.in_(TAKING_PART),
        )
    ).one_or_none()


def _known(connection: Connection, event_id: int, seat: _Seat) -> Facts | None:
    """What the event was before the first change of which they do not know: one after they asked
    for their seat, and after they were told last."""
    asked_at = max(filter(None, (seat.signed_up_at, seat.waiting_at)))
    told = connection.execute(
        select(event_changes.c.id, deliveries.c.claimed_at)
        .join(deliveries, deliveries.c.broadcast_id == event_changes.c.broadcast_id)
        .where(
            event_changes.c.event_id == event_id,
            deliveries.c.person_id == seat.person_id,
            deliveries.c.state == DeliveryState.SENT,
        )
        .order_by(event_changes.c.id.desc())
        .limit(1)
    ).one_or_none()
    unknown = [event_changes.c.event_id == event_id, event_changes.c.at >= asked_at]
    if told is not None:
        # Its words were found after it was claimed: they had all that was changed until then.
        unknown += [event_changes.c.id > told.id, event_changes.c.at >= told.claimed_at]
    first = select(event_changes.c.was).where(*unknown).order_by(event_changes.c.id).limit(1)
    kept = connection.execute(first).scalar_one_or_none()
    return None if kept is None else from_json(Facts, json.loads(kept))

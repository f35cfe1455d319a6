"""Taking and giving back a seat. These are the buttons pressed most, so statements are few."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, or_, select, update

from storage.actions.reminders import promise
from storage.dialects import upsert
from storage.model.event import EventCard, EventState
from storage.model.refusal import Refusal
from storage.model.reminder import first
from storage.model.sign_up import SignUp, SignUpState
from storage.queries import events as event_queries
from storage.tables import events, persons, sign_ups

_CARD = event_queries.cards_for(persons.c.telegram_id == bindparam("telegram_id")).where(
    events.c.id == bindparam("event_id")
)
_TAKE_SEAT = (
    update(events)
    .where(
        events.c.id == bindparam("event_id"),
        events.c.state == EventState.OPEN,
        or_(events.c.capacity.is_(None), events.c.taken < events.c.capacity),
    )
    .values(taken=events.c.taken + 1)
    .returning(events.c.taken)
)
_GIVE_SEAT_BACK = (
    update(events)
    .where(events.c.id == bindparam("event_id"))
    .values(taken=events.c.taken - 1)
    .returning(events.c.taken)
)
_CANCEL = (
    update(sign_ups)
    .where(
        sign_ups.c.event_id == bindparam("of_event"),
        sign_ups.c.person_id == bindparam("of_person"),
        sign_ups.c.state == SignUpState.SIGNED_UP,
    )
    .values(state=SignUpState.CANCELLED, cancelled_at=bindparam("now"))
)
_SIGN_UP = {
    dialect: insert.on_conflict_do_update(
        index_elements=["event_id", "person_id"],
        set_={
            "state": insert.excluded.state,
            "signed_up_at": insert.excluded.signed_up_at,
            "cancelled_at": None,
            "confirmed_at": None,
        },
        where=sign_ups.c.state == SignUpState.CANCELLED,
    )
    for dialect in ("sqlite", "postgresql")
    for insert in (upsert(dialect, sign_ups),)
}


def sign_up(
    connection: Connection, telegram_id: int, event_id: int, now: datetime, zone: ZoneInfo
) -> SignUp:
    """Take a seat, and with it the promise of a reminder. Pressing twice is the same as once.

    `zone` is the district's. Raises Refusal if the event is not for this person, cancelled, over
    or full.
    """
    row = _card(connection, telegram_id, event_id)
    moments = event_queries.reminders(connection, row, now, zone)
    card = replace(event_queries.event_card(row), reminded_at=first(moments))
    if card.signed_up:
        return SignUp(card, row.language, changed=False)
    _check_open(card, now)
    signed_up = connection.execute(
        _SIGN_UP[connection.dialect.name],
        {
            "event_id": event_id,
            "person_id": row.person_id,
            "state": SignUpState.SIGNED_UP,
            "signed_up_at": now,
        },
    ).rowcount
    if signed_up != 1:  # no row: another press of the same person was first
        return _unchanged(connection, telegram_id, event_id)
    taken = connection.execute(_TAKE_SEAT, {"event_id": event_id}).scalar_one_or_none()
    if taken is None:  # no row: somebody else took the last seat; the refusal undoes the sign-up
        raise Refusal("event.full")
    promise(connection, row.person_id, card.event, moments)
    return SignUp(_with(card, taken, signed_up=True), row.language, changed=True)


def cancel(connection: Connection, telegram_id: int, event_id: int, now: datetime) -> SignUp:
    """Give a seat back. Raises Refusal if the event is not for this person, or over."""
    row = _card(connection, telegram_id, event_id)
    card = event_queries.event_card(row)
    if card.event.is_over(now):
        raise Refusal("event.over")
    moved = connection.execute(
        _CANCEL, {"of_event": event_id, "of_person": row.person_id, "now": now}
    ).rowcount
    if moved != 1:
        return _unchanged(connection, telegram_id, event_id)
    taken = connection.execute(_GIVE_SEAT_BACK, {"event_id": event_id}).scalar_one()
    return SignUp(_with(card, taken, signed_up=False), row.language, changed=True)


def give_back_all(connection: Connection, person_id: int, now: datetime) -> None:
    """Give back every seat at an event to come: the person leaves."""
    held = (
        select(sign_ups.c.event_id)
        .join(events, events.c.id == sign_ups.c.event_id)
        .where(
            sign_ups.c.person_id == person_id,
            sign_ups.c.state == SignUpState.SIGNED_UP,
            events.c.starts_at > now,
        )
    )
    for event_id in connection.execute(held).scalars().all():
        names = {"of_event": event_id, "of_person": person_id, "now": now}
        if connection.execute(_CANCEL, names).rowcount == 1:  # else a press of theirs was first
            connection.execute(_GIVE_SEAT_BACK, {"event_id": event_id})


def _card(connection: Connection, telegram_id: int, event_id: int) -> Row[Any]:
    row = connection.execute(
        _CARD, {"telegram_id": telegram_id, "event_id": event_id}
    ).one_or_none()
    if row is None:
        raise Refusal("event.not_for_you")
    return row


def _unchanged(connection: Connection, telegram_id: int, event_id: int) -> SignUp:
    row = _card(connection, telegram_id, event_id)
    return SignUp(event_queries.event_card(row), row.language, changed=False)


def _check_open(card: EventCard, now: datetime) -> None:
    if card.event.state is EventState.CANCELLED:
        raise Refusal("event.cancelled")
    if card.event.is_over(now):
        raise Refusal("event.over")


def _with(card: EventCard, taken: int, *, signed_up: bool) -> EventCard:
    return replace(card, event=replace(card.event, taken=taken), signed_up=signed_up)

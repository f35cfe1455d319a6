"""What must hold of an event, and of somebody's wish, before they take a seat."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from storage.model.answers import check_answers
from storage.model.event import GOING_AHEAD, Event, EventState
from storage.model.event_details import questions_from_json
from storage.model.refusal import Refusal
from storage.model.sign_up import TAKING_SEATS, SignUpState, Wish
from storage.queries.overlaps import overlap


def check_open(event: Event, now: datetime) -> None:
    """Raises Refusal for an event that takes no sign-ups."""
    check_going_ahead(event, now)
    if event.state is EventState.CLOSED:
        raise Refusal("seat.closed")
    if now >= event.closes_at:
        raise Refusal("seat.too_late", at=event.closes_at)


def check_seats(event: Event, seats: int) -> None:
    """Raises Refusal for more than one person may bring, or than there are in all."""
    if not 1 <= seats <= 1 + event.companions:
        raise Refusal("seat.too_many", most=event.companions)
    if event.capacity is not None and seats > event.capacity:
        raise Refusal("seat.too_few", left=event.capacity)


def check_wish(
    connection: Connection, row: Row[Any], event: Event, wish: Wish, now: datetime
) -> None:
    """Raises Refusal if a person cannot sign up like this; `row` is theirs, of `cards_for`, and
    `event` what it is about."""
    check_open(event, now)
    check_seats(event, wish.seats or 1)
    if not wish.anyway:
        check_overlap(connection, row, event, TAKING_SEATS)
    if row.questions is not None:
        check_answers(questions_from_json(row.questions), wish.answers or ())


def check_overlap(
    connection: Connection, row: Row[Any], event: Event, states: tuple[SignUpState, ...]
) -> None:
    """Raises Refusal if they stand as one of `states` at another event at the same time."""
    other = overlap(connection, row.person_id, event, states)
    if other is not None:
        raise Refusal("seat.overlaps", title=other.title, at=other.starts_at)


def check_going_ahead(event: Event, now: datetime) -> None:
    """Raises Refusal for an event that does not take place, or has begun."""
    if event.state is EventState.CANCELLED:
        raise Refusal("event.cancelled")
    if event.is_over(now) or event.state not in GOING_AHEAD:
        raise Refusal("event.over")

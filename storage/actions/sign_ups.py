"""Taking and giving back a seat, and standing in line for one. These are the buttons pressed most,
so statements are few."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, select, update

from storage.actions.outbox import owe
from storage.actions.reminders import promise
from storage.actions.seat_checks import (
    check_going_ahead,
    check_open,
    check_overlap,
    check_seats,
    check_wish,
)
from storage.actions.seats import (
    lapse,
    line_for,
    lock,
    offer_free_seats,
    take,
    take_more,
)
from storage.dialects import upsert
from storage.model.answers import answers_to_json, check_answers
from storage.model.event import EventCard
from storage.model.event_details import questions_from_json
from storage.model.kinds import DeliveryKind
from storage.model.moves import sources_of
from storage.model.refusal import Refusal
from storage.model.reminder import first
from storage.model.roles import Power
from storage.model.sign_up import (
    ONE,
    SIGN_UP_MOVES,
    TAKING_PART,
    TAKING_SEATS,
    SignUp,
    SignUpState,
    Wish,
    Yes,
)
from storage.queries import events as event_queries
from storage.queries import people as people_queries
from storage.queries.nodes import by_id as node_by_id
from storage.queries.people import require
from storage.tables import events, persons, sign_ups
from storage.turns import in_turn, pass_on

NOT_THERE = "seat.not_there"  # in a group one cannot be asked
# With the lock of the event: its seats and its line stay as they are until the end.
_CARD = (
    event_queries.cards_for(persons.c.telegram_id == bindparam("telegram_id"))
    .where(events.c.id == bindparam("event_id"))
    .with_for_update(of=events)
)
_OWN = (
    sign_ups.c.event_id == bindparam("of_event"),
    sign_ups.c.person_id == bindparam("of_person"),
)
_STANDS = select(sign_ups.c.state, sign_ups.c.seats, sign_ups.c.offered_until).where(*_OWN)
_CANCEL = (
    update(sign_ups)
    .where(*_OWN, sign_ups.c.state.in_(sources_of(SIGN_UP_MOVES, SignUpState.CANCELLED)))
    .values(state=SignUpState.CANCELLED, cancelled_at=bindparam("now"))
)
_ACCEPT = (
    update(sign_ups)
    .where(*_OWN, sign_ups.c.state == SignUpState.OFFERED)
    .values(state=SignUpState.SIGNED_UP, signed_up_at=bindparam("now"))
)
_SEATS = update(sign_ups).where(*_OWN).values(seats=bindparam("to_seats"))
_ANSWERS = update(sign_ups).where(*_OWN).values(answers=bindparam("to_answers"))
_SIGN_UP = {
    dialect: insert.on_conflict_do_update(
        index_elements=["event_id", "person_id"],
        set_={
            "state": insert.excluded.state,
            "signed_up_at": insert.excluded.signed_up_at,
            "waiting_at": insert.excluded.waiting_at,
            "seats": insert.excluded.seats,
            "answers": insert.excluded.answers,
            "cancelled_at": None,
            "offered_until": None,
            "confirmed_at": None,
        },
        where=sign_ups.c.state == SignUpState.CANCELLED,
    )
    for dialect in ("sqlite", "postgresql")
    for insert in (upsert(dialect, sign_ups),)
}


@in_turn("event_id")
def sign_up(
    connection: Connection,
    telegram_id: int,
    event_id: int,
    now: datetime,
    zone: ZoneInfo,
    wish: Wish = ONE,
) -> SignUp:
    """Take a seat, and with it the promise of a reminder; where none is left, or others stand in
    line already, the last place in line. Pressing twice is the same as once.

    `zone` is the district's. Raises Refusal if the event is not for this person, takes no
    sign-ups, or not so many of them; "seat.questions" if it asks what is not answered; and unless
    they know (`wish`), "seat.overlaps" if they do something else then.
    """
    row = _card(connection, telegram_id, event_id)
    moments = event_queries.reminders(connection, row, now, zone)
    card = replace(event_queries.event_card(row), reminded_at=first(moments))
    check_going_ahead(card.event, now)
    if card.offered_until is not None:
        return _answer(connection, telegram_id, card, wish, (now, zone))
    if card.signed_up or card.place is not None:
        return SignUp(card, row.language, changed=False)
    seats = wish.seats or 1
    check_wish(connection, row, card.event, wish, now)
    line = line_for(connection, card.event)
    taken = take(connection, card.event, seats, line)
    since = None if taken is not None else line.behind(now)
    asked = {
        "event_id": event_id,
        "person_id": row.person_id,
        "state": SignUpState.WAITING if since else SignUpState.SIGNED_UP,
        "signed_up_at": now,
        "waiting_at": since,
        "seats": seats,
        "answers": answers_to_json(wish.answers or ()),
    }
    if connection.execute(_SIGN_UP[connection.dialect.name], asked).rowcount != 1:
        # No row: another press of the same person was first.
        if taken is not None:
            take_more(connection, event_id, -seats)
        return _unchanged(connection, telegram_id, event_id)
    if taken is None:
        place = line.waiting + 1
        after = replace(card, place=place, waiting=place, seats=seats)
        return SignUp(after, row.language, changed=True)
    promise(connection, row.person_id, card.event, moments)
    return SignUp(_with(card, taken, seats), row.language, changed=True, seat=taken)


def _answer(
    connection: Connection,
    telegram_id: int,
    card: EventCard,
    wish: Wish,
    when: tuple[datetime, ZoneInfo],
) -> SignUp:
    """Somebody asks for a seat to whom one is offered; they ask anew if their time is over."""
    assert card.offered_until is not None
    event, now = card.event, when[0]
    if now < card.offered_until:
        yes = Yes(event.revision, anyway=wish.anyway)
        return accept(connection, telegram_id, event.id, *when, yes)
    check_open(event, now)
    lapse(connection, event.id, *when)
    return sign_up(connection, telegram_id, event.id, *when, wish)


@in_turn("event_id")
def sign_up_at_once(
    connection: Connection, telegram_id: int, event_id: int, now: datetime, zone: ZoneInfo
) -> SignUp:
    """The same by a press on what a whole group reads, without anything to say. It is one action,
    so that whoever presses first is first in line: nothing is read before it is their turn.

    Raises Refusal(NOT_THERE) for whoever has something to do in their own chat first.
    """
    person = people_queries.by_telegram_id(connection, telegram_id)
    if person is None or not person.is_at_home:
        raise Refusal(NOT_THERE)
    event = event_queries.sign_up(connection, event_id, telegram_id).card.event
    if event.companions and event.takes_sign_ups(now):
        raise Refusal(NOT_THERE)
    return sign_up(connection, telegram_id, event_id, now, zone)


@in_turn("event_id")
def accept(
    connection: Connection,
    telegram_id: int,
    event_id: int,
    now: datetime,
    zone: ZoneInfo,
    yes: Yes,
) -> SignUp:
    """Take the seat that is kept for this person, as they saw it (`yes`).

    Raises Refusal if the event is not for them, called off, over, or has changed since; if no seat
    is kept for them, or no longer; and unless they know, "seat.overlaps" if they signed up for
    something else at that time. Accepting twice is the same as once.
    """
    row = _card(connection, telegram_id, event_id)
    moments = event_queries.reminders(connection, row, now, zone)
    card = replace(event_queries.event_card(row), reminded_at=first(moments))
    check_going_ahead(card.event, now)
    own = {"of_event": event_id, "of_person": row.person_id}
    stands = connection.execute(_STANDS, own).one_or_none()
    if stands is not None and stands.state == SignUpState.SIGNED_UP:
        return _unchanged(connection, telegram_id, event_id)
    if stands is not None and stands.state == SignUpState.WAITING:
        raise Refusal("seat.waits_still")
    if stands is not None and stands.offered_until and now >= stands.offered_until:
        raise Refusal("seat.offer_over")
    if stands is None or stands.state != SignUpState.OFFERED:
        raise Refusal("seat.no_offer")
    if yes.revision != card.event.revision:
        raise Refusal("seat.changed")
    if not yes.anyway:
        check_overlap(connection, row, card.event, (SignUpState.SIGNED_UP,))
    connection.execute(_ACCEPT, own | {"now": now})
    promise(connection, row.person_id, card.event, moments)
    taken = card.event.taken  # with theirs: it was kept
    return SignUp(_with(card, taken, stands.seats), row.language, changed=True)


@in_turn("event_id")
def change_seats(
    connection: Connection,
    telegram_id: int,
    event_id: int,
    now: datetime,
    zone: ZoneInfo,
    seats: int,
) -> SignUp:
    """Come with more or fewer than before, as long as the event takes sign-ups; fewer always, until
    it starts. Who waits keeps their place in line; what becomes free, or is enough now, is offered.

    Whoever has no seat and waits for none signs up with so many. Raises Refusal as `sign_up`,
    and "seat.too_few" if so many more are not free.
    """
    row = _card(connection, telegram_id, event_id)
    card = event_queries.event_card(row)
    own = {"of_event": event_id, "of_person": row.person_id}
    stands = connection.execute(_STANDS, own).one_or_none()
    if stands is None or stands.state == SignUpState.CANCELLED:
        return sign_up(connection, telegram_id, event_id, now, zone, Wish(seats))
    more = seats - stands.seats
    if more > 0:
        check_open(card.event, now)
    check_going_ahead(card.event, now)
    check_seats(card.event, seats)
    if stands.state in TAKING_SEATS and more > 0:
        line = line_for(connection, card.event)
        if take(connection, card.event, more, line) is None:
            raise Refusal("seat.too_few", left=0 if line.waiting else card.event.left)
    connection.execute(_SEATS, own | {"to_seats": seats})
    if stands.state in TAKING_SEATS and more < 0:
        take_more(connection, event_id, more)
    if more < 0:
        offer_free_seats(connection, event_id, now, zone)
    return replace(_unchanged(connection, telegram_id, event_id), changed=more != 0)


@in_turn("event_id")
def answer(
    connection: Connection,
    telegram_id: int,
    event_id: int,
    now: datetime,
    zone: ZoneInfo,
    wish: Wish,
) -> SignUp:
    """Answer what an event asks otherwise than before, as long as it takes sign-ups; whoever has no
    seat and waits for none signs up with these answers. Raises Refusal as `sign_up`."""
    row = _card(connection, telegram_id, event_id)
    own = {"of_event": event_id, "of_person": row.person_id}
    stands = connection.execute(_STANDS, own).one_or_none()
    if stands is None or stands.state == SignUpState.CANCELLED:
        return sign_up(connection, telegram_id, event_id, now, zone, wish)
    check_open(event_queries.event_card(row).event, now)
    check_answers(questions_from_json(row.questions), wish.answers or ())
    connection.execute(_ANSWERS, own | {"to_answers": answers_to_json(wish.answers or ())})
    return replace(_unchanged(connection, telegram_id, event_id), changed=True)


@in_turn("event_id")
def cancel(
    connection: Connection, telegram_id: int, event_id: int, now: datetime, zone: ZoneInfo
) -> SignUp:
    """Give a seat back, decline one that is kept, or leave the line; what becomes free is offered
    to those in line. Raises Refusal if the event is not for this person, or over."""
    return _give_up(connection, telegram_id, event_id, (now, zone), TAKING_PART)


@in_turn("event_id")
def decline(
    connection: Connection, telegram_id: int, event_id: int, now: datetime, zone: ZoneInfo
) -> SignUp:
    """The same for a seat that is kept only: whoever took it meanwhile, or stands in line again,
    loses nothing by an old button."""
    return _give_up(connection, telegram_id, event_id, (now, zone), (SignUpState.OFFERED,))


def _give_up(
    connection: Connection,
    telegram_id: int,
    event_id: int,
    when: tuple[datetime, ZoneInfo],
    states: tuple[SignUpState, ...],
) -> SignUp:
    row = _card(connection, telegram_id, event_id)
    before = event_queries.event_card(row)
    if before.event.is_over(when[0]):
        raise Refusal("event.over")
    was = _let_go(connection, (event_id, row.person_id), when, states)
    if was is None:
        return _unchanged(connection, telegram_id, event_id)
    # Whoever moved away may see the event no more, but what became of their press.
    event = event_queries.by_id(connection, event_id)
    waiting = line_for(connection, event).waiting
    after = EventCard(event, signed_up=False, details=before.details, waiting=waiting)
    return SignUp(after, row.language, changed=True, was=was)


@in_turn("event_id")
def take_off(
    connection: Connection, by: int, event_id: int, person_id: int, now: datetime, zone: ZoneInfo
) -> None:
    """Staff take somebody's seat, or their place in line, away, and they are told so. Nothing
    changes for somebody who has none.

    Raises Refusal if `by` may not, or the event is called off or over: who came, came.
    """
    lock(connection, event_id)
    event = event_queries.by_id(connection, event_id)
    require(connection, by, Power.POST_EVENT, node_by_id(connection, event.node_id).path)
    check_going_ahead(event, now)
    if _let_go(connection, (event_id, person_id), (now, zone), TAKING_PART) is not None:
        owe(connection, person_id, DeliveryKind.SEAT_TAKEN_OFF, event_id, now, zone)


def give_back_all(connection: Connection, person_id: int, now: datetime, zone: ZoneInfo) -> None:
    """Give back every seat at an event to come, and leave every line: the person leaves."""
    held = (
        select(sign_ups.c.event_id)
        .join(events, events.c.id == sign_ups.c.event_id)
        .where(
            sign_ups.c.person_id == person_id,
            sign_ups.c.state.in_(TAKING_PART),
            events.c.starts_at > now,
        )
        .order_by(sign_ups.c.event_id)  # one order: no deadlock
    )
    for event_id in connection.execute(held).scalars().all():
        lock(connection, event_id)
        _let_go(connection, (event_id, person_id), (now, zone), TAKING_PART)


def _let_go(
    connection: Connection,
    whose: tuple[int, int],
    when: tuple[datetime, ZoneInfo],
    states: tuple[SignUpState, ...],
) -> SignUpState | None:
    """Let a person have nothing more at an event (`whose`: its id and theirs), if they stand as one
    of `states`, and offer what becomes free; returns how they stood. The event is locked."""
    (event_id, person_id), (now, zone) = whose, when
    own = {"of_event": event_id, "of_person": person_id}
    stands = connection.execute(_STANDS, own).one_or_none()
    if stands is None or SignUpState(stands.state) not in states:
        return None
    connection.execute(_CANCEL, own | {"now": now})
    if stands.state in TAKING_SEATS:
        take_more(connection, event_id, -stands.seats)
    offer_free_seats(connection, event_id, now, zone)
    return SignUpState(stands.state)


def _card(connection: Connection, telegram_id: int, event_id: int) -> Row[Any]:
    row = connection.execute(
        _CARD, {"telegram_id": telegram_id, "event_id": event_id}
    ).one_or_none()
    pass_on()
    if row is None:
        raise Refusal("event.not_for_you")
    return row


def _unchanged(connection: Connection, telegram_id: int, event_id: int) -> SignUp:
    row = _card(connection, telegram_id, event_id)
    return SignUp(event_queries.event_card(row), row.language, changed=False)


def _with(card: EventCard, taken: int, seats: int) -> EventCard:
    """With the seats that they hold now."""
    event = replace(card.event, taken=taken)
    return replace(card, event=event, signed_up=True, place=None, offered_until=None, seats=seats)

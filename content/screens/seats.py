"""Seats at an event: where one person stands, what they can do, and the offer of one."""

from datetime import datetime, timedelta

from markupsafe import Markup

from content.screen import Button, Rows, Screen, lasting, press
from content.screens.kit import back, button, in_fitting_rows
from content.texts import Say
from storage.model.event import Event, EventCard, EventState
from storage.model.offer import held_for

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def stand(say: Say, card: EventCard, now: datetime) -> Markup:
    """Where a person stands, and why; nothing for an event that is called off or over."""
    event = card.event
    if event.state is EventState.CANCELLED or event.is_over(now):
        return Markup("")
    takes = event.takes_sign_ups(now)
    held = held_for(event.closes_at, now) if takes and card.place else timedelta(0)
    hours = held // HOUR if held and held % HOUR == timedelta(0) else 0
    return say(
        "seat.stand",
        offered=is_offered(card, now),
        lapsed=card.offered_until is not None and not is_offered(card, now),
        until=card.offered_until,
        place=card.place,
        seats=card.seats,
        left=event.left,
        hours=hours,
        minutes=held // MINUTE,
        signed_up=card.signed_up,
        waiting=card.waiting,
        full=event.left == 0 and takes and not card.signed_up,
        closed=not takes,
    )


def is_offered(card: EventCard, now: datetime) -> bool:
    """Whether a seat is kept for them still."""
    return card.offered_until is not None and now < card.offered_until


def buttons(say: Say, card: EventCard, now: datetime) -> Rows:
    """One wide button for what can be done; for an offer its two answers."""
    event = card.event
    if event.state is EventState.CANCELLED or event.is_over(now):
        return ((button(say, "event.others", "events"),),)
    if is_offered(card, now):
        return _answers(say, event)
    more = (*_companions(say, card, now), *_answers_again(say, card, now))
    if card.signed_up:
        return (
            (button(say, "event.give_back", "unjoin", event.id),),
            *more,
            (button(say, "calendar.add", "calendar", event.id),),
        )
    if card.place is not None:
        return ((button(say, "seat.leave_line", "unjoin", event.id),), *more)
    if not event.takes_sign_ups(now):
        return ((button(say, "event.others", "events"),),)
    key = "seat.wait" if card.is_full else "event.sign_up"
    return ((button(say, key, "join", event.id),), *more)


def _companions(say: Say, card: EventCard, now: datetime) -> Rows:
    """The way to come with others, or with more or fewer of them."""
    if not card.event.companions or not card.event.takes_sign_ups(now):
        return ()
    takes_part = card.signed_up or card.place is not None
    key = "seat.change_seats" if takes_part else "seat.bring"
    return ((button(say, key, "how_many", card.event.id),),)


def _answers_again(say: Say, card: EventCard, now: datetime) -> Rows:
    takes_part = card.signed_up or card.place is not None
    if not (card.details.questions and takes_part and card.event.takes_sign_ups(now)):
        return ()
    return ((button(say, "seat.answer_again", "answer", card.event.id, card.seats),),)


def ask(say: Say, card: EventCard, seats: int) -> Screen:
    """Before they sign up for what asks something."""
    event = card.event
    rows = ((button(say, "seat.answer", "answer", event.id, seats),),)
    return Screen(say("seat.ask", event=event), (*rows, *back(say, f"event:{event.id}")))


def how_many(say: Say, card: EventCard) -> Screen:
    """With how many one comes: each number is a button."""
    event, most = card.event, 1 + card.event.companions
    numbers = [
        Button(say.label("seat.together", seats=n), press("bring", event.id, n))
        for n in range(1, most + 1)
    ]
    text = say("seat.how_many", event=event, most=most)
    return Screen(text, (*in_fitting_rows(numbers), *back(say, f"event:{event.id}")))


def overlap(say: Say, card: EventCard, seats: int, title: str, at: datetime) -> Screen:
    """Do they want both, although they are at the same time? They may have looked at one only."""
    event = card.event
    anyway = ("join_anyway", event.id, seats)
    if card.offered_until is not None:
        anyway = ("take_anyway", event.id, event.revision)
    rows = (
        (button(say, "seat.rather_not", "event", event.id),),
        (button(say, "seat.anyway", *anyway),),
    )
    return Screen(say("seat.overlap", event=event, title=title, at=at), rows)


def _answers(say: Say, event: Event) -> Rows:
    take = button(say, "seat.take", "take_seat", event.id, event.revision)
    return ((take, button(say, "seat.decline", "decline_seat", event.id)),)


def offered(say: Say, card: EventCard) -> Screen:
    """The word that a seat is kept for them; `offered_until` must be known."""
    text = say("seat.offer", event=card.event, seats=card.seats, until=card.offered_until)
    return Screen(text, _answers(say, card.event))


def taken_off(say: Say, event: Event) -> Screen:
    """The word that staff took their seat away."""
    rows = ((button(say, "event.others", "events"),),)
    return lasting(Screen(say("seat.taken_off", event=event), rows))


def put_back(say: Say, event: Event) -> Screen:
    """The word that it was a mistake."""
    rows = ((button(say, "event.give_back", "unjoin", event.id),),)
    return lasting(Screen(say("seat.put_back", event=event), rows))


def sure(say: Say, card: EventCard) -> Screen:
    """A second tap on "sign up": what did they mean? The way back stands where they tapped."""
    event = card.event
    keep = button(say, "seat.keep", "event", event.id)
    rows = ((keep,), (button(say, "event.give_back", "unjoin", event.id),))
    return Screen(say("seat.sure", event=event), rows)

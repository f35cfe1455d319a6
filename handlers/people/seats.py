"""The buttons of seats at events: pressed most, so they do least."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from aiogram.types import CallbackQuery

from content.screens import events as event_screens
from content.screens import seats as screens
from content.texts import Say
from handlers.answering import leads_to, show
from handlers.ids import event_id, row_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import sign_ups as actions
from storage.model.refusal import Refusal
from storage.model.sign_up import SignUp, SignUpState, Wish, Yes
from storage.queries import events as queries

WHY = "anybody who got the card"
OVERLAPS, QUESTIONS = "seat.overlaps", "seat.questions"
_GIVEN_UP = {
    SignUpState.SIGNED_UP: "event.given_back",
    SignUpState.OFFERED: "seat.declined",
    SignUpState.WAITING: "seat.left_line",
}

Action = Callable[[Any, int, int, datetime], SignUp]
Words = Callable[[Say, SignUp], str]


@press("join", event_id, power=None, why=WHY, known=False)
async def sign_up(
    press: CallbackQuery, ids: tuple[int], tools: Tools, came_at: datetime | None = None
) -> None:
    """A second tap asks what was meant, unless it is the other half of a double tap."""
    done = await _done(press, ids[0], partial(actions.sign_up, zone=tools.zone), tools)
    if await _asked(press, done, 1, tools):
        return
    again = tools.taps.just_pressed(press, came_at or tools.now()) == press.data
    if done.refusal is None and done.of.card.signed_up and not (done.of.changed or again):
        say = tools.texts.in_(done.of.language)
        await show(press, screens.sure(say, done.of.card), tools)
    else:
        await _show(press, done, _signed_up, tools)


@press("join_anyway", event_id, row_id, power=None, why=WHY, known=False)
async def sign_up_anyway(press: CallbackQuery, ids: tuple[int, int], tools: Tools) -> None:
    event_id, seats = ids
    wish = partial(actions.sign_up, zone=tools.zone, wish=Wish(seats, anyway=True))
    done = await _done(press, event_id, wish, tools)
    if not await _asked(press, done, seats, tools):
        await _show(press, done, _signed_up, tools)


@press("how_many", event_id, power=None, why=WHY, known=False)
async def how_many(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    found = await tools.database.read(queries.sign_up, *ids, press.from_user.id)
    await show(press, screens.how_many(tools.texts.in_(found.language), found.card), tools)


@press("bring", event_id, row_id, power=None, why=WHY, known=False)
async def bring(press: CallbackQuery, ids: tuple[int, int], tools: Tools) -> None:
    event_id, seats = ids
    change = partial(actions.change_seats, zone=tools.zone, seats=seats)
    done = await _done(press, event_id, change, tools)
    if not await _asked(press, done, seats, tools):
        await _show(press, done, _seats, tools)


@press("unjoin", event_id, power=None, why=WHY, known=False)
async def cancel(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    done = await _done(press, ids[0], partial(actions.cancel, zone=tools.zone), tools)
    await _show(press, done, partial(_given_up, "event.given_back_before"), tools)


@press("take_seat", event_id, row_id, power=None, why=WHY, known=False)
async def take(press: CallbackQuery, ids: tuple[int, int], tools: Tools) -> None:
    await _accept(press, ids[0], Yes(ids[1]), tools)


@press("take_anyway", event_id, row_id, power=None, why=WHY, known=False)
async def take_anyway(press: CallbackQuery, ids: tuple[int, int], tools: Tools) -> None:
    await _accept(press, ids[0], Yes(ids[1], anyway=True), tools)


async def _accept(press: CallbackQuery, event_id: int, yes: Yes, tools: Tools) -> None:
    accept = partial(actions.accept, yes=yes, zone=tools.zone)
    done = await _done(press, event_id, accept, tools)
    if not await _asked(press, done, done.of.card.seats, tools):
        await _show(press, done, _accepted, tools)


@press("decline_seat", event_id, power=None, why=WHY, known=False)
async def decline(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    done = await _done(press, ids[0], partial(actions.decline, zone=tools.zone), tools)
    await _show(press, done, partial(_given_up, "seat.nothing_to_decline"), tools)


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of a press; with the reason, if it could not be."""

    of: SignUp
    now: datetime
    refusal: Refusal | None = None


async def _done(press: CallbackQuery, event_id: int, action: Action, tools: Tools) -> _Done:
    telegram_id, now = press.from_user.id, tools.now()
    try:
        return _Done(await tools.database.write(action, telegram_id, event_id, now), now)
    except Refusal as refusal:
        as_it_is = await tools.database.read(queries.sign_up, event_id, telegram_id)
        return _Done(as_it_is, now, refusal)


async def _asked(press: CallbackQuery, done: _Done, seats: int, tools: Tools) -> bool:
    """Ask what must be known before they sign up with so many seats, if anything must."""
    refusal, say = done.refusal, tools.texts.in_(done.of.language)
    if refusal is not None and refusal.key == QUESTIONS:
        await show(press, screens.ask(say, done.of.card, seats), tools)
        return True
    if refusal is None or refusal.key != OVERLAPS:
        return False
    title, at = refusal.names["title"], refusal.names["at"]
    assert isinstance(title, str)
    assert isinstance(at, datetime)
    await show(press, screens.overlap(say, done.of.card, seats, title, at), tools)
    return True


async def _show(press: CallbackQuery, done: _Done, words: Words, tools: Tools) -> None:
    """Say what became of it, and show the event as it is now."""
    say = tools.texts.in_(done.of.language)
    refusal = done.refusal
    toast = words(say, done.of) if refusal is None else say.label(refusal.key, **refusal.names)
    from_list = leads_to(press, "events")
    screen = event_screens.card(say, done.of.card, tools.programme, done.now, in_list=from_list)
    await show(press, screen, tools, toast=toast)


def _signed_up(say: Say, done: SignUp) -> str:
    card = done.card
    if card.place is not None:
        key = "seat.in_line" if done.changed else "seat.in_line_before"
        return say.label(key, place=card.place)
    if done.seat is None:
        return _accepted(say, done)
    return say.label("seat.signed_up", seats=card.seats, seat=done.seat)


def _seats(say: Say, done: SignUp) -> str:
    """They changed how many they are, or signed up with so many."""
    card = done.card
    if done.seat is not None or (done.changed and card.place == card.waiting):
        return _signed_up(say, done)
    return say.label("seat.seats_are" if done.changed else "seat.seats_were", seats=card.seats)


def _accepted(say: Say, done: SignUp) -> str:
    return say.label("seat.accepted" if done.changed else "seat.accepted_before")


def _given_up(before: str, say: Say, done: SignUp) -> str:
    """What they gave up; or, if there was nothing, the text `before`."""
    return say.label(before if done.was is None else _GIVEN_UP[done.was])

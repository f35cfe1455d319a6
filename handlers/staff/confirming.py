"""Whether an event took place: the question, its answers, and taking them back."""

from collections.abc import Callable
from functools import partial

from aiogram.types import CallbackQuery

from content.screens import feedback as feedback_screens
from content.screens import held as screens
from content.screens import past as past_screens
from content.texts import Say
from handlers.answering import leads_to, show, way_back
from handlers.explaining import toast_of
from handlers.ids import event_id, page
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import confirmations
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries.askings import unconfirmed_of
from storage.queries.feedback import opinions_for
from storage.queries.past_events import past_for
from storage.queries.turnouts import turnout_for

# Why it cannot be said, as the screen explains it.
NOT_NOW = (
    *("event.cancelled", "held.draft", "held.not_begun"),
    *("held.said_since", "closing.is_closed"),
)


@press("confirm", event_id, power=Power.POST_EVENT)
async def confirm(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _show(press, *ids, person, say, tools)


@press("unconfirmed", page, power=Power.POST_EVENT)
async def unconfirmed(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    events = await tools.database.read(unconfirmed_of, person, tools.now(), *ids)
    await show(press, screens.unconfirmed(say, events), tools)


@press("held", event_id, power=Power.POST_EVENT)
async def held(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _answer(press, True, *ids, person, say, tools)


@press("not_held", event_id, power=Power.POST_EVENT)
async def not_held(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _answer(press, False, *ids, person, say, tools)


@press("unsaid", event_id, power=Power.POST_EVENT)
async def unsaid(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _say(press, confirmations.unsay, *ids, person, say, tools)


@press("opinions", event_id, power=Power.POST_EVENT)
async def opinions(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    event, found = await tools.database.read(opinions_for, *ids, person)
    await show(press, feedback_screens.opinions(say, event, found), tools)


async def _answer(
    press: CallbackQuery, held: bool, event_id: int, person: Person, say: Say, tools: Tools
) -> None:
    action: Callable[..., object] = confirmations.hold if held else confirmations.not_held
    if all(leads_to(press, f"{each}:{event_id}") for each in ("held", "not_held")):
        # That was the question: an answer that came since is changed below it, where one reads it.
        action = partial(confirmations.answer, held=held)
    await _say(press, action, event_id, person, say, tools)


async def _say(
    press: CallbackQuery,
    action: Callable[..., object],
    event_id: int,
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    saying = tools.database.write(action, person.id, event_id, tools.now(), tools.zone)
    toast = await toast_of(saying, say, *NOT_NOW)
    await _show(press, event_id, person, say, tools, toast)


async def _show(
    press: CallbackQuery, event_id: int, person: Person, say: Say, tools: Tools, toast: str = ""
) -> None:
    turnout = await tools.database.read(turnout_for, event_id, person)
    home, event = way_back(press, "posted"), turnout.event
    if event.by_hand:
        past = await tools.database.read(past_for, event_id, person, tools.zone)
        screen = past_screens.shown(say, event, past, tools.programme, home)
    else:
        screen = screens.confirmation(say, turnout, home)
    await show(press, screen, tools, toast=toast)

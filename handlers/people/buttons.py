"""The buttons under pushes and events: pressed most, so they come first and do least."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from aiogram.types import CallbackQuery

from content.screens import events as event_screens
from content.screens import study as study_screens
from handlers.answering import leads_to, show
from handlers.ids import event_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import sign_ups
from storage.actions.study import acknowledge
from storage.model.refusal import Refusal
from storage.model.sign_up import SignUp
from storage.queries import events as event_queries

WHY = "anybody who got the card"


@press("done", str, str, power=None, why=WHY, known=False)
async def done(press: CallbackQuery, ids: tuple[str, str], tools: Tools) -> None:
    found = tools.courses.find(*ids)
    if found is None:
        raise Refusal("study.withdrawn")
    progress = await tools.database.write(acknowledge, press.from_user.id, *ids, tools.now())
    say = tools.texts.in_(progress.language)
    toast = say.label("study.thanks" if progress.first else "study.again")
    await show(press, study_screens.done(say, *found, progress), tools, toast=toast)


@press("join", event_id, power=None, why=WHY, known=False)
async def sign_up(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    words = ("event.signed_up", "event.signed_up_before")
    await _change(press, ids[0], partial(sign_ups.sign_up, zone=tools.zone), words, tools)


@press("unjoin", event_id, power=None, why=WHY, known=False)
async def cancel(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    words = ("event.given_back", "event.given_back_before")
    await _change(press, ids[0], sign_ups.cancel, words, tools)


async def _change(
    press: CallbackQuery,
    event_id: int,
    action: Callable[[Any, int, int, datetime], SignUp],
    words: tuple[str, str],
    tools: Tools,
) -> None:
    """Take a seat or give it back (`words`: what is said then, and if it was so before); if it is
    too late, say so and show the event as it is now."""
    telegram_id, now = press.from_user.id, tools.now()
    try:
        done = await tools.database.write(action, telegram_id, event_id, now)
    except Refusal as refusal:
        done = await tools.database.read(event_queries.sign_up, event_id, telegram_id)
        key = refusal.key
    else:
        key = words[0] if done.changed else words[1]
    say = tools.texts.in_(done.language)
    from_list = leads_to(press, "events")
    screen = event_screens.card(say, done.card, tools.programme, now, in_list=from_list)
    await show(press, screen, tools, toast=say.label(key, taken=done.card.event.taken))

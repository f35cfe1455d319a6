"""The buttons under pushes and events: pressed most, so they come first and do least."""

from aiogram import Router
from aiogram.types import CallbackQuery

from content.screens import events as event_screens
from content.screens import study as study_screens
from handlers.answering import show
from handlers.filters import Pressed, row_id
from handlers.tools import Tools
from storage.actions import sign_ups
from storage.actions.study import acknowledge
from storage.model.event import SignUp
from storage.model.refusal import Refusal

router = Router(name="buttons")


@router.callback_query(Pressed("done", str, str))
async def done(press: CallbackQuery, ids: tuple[str, str], tools: Tools) -> None:
    found = tools.courses.find(*ids)
    if found is None:
        raise Refusal("study.withdrawn")
    progress = await tools.database.write(acknowledge, press.from_user.id, *ids, tools.now())
    say = tools.texts.in_(progress.language)
    toast = say.label("study.thanks" if progress.first else "study.again")
    await show(press, study_screens.done(say, *found, progress), tools, toast=toast)


@router.callback_query(Pressed("join", row_id))
async def sign_up(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    done = await tools.database.write(sign_ups.sign_up, press.from_user.id, *ids, tools.now())
    await _show_sign_up(press, done, tools, "event.signed_up", "event.signed_up_before")


@router.callback_query(Pressed("unjoin", row_id))
async def cancel(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    done = await tools.database.write(sign_ups.cancel, press.from_user.id, *ids, tools.now())
    await _show_sign_up(press, done, tools, "event.given_back", "event.not_signed_up")


async def _show_sign_up(
    press: CallbackQuery, done: SignUp, tools: Tools, changed: str, unchanged: str
) -> None:
    say = tools.texts.in_(done.language)
    toast = say.label(changed if done.changed else unchanged, taken=done.card.event.taken)
    screen = event_screens.card(say, done.card, tools.programme, tools.now())
    await show(press, screen, tools, toast=toast)

"""A command in the middle of a form does what it says, and the form is not forgotten."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Router
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import CallbackQuery, ErrorEvent, Message, TelegramObject
from aiogram_dialog import DialogManager, ShowMode
from aiogram_dialog.api.exceptions import UnknownState

from content.screens.kit import closing
from content.texts import Say
from handlers.answering import show
from handlers.dispatch import read_command
from handlers.filters import is_command, is_edit
from handlers.forms.drafts import Outdated
from handlers.forms.form import still_allowed
from handlers.forms.leaving import cancelled, origin_of, press_again, say_again, show_origin
from handlers.forms.open import (
    OFFERED,
    drop_outdated,
    end,
    lift,
    on_top,
    only_looks,
    strip_window,
    touched,
)
from handlers.forms.widgets import offer_unfinished
from handlers.incoming import replied_to
from handlers.presses import press
from handlers.refusals import voice_for
from handlers.tools import Tools

logger = logging.getLogger(__name__)
WHY = "one's own forms; each asks for its power itself"
AROUND = frozenset({"start", "staff"})

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Unfinished(BaseMiddleware):
    """After a command that left a form open, offers to go on with it: once, and from then on after
    those commands with which people look around. Where nothing is submitted there is nothing to go
    on with."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        manager: DialogManager = data["dialog_manager"]
        form = on_top(manager)
        result = await handler(event, data)
        if not isinstance(event, Message) or not is_command(event) or is_edit(data):
            return result
        if form is None or on_top(manager) != form:
            return result
        if only_looks(manager):
            await end(manager, event.chat.id)
            return result
        if not manager.dialog_data.get(OFFERED) or _looks_around(event):
            await offer_unfinished(event.chat.id, manager)
            manager.dialog_data[OFFERED] = True
        return result


def _looks_around(message: Message) -> bool:
    said = read_command(message.text or "")
    return said is not None and said.command in AROUND


@press("continue", str, power=None, why=WHY)
async def go_on(
    press: CallbackQuery, ids: tuple[str], say: Say, tools: Tools, dialog_manager: DialogManager
) -> None:
    if not await lift(dialog_manager, *ids):
        await show(press, closing(say, "home.form_over"), tools)
        return
    if not await still_allowed(press, dialog_manager):
        return
    touched(dialog_manager)
    await tools.chat.toast(press.id)
    await strip_window(dialog_manager, press.from_user.id, press)
    await dialog_manager.show(ShowMode.SEND)


@press("give_up", str, power=None, why=WHY)
async def give_up(
    press: CallbackQuery, ids: tuple[str], say: Say, tools: Tools, dialog_manager: DialogManager
) -> None:
    tools.may_change()
    has_window = on_top(dialog_manager) in ids
    if not await lift(dialog_manager, *ids):
        await show(press, closing(say, "home.form_over"), tools)
        return
    receipt, origin = cancelled(dialog_manager), origin_of(dialog_manager)
    if has_window:
        await strip_window(dialog_manager, press.from_user.id, press)
    await dialog_manager.mark_closed()
    await show(press, receipt, tools)
    await show_origin(origin, dialog_manager)
    await offer_unfinished(press.from_user.id, dialog_manager)


@press("anew", str, str, power=None, why=WHY)
async def anew(
    press: CallbackQuery, ids: tuple[str, str], tools: Tools, dialog_manager: DialogManager
) -> None:
    """Drop what a form holds, and do again what was to open another: the command to which the
    question replied, with what stands behind it, or the press."""
    tools.may_change()
    form, opener = ids[0], ids[1].replace(".", ":")
    if await lift(dialog_manager, form):
        await strip_window(dialog_manager, press.from_user.id, press)
        await dialog_manager.mark_closed()
    said = replied_to(press)
    command = read_command(said.text or "") if said else None
    if said is not None and command is not None and command.command == opener:
        await tools.chat.toast(press.id)
        await say_again(said, command, dialog_manager)
    else:
        await press_again(press.model_copy(update={"data": opener}), dialog_manager)


def listen(router: Router) -> None:
    """Register who hears of forms that another version of the bot kept."""
    router.error.register(outdated, ExceptionTypeFilter(Outdated, UnknownState))


async def outdated(error: ErrorEvent, tools: Tools, dialog_manager: DialogManager) -> None:
    """An open form that another version of the bot kept, and that asks for other things now."""
    kind = type(error.exception).__name__
    logger.warning("update %d met a form that is over (%s)", error.update.update_id, kind)
    await drop_outdated(dialog_manager)
    event = error.update.callback_query or error.update.message
    if event is None or event.from_user is None:
        return
    if isinstance(event, CallbackQuery):
        await tools.chat.toast(event.id)
    say = await voice_for(event.from_user, tools)
    await tools.chat.send(event.from_user.id, closing(say, "home.form_outdated"))

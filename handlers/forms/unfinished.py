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
from handlers.filters import is_command, is_edit
from handlers.forms.drafts import Outdated
from handlers.forms.form import still_allowed
from handlers.forms.open import drop_outdated, lift, on_top, strip_window
from handlers.forms.widgets import cancelled, offer_unfinished
from handlers.presses import press
from handlers.refusals import voice_for
from handlers.tools import Tools

logger = logging.getLogger(__name__)
WHY = "one's own forms; each asks for its power itself"

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Unfinished(BaseMiddleware):
    """After a command that left a form open, offers to go on with it."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        manager: DialogManager = data["dialog_manager"]
        form = on_top(manager)
        result = await handler(event, data)
        if not isinstance(event, Message) or not is_command(event) or is_edit(data):
            return result
        if form is not None and on_top(manager) == form:
            await offer_unfinished(event.chat.id, manager)
        return result


@press("continue", str, power=None, why=WHY)
async def go_on(
    press: CallbackQuery, ids: tuple[str], say: Say, tools: Tools, dialog_manager: DialogManager
) -> None:
    if not await lift(dialog_manager, *ids):
        await show(press, closing(say, "home.form_over"), tools)
        return
    if not await still_allowed(press, dialog_manager):
        return
    await tools.chat.toast(press.id)
    await strip_window(dialog_manager, press.from_user.id, press)
    await dialog_manager.show(ShowMode.SEND)


@press("give_up", str, power=None, why=WHY)
async def give_up(
    press: CallbackQuery, ids: tuple[str], say: Say, tools: Tools, dialog_manager: DialogManager
) -> None:
    has_window = on_top(dialog_manager) in ids
    if not await lift(dialog_manager, *ids):
        await show(press, closing(say, "home.form_over"), tools)
        return
    receipt = cancelled(dialog_manager)
    if has_window:
        await strip_window(dialog_manager, press.from_user.id, press)
    await dialog_manager.mark_closed()
    await show(press, receipt, tools)
    await offer_unfinished(press.from_user.id, dialog_manager)


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

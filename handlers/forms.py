"""A command in the middle of a form does what it says, and the form is not forgotten."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Router
from aiogram.types import CallbackQuery, Message, TelegramObject
from aiogram_dialog import DialogManager, ShowMode

from content.screens import home as screens
from content.texts import Say
from handlers.answering import show
from handlers.filters import Pressed
from handlers.tools import Tools

router = Router(name="forms")
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Unfinished(BaseMiddleware):
    """After a command that left a form open, offers to go on with it."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        manager: DialogManager = data["dialog_manager"]
        form = _open_form(manager)
        result = await handler(event, data)
        if not isinstance(event, Message) or not (event.text or "").startswith("/"):
            return result
        if form is not None and _open_form(manager) == form:
            tools: Tools = data["tools"]
            name = manager.dialog().name  # type: ignore[attr-defined]
            await tools.chat.send(event.chat.id, screens.unfinished(data["say"], name))
        return result


def _open_form(manager: DialogManager) -> str | None:
    return manager.current_context().id if manager.has_context() else None


@router.callback_query(Pressed("continue"))
async def go_on(
    press: CallbackQuery, say: Say, tools: Tools, dialog_manager: DialogManager
) -> None:
    if not dialog_manager.has_context():
        await show(press, screens.note(say, "home.form_over"), tools)
        return
    await tools.chat.toast(press.id)
    await dialog_manager.show(ShowMode.SEND)


@router.callback_query(Pressed("give_up"))
async def give_up(
    press: CallbackQuery, say: Say, tools: Tools, dialog_manager: DialogManager
) -> None:
    await dialog_manager.reset_stack()
    await show(press, screens.closing(say, "home.cancelled"), tools)

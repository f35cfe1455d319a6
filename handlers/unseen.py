"""What the dialogs' library would take for more than somebody said. Signs of no width at the end of
a text are a press of a reply keyboard to it, of which we have none: such a text would be lost, and
one that somebody copied could press anything in their name. A reply to one of our older windows is
meant for that form to it, and over: people reply to what stands nearest."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject
from aiogram_dialog.utils import REPLY_CALLBACK_SYMBOLS

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class NothingUnseen(BaseMiddleware):
    """Lets the rest hear what was said, and no more. Its formatting stays where it is."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if isinstance(event, Message):
            text = event.text and event.text.rstrip(REPLY_CALLBACK_SYMBOLS)
            event = event.model_copy(update={"text": text, "reply_to_message": None})
        return await handler(event, data)

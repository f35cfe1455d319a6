"""A plain word that nobody would answer a question with is the command of that name, in a form,
too: somebody who types 取消 wants to cancel, and not to add it to their suggestion."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject

from content.finding import command_called
from handlers.filters import is_edit
from handlers.tools import Tools

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class PlainWords(BaseMiddleware):
    """Lets the rest hear such a word as its command. What is edited stays what it was: a text."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        tools: Tools = data["tools"]
        if isinstance(event, Message) and event.text and not is_edit(data):
            name = command_called(event.text, tools.texts)
            if name is not None:
                event = event.model_copy(update={"text": f"/{name}", "entities": None})
        return await handler(event, data)

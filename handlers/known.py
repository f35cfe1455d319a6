"""The preamble of everything but arriving: who is speaking? Strangers are welcomed instead."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Message, TelegramObject

from handlers.joining import show_home, welcome
from handlers.tools import Tools
from storage.model.person import CONSENT_VERSION
from storage.queries.people import by_telegram_id

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Known(BaseMiddleware):
    """Gives handlers `person` and `say`; whoever has not joined gets the first screen instead."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if not isinstance(event, Message | CallbackQuery) or event.from_user is None:
            return None
        tools: Tools = data["tools"]
        person = await tools.database.read(by_telegram_id, event.from_user.id)
        if person is None or person.consent_version < CONSENT_VERSION:
            return await welcome(event, event.from_user, "", tools)
        if person.node_id is None and not person.is_staff:
            return await show_home(event, person, tools)
        data["person"] = person
        data["say"] = tools.texts.in_(person.language)
        return await handler(event, data)

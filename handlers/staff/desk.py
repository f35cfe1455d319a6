"""The staff's first screen, and what is told to somebody without a role."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message, TelegramObject

from content.screens import desk as screens
from content.texts import Say
from handlers.answering import show
from handlers.filters import Pressed
from handlers.tools import Tools
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.queries import desk as desk_queries

router = Router(name="desk")
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class StaffOnly(BaseMiddleware):
    """Refuses everybody without a role; what a role reaches is for the action to check."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        person: Person = data["person"]
        if not person.is_staff:
            raise Refusal("staff.only_staff")
        return await handler(event, data)


@router.message(Command("staff"))
@router.callback_query(Pressed("staff"))
async def desk(event: Message | CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    day = await tools.database.read(desk_queries.day, person)
    await show(event, screens.desk(say, person, day), tools)

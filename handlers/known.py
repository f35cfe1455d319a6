"""The preamble of everything but arriving: who is speaking? Strangers are welcomed instead, and
somebody without a community is asked where they live."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Message, TelegramObject, User

from content.screen import Screen
from content.screens import joining as screens
from content.screens.home import home
from content.screens.kit import note
from handlers.answering import show
from handlers.filters import is_command
from handlers.names import follow_name
from handlers.tools import Tools
from storage.model.person import CONSENT_VERSION, Person
from storage.queries import nodes as node_queries
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
        name = await follow_name(person, event.from_user, tools)
        data["person"] = replace(person, name=name)
        if person.node_id is None and not person.is_staff:
            return await _place_asked(event, data["person"], tools)
        data["say"] = tools.texts.in_(person.language)
        return await handler(event, data)


async def _place_asked(event: Message | CallbackQuery, person: Person, tools: Tools) -> None:
    """Where do you live? Part of a name that is typed finds it."""
    typed = event.text if isinstance(event, Message) and not is_command(event) else None
    found = await tools.database.read(node_queries.named, typed) if typed else None
    if found is None:
        await show_home(event, person, tools)
        return
    say = tools.texts.in_(person.language)
    if not found.items:
        await show(event, note(say, "button.none_found", sought=typed), tools)
        await show_home(event, person, tools)
        return
    await show(event, screens.choose_community(say, found), tools)


def user_language(user: User, tools: Tools) -> str:
    """The language of somebody whom we do not know yet."""
    code = user.language_code or ""
    return "zh" if code.startswith("zh") else "en" if code.startswith("en") else tools.language


async def welcome(
    event: Message | CallbackQuery, user: User, payload: str, tools: Tools, language: str = ""
) -> None:
    """The first screen, in the language of the person's Telegram until they choose."""
    say = tools.texts.in_(language or user_language(user, tools))
    node = await tools.database.read(node_queries.by_code, payload) if payload else None
    await show(event, screens.welcome(say, node.name if node else None), tools)


async def show_home(event: Message | CallbackQuery, person: Person, tools: Tools) -> None:
    """The home screen, or the question of where somebody lives."""
    await show(event, await home_of(person, tools), tools)


async def home_of(person: Person, tools: Tools) -> Screen:
    """The same as a screen, for whoever puts it before them in another way."""
    say = tools.texts.in_(person.language)
    if person.node_id is None and not person.is_staff:
        communities = await tools.database.read(node_queries.communities, 0)
        return screens.choose_community(say, communities)
    return home(say, person)

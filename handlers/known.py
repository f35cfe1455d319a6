"""The preamble of everything but arriving: who is speaking? Strangers are welcomed instead, and
somebody without a community is asked where they live."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiogram import BaseMiddleware
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject, User

from content.screen import Screen
from content.screens import joining as screens
from content.screens.home import home
from content.screens.kit import note
from handlers.answering import show
from handlers.filters import is_command, is_edit
from handlers.incoming import said_in, sent_at
from handlers.memory import remember, remembered
from handlers.names import follow_name
from handlers.tools import Tools
from storage.model.door import read_digits
from storage.model.person import CONSENT_VERSION, Person
from storage.model.said import Thing
from storage.queries import nodes as node_queries
from storage.queries.doors import is_shown
from storage.queries.people import by_telegram_id

# What the link said through which somebody came, until they agreed.
PAYLOAD = "payload"
# A code of an event, or a link to one, which waits until it is known where they live; and when it
# came.
CODE = "code"
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Known(BaseMiddleware):
    """Gives handlers `person`, `say` and the `table`; whoever has not joined gets the first screen
    instead."""

    def __init__(self, table: object) -> None:
        self._table = table

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if not isinstance(event, Message | CallbackQuery) or event.from_user is None:
            return None
        tools: Tools = data["tools"]
        person = await tools.database.read(by_telegram_id, event.from_user.id)
        if person is None or person.consent_version < CONSENT_VERSION:
            return await _at_the_door(event, event.from_user, data)
        name = await follow_name(person, event.from_user, tools)
        data["person"] = replace(person, name=name)
        if person.node_id is None and not person.is_staff:
            return await _place_asked(event, data["person"], data)
        data["table"] = self._table
        data["say"] = tools.texts.in_(person.language)
        return await handler(event, data)


async def _at_the_door(event: Message | CallbackQuery, user: User, data: dict[str, Any]) -> None:
    """A stranger is welcomed. What they say stands in the message to which the welcome replies, so
    it is found when they agree; until then nothing is kept but which messages it was."""
    tools: Tools = data["tools"]
    if isinstance(event, Message) and not is_command(event) and not await _is_code(event, data):
        is_new = await _is_new(event, data, keep=False)
        if not is_new or is_edit(data):
            return
    await welcome(event, user, data["state"], tools)


async def _is_code(message: Message, data: dict[str, Any]) -> bool:
    """Whether somebody typed digits while a code is shown anywhere: they are used at home."""
    tools: Tools = data["tools"]
    digits = read_digits(message.text or "")
    if digits is None or not await tools.database.read(is_shown, tools.now()):
        return False
    state: FSMContext = data["state"]
    await state.update_data({CODE: [digits, sent_at(message, tools).isoformat()]})
    return True


async def _is_new(message: Message, data: dict[str, Any], *, keep: bool) -> bool:
    """Whether it is no further part of an album. It is remembered until it can be offered what
    could be done with it, with what is in it if that may be kept already."""
    state: FSMContext = data["state"]
    tools: Tools = data["tools"]
    heard, said = await remembered(state), said_in(message)
    number, album = message.message_id, message.media_group_id or ""
    known = heard.of(number, album)
    thing = known or Thing((), album)
    if not said.text and not said.media:
        pass  # nothing that could be offered
    elif keep:
        await remember(state, heard.with_thing(thing.with_part(number, said)))
    elif known is not None or not is_edit(data):
        tools.strangers.keep(message.chat.id, thing, {number: said}, tools.now())
        await remember(state, heard.with_thing(thing.with_message(number)))
    return known is None


async def _place_asked(
    event: Message | CallbackQuery, person: Person, data: dict[str, Any]
) -> None:
    """Where do you live? Part of a name that is typed finds it; what is no text waits, and so does
    a text where there is no name yet."""
    tools: Tools = data["tools"]
    if not isinstance(event, Message) or is_command(event):
        await show_home(event, person, tools)
        return
    say = tools.texts.in_(person.language)
    nameless = not (await tools.database.read(node_queries.communities, 0)).items
    if event.text is None or (nameless and read_digits(event.text) is None):
        if await _is_new(event, data, keep=True) and not is_edit(data):
            await show(event, note(say, "join.kept"), tools)
            await show_home(event, person, tools)
    elif await _is_code(event, data):
        await show(event, note(say, "door.kept"), tools)
        await show_home(event, person, tools)
    elif not is_edit(data):
        await _sought(event, event.text, person, tools)


async def _sought(message: Message, text: str, person: Person, tools: Tools) -> None:
    say = tools.texts.in_(person.language)
    found = await tools.database.read(node_queries.named, text)
    if found.items:
        await show(message, screens.choose_community(say, person, found), tools)
        return
    unknown = screens.no_such_place(say, text)
    await tools.chat.send(message.chat.id, unknown, reply_to=message.message_id)
    await show_home(message, person, tools)


def user_language(user: User, tools: Tools) -> str:
    """The language of somebody whom we do not know yet."""
    code = user.language_code or ""
    return "zh" if code.startswith("zh") else "en" if code.startswith("en") else tools.language


async def welcome(
    event: Message | CallbackQuery, user: User, state: FSMContext, tools: Tools, language: str = ""
) -> None:
    """The first screen, in the language of the person's Telegram until they choose; with the place
    to which the link led through which they came."""
    say = tools.texts.in_(language or user_language(user, tools))
    payload = (await state.get_data()).get(PAYLOAD, "")
    node = await tools.database.read(node_queries.by_code, payload) if payload else None
    screen = screens.welcome(say, node.name if node else None)
    if isinstance(event, Message) and not is_command(event):
        await tools.chat.send(event.chat.id, screen, reply_to=event.message_id)
    else:
        await show(event, screen, tools)


async def show_home(event: Message | CallbackQuery, person: Person, tools: Tools) -> None:
    """The home screen, or the question of where somebody lives."""
    await show(event, await home_of(person, tools), tools)


async def home_of(person: Person, tools: Tools) -> Screen:
    """The same as a screen, for whoever puts it before them in another way."""
    say = tools.texts.in_(person.language)
    if person.node_id is None and not person.is_staff:
        communities = await tools.database.read(node_queries.communities, 0)
        return screens.choose_community(say, person, communities)
    return home(say, person)

"""Checking in at an event, by scanning the code that is shown there or by typing its digits."""

from datetime import datetime
from typing import Any

from aiogram.filters import Filter
from aiogram.types import Message

from content.screens import doors as screens
from content.screens.kit import note
from handlers.incoming import sent_at
from handlers.tools import Tools
from storage.actions import doors as actions
from storage.model.door import Pass, Wrong, read_digits
from storage.model.node import Node, NodeKind
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.queries import doors as queries
from storage.queries import events as event_queries
from storage.queries import nodes as node_queries


async def scanned(person: Person, given: Pass, at: datetime, tools: Tools) -> None:
    """Somebody at home scanned a code at a moment. Why they are not let in, they are told."""
    say = tools.texts.in_(person.language)
    try:
        entrance = await tools.database.write(actions.enter, person.id, given, at, tools.now())
    except Refusal as refusal:
        await tools.chat.send(person.telegram_id, note(say, refusal.key, **refusal.names))
        return
    await tools.chat.send(person.telegram_id, screens.let_in(say, entrance))


async def gave_digits(person: Person, digits: str, at: datetime, tools: Tools) -> None:
    """The same of somebody who typed digits at a moment."""
    say, now = tools.texts.in_(person.language), tools.now()
    try:
        found = await tools.database.write(actions.enter_by_digits, person.id, digits, at, now)
    except Refusal as refusal:
        screen = note(say, refusal.key, **refusal.names)
    else:
        if isinstance(found, Wrong):
            screen = screens.wrong(say, found, now)
        else:
            screen = screens.let_in(say, found)
    await tools.chat.send(person.telegram_id, screen)


async def community_of(given: Pass, tools: Tools) -> Node | None:
    """The community of the event whose code it is; None for a code that was never shown, and for an
    event of the whole district."""
    door = await tools.database.read(queries.door, given.event_id)
    if door is None or not door.made(given):
        return None
    event = await tools.database.read(event_queries.by_id, given.event_id)
    node = await tools.database.read(node_queries.by_id, event.node_id)
    return node if node.kind is NodeKind.COMMUNITY else None


class OfCode(Filter):
    """Whether somebody typed four digits while a code is shown at an event that is for them."""

    async def __call__(
        self, message: Message, person: Person, tools: Tools
    ) -> bool | dict[str, Any]:
        digits = read_digits(message.text or "")
        if digits is None:
            return False
        shown = await tools.database.read(queries.is_shown_to, person.id, tools.now())
        return {"digits": digits} if shown else False


async def typed(message: Message, digits: str, person: Person, tools: Tools) -> None:
    await gave_digits(person, digits, sent_at(message, tools), tools)

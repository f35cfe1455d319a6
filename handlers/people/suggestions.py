"""What became of one's suggestions. Making one: suggest.py."""

from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message

from content.screens import suggestions as screens
from content.texts import Say
from handlers.answering import show, show_below
from handlers.commands import command
from handlers.ids import page, suggestion_id
from handlers.presses import press
from handlers.tools import Tools
from storage.model.person import Person
from storage.queries import suggestions as queries

WHY = "one's own suggestions"


@command("track", "suggestion.command_track", power=None, why="one's own suggestions")
async def track(
    message: Message, command: CommandObject, person: Person, say: Say, tools: Tools
) -> None:
    if command.args:
        suggestion = await tools.database.read(queries.by_number, command.args, person.id)
        await show(message, screens.own(say, suggestion, tools.programme), tools)
    else:
        await _list(message, 0, person, say, tools)


@press("track", power=None, why="one's own suggestions")
@press("track", page, power=None, why="one's own suggestions")
async def track_pressed(
    press: CallbackQuery, person: Person, say: Say, tools: Tools, ids: tuple[int] = (0,)
) -> None:
    await _list(press, *ids, person, say, tools)


async def _list(
    event: Message | CallbackQuery, number: int, person: Person, say: Say, tools: Tools
) -> None:
    page = await tools.database.read(queries.tracked, person.id, number)
    await show(event, screens.tracked(say, page), tools)


@press("mine", suggestion_id, power=None, why="one's own suggestions")
async def mine(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    suggestion = await tools.database.read(queries.for_author, *ids, person.id)
    await show_below(press, screens.own(say, suggestion, tools.programme), tools)

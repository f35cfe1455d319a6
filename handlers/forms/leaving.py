"""Leaving a form without what it was for: that is said, and below it stands the screen from which
the form was opened."""

from typing import Any

from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Chat, Message, User
from aiogram_dialog import DialogManager

from content.screen import Screen
from content.screens.kit import back, closing, note
from content.texts import Say
from handlers.access import not_found
from handlers.dispatch import Table, follow
from handlers.tools import Tools
from storage.model.person import Person
from storage.model.refusal import Refusal

ORIGIN = "origin"  # in the data of a form: the press that leads back to where it was opened
_OURS = frozenset({"entry", "ids", "command"})  # of the press that is being answered


def cancelled(manager: DialogManager) -> Screen:
    """That the form on top is given up."""
    say: Say = manager.middleware_data["say"]
    return note(say, "home.cancelled")


def origin_of(manager: DialogManager) -> str:
    """The press that leads back to where the form on top was opened."""
    return str(manager.dialog_data.get(ORIGIN, "home"))


async def show_origin(origin: str, manager: DialogManager) -> None:
    """Show what the press `origin` opens, in a message of its own; the home screen if it opens
    nothing any more."""
    tools, say, person = _known(manager)
    here = await tools.chat.send(person.telegram_id, Screen("…", back(say, origin)))
    if here is None:  # it is owed, with its way back
        return
    try:
        await press_again(made_press(origin, here, person, tools), manager)
    except Refusal:
        await tools.chat.edit(person.telegram_id, here, closing(say, "home.form_over"))


async def press_again(press: CallbackQuery, manager: DialogManager) -> None:
    """Do what a press does, in the place of the one that is being answered. Raises Refusal."""
    action, *ids = (press.data or "").split(":")
    table, given = _given(manager)
    entry = table.presses.get((action, len(ids)))
    if entry is None:
        raise Refusal("home.form_over")
    try:
        read = {"ids": entry.read(ids)} if ids else {}
    except ValueError:
        raise Refusal("home.form_over") from None
    await follow(press, entry, **read, **given)


async def say_again(message: Message, command: CommandObject, manager: DialogManager) -> None:
    """Do what a command does. Raises Refusal."""
    table, given = _given(manager)
    [entry] = [e for e in table.commands if e.name == command.command and e.access.known]
    if not entry.access.allows(given["person"]):
        raise not_found()
    await follow(message, entry, command=command, **given)


async def lead_on(press: CallbackQuery, opens: str, manager: DialogManager) -> None:
    """Do in the place of a press that was answered by its form what the press `opens` does: nobody
    pressed that, so it is no second tap. Raises Refusal."""
    tools, *_ = _known(manager)
    await tools.chat.toast(press.id)
    await press_again(press.model_copy(update={"id": "", "data": opens}), manager)


def _given(manager: DialogManager) -> tuple[Table, dict[str, Any]]:
    given = {name: value for name, value in manager.middleware_data.items() if name not in _OURS}
    return given["table"], given


def _known(manager: DialogManager) -> tuple[Tools, Say, Person]:
    data = manager.middleware_data
    return data["tools"], data["say"], data["person"]


def made_press(data: str, message_id: int, person: Person, tools: Tools) -> CallbackQuery:
    """A press that nobody made, and that waits for no answer: it has no id."""
    user = User(id=person.telegram_id, is_bot=False, first_name=person.name)
    chat = Chat(id=person.telegram_id, type="private")
    message = Message(message_id=message_id, date=tools.now(), chat=chat)
    return CallbackQuery(id="", from_user=user, chat_instance="", message=message, data=data)

"""What fits nowhere else: help, /cancel, what is sent outside a form, old buttons."""

import re
from typing import Any

from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager

from content.finding import FOUND, is_question, items_about, wish_of
from content.screens import compose as compose_screens
from content.screens import home as screens
from content.screens.kit import closing
from content.screens.me import confirm_leave
from content.screens.suggestions import own
from content.texts import Say
from handlers.answering import show, show_below
from handlers.commands import command, words_for
from handlers.forms.open import end
from handlers.forms.widgets import cancelled, offer_unfinished
from handlers.incoming import can_be_sent_on
from handlers.presses import press
from handlers.tools import Tools
from storage.model.period import day_of, year_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.suggestion import Suggestion
from storage.model.typed.text import plain
from storage.queries import nodes as node_queries
from storage.queries import suggestions as suggestion_queries

WHY = "everybody may ask"
_LONGEST_NUMBER = 40
_NUMBER = re.compile(r"(?:编号|建议|no\.?|suggestion)?[:#\s]*\d{4}[-/ ]?\d{1,8}")


@command("help", "help.command", power=None, why=WHY)
@press("help", power=None, why=WHY)
async def help_(event: Message | CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    await show(event, screens.help_(say, words_for(person, tools.commands)), tools)


@command("cancel", "home.command_cancel", power=None, why=WHY)
async def cancel(message: Message, say: Say, tools: Tools, dialog_manager: DialogManager) -> None:
    if not dialog_manager.has_context():
        await show(message, closing(say, "home.nothing_to_cancel"), tools)
        return
    receipt = cancelled(dialog_manager)
    await end(dialog_manager, message.chat.id)
    await show(message, receipt, tools)
    await offer_unfinished(message.chat.id, dialog_manager)


# What no entry of the table answers, and no form.


async def outside_a_form(
    message: Message, person: Person, say: Say, tools: Tools, **given: Any
) -> None:
    """A wish in plain words is granted. Else what it could be is offered as a reply to what was
    sent, so that a press finds it and nothing is kept."""
    here = {"person": person, "say": say, "tools": tools, **given}
    if message.text and await _granted(message, message.text, here):
        return
    guess = await _guess(message.text or "", person, tools)
    could_be = bool(message.text or message.photo)
    if person.may(Power.PUSH) and can_be_sent_on(message):
        screen = compose_screens.offer(say, guess if could_be else None)
    else:
        screen = screens.unsure(say, guess) if could_be else screens.cannot_take(say)
    await tools.chat.send(message.chat.id, screen, reply_to=message.message_id)


async def _granted(message: Message, text: str, here: dict[str, Any]) -> bool:
    """Do what a text plainly wishes; False if it wishes nothing that we know."""
    tools, person, say = here["tools"], here["person"], here["say"]
    wish = wish_of(text, tools.texts)
    if wish == "leave":
        await show(message, confirm_leave(say), tools)
        return True
    if (said := await _numbered(text, person, tools)) is not None:
        await show(message, own(say, said, tools.programme), tools)
        return True
    for each in tools.commands:
        if each.name == wish and each.access.known and each.access.allows(person):
            await each.handler.call(message, command=CommandObject("/", each.name), **here)
            return True
    return False


async def _numbered(text: str, person: Person, tools: Tools) -> Suggestion | None:
    """One's own suggestion whose number this is, and nothing else."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(plain(text)):
        return None
    try:
        return await tools.database.read(suggestion_queries.by_number, text, person.id)
    except Refusal:
        return None


async def _guess(text: str, person: Person, tools: Tools) -> screens.Guess:
    """What it could be, in the library and among the communities."""
    year = year_of(day_of(tools.now(), tools.zone))
    places = (await tools.database.read(node_queries.named, text)).items if text else ()
    seen = [each for each in places if person.may_at(Power.SEE_FIGURES, each.path)][:FOUND]
    return screens.Guess(
        items=items_about(tools.courses, text),
        places=[each for each in places if each.id != person.node_id and each not in seen][:FOUND],
        figures=[(each, year) for each in seen],
        question=is_question(text),
    )


async def old_button(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    toast = say.label("home.old_button")
    await show_below(press, screens.home(say, person), tools, toast=toast)

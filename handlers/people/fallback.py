"""What fits nowhere else: help, /cancel, what is sent outside a form, old buttons."""

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager

from content.screens import compose as compose_screens
from content.screens import home as screens
from content.screens.kit import closing
from content.texts import Say
from handlers.answering import show, show_below
from handlers.commands import command, words_for
from handlers.forms.open import end
from handlers.forms.widgets import cancelled, offer_unfinished
from handlers.incoming import can_be_sent_on
from handlers.tools import Tools
from storage.model.person import Person
from storage.model.roles import Power

WHY = "everybody may ask"


@command("help", "help.command", power=None, why=WHY)
async def help_(message: Message, person: Person, say: Say, tools: Tools) -> None:
    await show(message, screens.help_(say, words_for(person, tools.commands)), tools)


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


async def outside_a_form(message: Message, person: Person, say: Say, tools: Tools) -> None:
    """The offer is a reply to what was sent, so that a press finds it and nothing is kept."""
    could_be = bool(message.text or message.photo)
    if person.may(Power.PUSH) and can_be_sent_on(message):
        screen = compose_screens.offer(say, suggestion=could_be)
    else:
        screen = screens.unsure(say) if could_be else screens.cannot_take(say)
    await tools.chat.send(message.chat.id, screen, reply_to=message.message_id)


async def old_button(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    toast = say.label("home.old_button")
    await show_below(press, screens.home(say, person), tools, toast=toast)

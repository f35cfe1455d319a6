"""What fits nowhere else: help, /cancel, text outside a form, old buttons, groups, blocking."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message
from aiogram_dialog import DialogManager

from content.screens import home as screens
from content.texts import Say
from handlers.answering import show, show_below
from handlers.commands import COMMANDS, commands_for
from handlers.filters import When, is_command, is_private
from handlers.joining import user_language
from handlers.tools import Tools
from storage.actions.people import set_reachable
from storage.model.person import Person

groups = Router(name="groups")
groups.message.filter(When(lambda message: not is_private(message)))
router = Router(name="help")
old_buttons = Router(name="old_buttons")
last = Router(name="last")


@groups.message(Command(*(entry.name for entry in COMMANDS)))  # none that names another bot
async def in_group(message: Message, tools: Tools) -> None:
    if message.from_user is not None:
        say = tools.texts.in_(user_language(message.from_user, tools))
        await tools.chat.send(message.chat.id, screens.in_group(say, tools.start_link("")))


@groups.message()
async def not_for_us(_message: Message) -> None:
    """People talk to each other in groups; the bot does not listen."""


@groups.my_chat_member(When(is_private))
async def blocked_or_unblocked(event: ChatMemberUpdated, tools: Tools) -> None:
    reachable = event.new_chat_member.status != "kicked"
    await tools.database.write(set_reachable, event.from_user.id, reachable, tools.now())


@router.message(Command("help"))
async def help_(message: Message, person: Person, say: Say, tools: Tools) -> None:
    names = [entry.name for entry in commands_for(person)]
    await show(message, screens.help_(say, names), tools)


@router.message(Command("cancel"))
async def cancel(message: Message, say: Say, tools: Tools, dialog_manager: DialogManager) -> None:
    open_form = dialog_manager.has_context()
    await dialog_manager.reset_stack()
    key = "home.cancelled" if open_form else "home.nothing_to_cancel"
    await show(message, screens.closing(say, key), tools)


@last.message(When(is_command))
async def unknown_command(message: Message, person: Person, say: Say, tools: Tools) -> None:
    names = [entry.name for entry in commands_for(person)]
    await show(message, screens.help_(say, names), tools)


@last.message()
async def outside_a_form(message: Message, say: Say, tools: Tools) -> None:
    """The offer is a reply to the text, so that a press finds the text and nothing is kept."""
    could_be = message.text or message.photo
    screen = screens.unsure(say) if could_be else screens.cannot_take(say)
    await tools.chat.send(message.chat.id, screen, reply_to=message.message_id)


@old_buttons.callback_query()
async def old_button(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    toast = say.label("home.old_button")
    await show_below(press, screens.home(say, person), tools, toast=toast)

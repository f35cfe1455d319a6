"""What fits nowhere else: help, /cancel, text outside a form, old buttons, groups, blocking."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message
from aiogram_dialog import DialogManager

from content.screens import home as screens
from content.texts import Say
from handlers.answering import show, show_below
from handlers.commands import commands_for
from handlers.joining import user_language
from handlers.tools import Tools
from storage.actions.people import mark_unreachable
from storage.model.person import Person

SAID = "said"  # the last text outside a form, which may become a suggestion

groups = Router(name="groups")
groups.message.filter(F.chat.type != "private")
router = Router(name="help")
last = Router(name="last")


@groups.message(F.text.startswith("/"))
async def in_group(message: Message, tools: Tools) -> None:
    if message.from_user is not None:
        say = tools.texts.in_(user_language(message.from_user, tools))
        await tools.chat.send(message.chat.id, screens.in_group(say, tools.start_link("")))


@groups.message()
async def not_for_us(_message: Message) -> None:
    """People talk to each other in groups; the bot does not listen."""


@groups.my_chat_member(F.chat.type == "private", F.new_chat_member.status == "kicked")
async def blocked(event: ChatMemberUpdated, tools: Tools) -> None:
    await tools.database.write(mark_unreachable, event.from_user.id, tools.now())


@router.message(Command("help"))
async def help_(message: Message, person: Person, say: Say, tools: Tools) -> None:
    names = [entry.name for entry in commands_for(person)]
    await show(message, screens.help_(say, person, names), tools)


@router.message(Command("cancel"))
async def cancel(message: Message, say: Say, tools: Tools, dialog_manager: DialogManager) -> None:
    open_form = dialog_manager.has_context()
    await dialog_manager.reset_stack()
    key = "home.cancelled" if open_form else "home.nothing_to_cancel"
    await show(message, screens.note(say, key), tools)


@last.message(F.text.startswith("/"))
async def unknown_command(message: Message, person: Person, say: Say, tools: Tools) -> None:
    names = [entry.name for entry in commands_for(person)]
    await show(message, screens.help_(say, person, names), tools)


@last.message()
async def outside_a_form(message: Message, state: FSMContext, say: Say, tools: Tools) -> None:
    if message.text:
        await state.update_data({SAID: message.text})
        await show(message, screens.unsure(say), tools)
    else:
        await show(message, screens.cannot_take(say), tools)


@last.callback_query()
async def old_button(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    toast = say.label("home.old_button")
    await show_below(press, screens.home(say, person), tools, toast=toast)

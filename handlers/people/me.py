"""One's own page and settings: language, quiet hours, pause, community, leave."""

from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager

from content.screen import Screen
from content.screens import me as screens
from content.screens.home import home as home_screen
from content.screens.kit import note
from content.texts import Say
from handlers.answering import show
from handlers.commands import command
from handlers.memory import remember
from handlers.menus import refresh_menu
from handlers.people.joining import arrive
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import people
from storage.actions.leaving import leave as end_relation
from storage.model.person import Person
from storage.model.said import Heard
from storage.queries import people as people_queries
from storage.queries.subscriptions import count_of

WHY = "one's own page"


@command("start", "home.command", power=None, why="arriving, and coming back")
async def start(
    message: Message, command: CommandObject, person: Person, state: FSMContext, tools: Tools
) -> None:
    await refresh_menu(person, tools)
    await arrive(message, person, (command.args or "").strip(), state, tools)


@press("home", power=None, why=WHY)
async def home(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    await show(press, home_screen(say, person), tools)


@command("me", "me.command", power=None, why=WHY)
@press("me", power=None, why=WHY)
async def me(event: Message | CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    summary = await tools.database.read(people_queries.summary, person.id)
    total = sum(len(course.items) for course in tools.courses)
    await show(event, screens.me(say, person, summary, total), tools)


@command("settings", "settings.command", power=None, why=WHY)
@press("settings", power=None, why=WHY)
async def settings(event: Message | CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    await show(event, await _settings(person, say, tools), tools)


async def _settings(person: Person, say: Say, tools: Tools) -> Screen:
    count = await tools.database.read(count_of, person.id) if person.grants else 0
    return screens.settings(say, person, count)


@press("languages", power=None, why=WHY)
async def languages(press: CallbackQuery, say: Say, tools: Tools) -> None:
    await show(press, screens.languages(say), tools)


@press("language", str, power=None, why=WHY)
async def language(press: CallbackQuery, ids: tuple[str], person: Person, tools: Tools) -> None:
    person = await tools.database.write(people.set_language, person.id, *ids, tools.now())
    await refresh_menu(person, tools)
    await _saved(press, person, tools)


@press("quiets", power=None, why=WHY)
async def quiet_choices(press: CallbackQuery, say: Say, tools: Tools) -> None:
    await show(press, screens.quiet_hours(say), tools)


@press("quiet", screens.quiet_choice, power=None, why=WHY)
async def quiet(
    press: CallbackQuery, ids: tuple[screens.QuietChoice], person: Person, tools: Tools
) -> None:
    person = await tools.database.write(
        people.set_quiet, person.id, ids[0].quiet, tools.now(), tools.zone
    )
    await _saved(press, person, tools)


@press("pause", int, power=None, why=WHY)
async def pause(press: CallbackQuery, ids: tuple[int], person: Person, tools: Tools) -> None:
    person = await tools.database.write(people.set_paused, person.id, bool(ids[0]))
    await _saved(press, person, tools)


async def _saved(press: CallbackQuery, person: Person, tools: Tools) -> None:
    say = tools.texts.in_(person.language)
    screen = await _settings(person, say, tools)
    await show(press, screen, tools, toast=say.label("settings.saved"))


@press("membership", power=None, why=WHY)
async def ask_membership(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    await tools.database.write(people.ask_membership, person.id, tools.now(), tools.zone)
    await show(press, screens.asked_membership(say), tools)


@press("leave", power=None, why=WHY)
async def leave(press: CallbackQuery, say: Say, tools: Tools) -> None:
    await show(press, screens.confirm_leave(say), tools)


@press("left", power=None, why=WHY)
async def left(
    press: CallbackQuery,
    person: Person,
    say: Say,
    tools: Tools,
    dialog_manager: DialogManager,
    state: FSMContext,
) -> None:
    await tools.database.write(end_relation, person.id, tools.now(), tools.zone)
    await dialog_manager.reset_stack()
    await state.clear()  # what waits beside the forms
    await remember(state, Heard())
    await tools.chat.menu(person.telegram_id, [])
    await show(press, note(say, "settings.left"), tools)

"""The library: every item is there at any time."""

from aiogram.types import CallbackQuery, Message

from content.screen import Screen
from content.screens import study as screens
from content.texts import Say
from handlers.answering import show, show_below
from handlers.commands import command
from handlers.ids import page
from handlers.presses import press
from handlers.tools import Tools
from storage.actions.people import set_paused
from storage.actions.study import join_course, leave_course
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.queries import study as study_queries

WHY = "study material is for everybody"


@command("study", "study.command", power=None, why=WHY)
@press("study", power=None, why=WHY)
@press("study", page, power=None, why=WHY)
async def courses(
    event: Message | CallbackQuery, say: Say, tools: Tools, ids: tuple[int] = (0,)
) -> None:
    await show(event, screens.courses(say, tools.courses, *ids), tools)


@press("library", str, page, power=None, why=WHY)
async def library(
    press: CallbackQuery, ids: tuple[str, int], person: Person, say: Say, tools: Tools
) -> None:
    await show(press, await _shelf(person, say, tools, *ids), tools)


@press("past", str, page, power=None, why=WHY)
async def past(
    press: CallbackQuery, ids: tuple[str, int], person: Person, say: Say, tools: Tools
) -> None:
    await show_below(press, await _shelf(person, say, tools, *ids), tools)


@press("join_course", str, page, power=None, why=WHY)
async def join(
    press: CallbackQuery, ids: tuple[str, int], person: Person, say: Say, tools: Tools
) -> None:
    course = tools.courses.require(ids[0])
    await tools.database.write(join_course, person.id, course.id, tools.now())
    screen = await _shelf(person, say, tools, *ids)
    await show(press, screen, tools, toast=say.label("study.joined"))


@press("leave_course", str, page, power=None, why=WHY)
async def leave(
    press: CallbackQuery, ids: tuple[str, int], person: Person, say: Say, tools: Tools
) -> None:
    course = tools.courses.require(ids[0])
    await tools.database.write(leave_course, person.id, course.id, tools.now())
    screen = await _shelf(person, say, tools, *ids)
    await show(press, screen, tools, toast=say.label("study.left"))


@press("pause_study", str, page, int, power=None, why=WHY)
async def pause(
    press: CallbackQuery, ids: tuple[str, int, int], person: Person, say: Say, tools: Tools
) -> None:
    course_id, page, paused = ids
    person = await tools.database.write(set_paused, person.id, bool(paused))
    screen = await _shelf(person, say, tools, course_id, page)
    await show(press, screen, tools, toast=say.label(f"study.{'paused' if paused else 'resumed'}"))


async def _shelf(person: Person, say: Say, tools: Tools, course_id: str, page: int) -> Screen:
    course = tools.courses.require(course_id)
    shelf = await tools.database.read(study_queries.shelf, person, course.id)
    return screens.library(say, course, shelf, page)


@press("item", str, str, power=None, why=WHY)
async def item(
    press: CallbackQuery, ids: tuple[str, str], person: Person, say: Say, tools: Tools
) -> None:
    course_id, item_id = ids
    found = tools.courses.find(course_id, item_id)
    if found is None:
        raise Refusal("study.withdrawn")
    shelf = await tools.database.read(study_queries.shelf, person, course_id)
    await show_below(press, screens.opened(say, *found, shelf.done.get(item_id)), tools)

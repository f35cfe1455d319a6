"""The annual summary: of which place and year, and as a Word file in the chat."""

import asyncio

from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message

from content.report.album import wanted
from content.report.photos import had
from content.screens import report as screens
from content.texts import Say
from handlers.answering import show
from handlers.commands import command
from handlers.ids import node_id, page
from handlers.ids import year as year_of
from handlers.presses import press
from handlers.staff.closings import reckoning_of
from handlers.staff.places import place_said
from handlers.tools import Tools
from storage.model.period import day_of
from storage.model.person import Person
from storage.model.roles import Power
from storage.model.summary import check_begun
from storage.model.typed.periods import year_in
from storage.queries import nodes as node_queries
from storage.queries.summary import summaries


@command("report", "report.command", power=Power.SEE_FIGURES)
async def report(
    message: Message, command: CommandObject, person: Person, say: Say, tools: Tools
) -> None:
    """Behind the command stands a year, a place, or both."""
    said, place = await place_said(command.args or "", person, tools)
    of = year_in(said, day_of(tools.now(), tools.zone))
    await _show(message, (place, of), person, say, tools)


@press("report", power=Power.SEE_FIGURES)
async def report_pressed(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    await _show(press, (None, day_of(tools.now(), tools.zone).year), person, say, tools)


@press("report", node_id, year_of, power=Power.SEE_FIGURES)
async def report_of(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    await _show(press, ids, person, say, tools)


async def _show(
    event: Message | CallbackQuery,
    which: tuple[int | None, int],
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    node_id, of = which
    check_begun(of, day_of(tools.now(), tools.zone))
    reach = await tools.database.read(node_queries.reach, person, Power.SEE_FIGURES)
    node = await tools.database.read(node_queries.by_id, node_id) if node_id else reach.widest
    await show(event, screens.report(say, node, of, reach.others), tools)


@press("report_where", year_of, page, power=Power.SEE_FIGURES)
async def where(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    year, number = ids
    places = await tools.database.read(node_queries.places, person, Power.SEE_FIGURES, number)
    await show(press, screens.where(say, places, year), tools)


@press("report_word", node_id, year_of, power=Power.SEE_FIGURES)
async def word(press: CallbackQuery, ids: tuple[int, int], say: Say, tools: Tools) -> None:
    place_id, year = ids
    check_begun(year, day_of(tools.now(), tools.zone))
    await tools.chat.toast(press.id, say.label("report.making"))
    found = await tools.database.read(summaries, place_id, year, reckoning_of(tools))
    pictures = await had(wanted(found), tools.chat.fetch)
    # A district's takes seconds to write, for which nobody else waits.
    screen = await asyncio.to_thread(screens.document, say, tools.programme, found, pictures)
    await tools.chat.send(press.from_user.id, screen)

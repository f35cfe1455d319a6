"""The figures of a place and period."""

from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message

from content.screens import figures as screens
from content.texts import Say
from handlers.answering import show
from handlers.commands import command
from handlers.ids import node_id, page
from handlers.presses import press
from handlers.tools import Tools
from storage.model.period import Days, Period, day_of, read_period, year_of
from storage.model.person import Person
from storage.model.roles import Power
from storage.model.typed.periods import parse_period
from storage.queries import nodes as node_queries
from storage.queries.tallies import tally_for


@command("stats", "stats.command", power=Power.SEE_FIGURES)
async def stats(
    message: Message, command: CommandObject, person: Person, say: Say, tools: Tools
) -> None:
    period = parse_period(command.args or "", day_of(tools.now(), tools.zone))
    await _show(message, None, period, person, say, tools)


@press("stats", power=Power.SEE_FIGURES)
async def stats_pressed(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    period = year_of(day_of(tools.now(), tools.zone))
    await _show(press, None, period, person, say, tools)


@press("stats", node_id, read_period, power=Power.SEE_FIGURES)
async def stats_of(
    press: CallbackQuery, ids: tuple[int, Period], person: Person, say: Say, tools: Tools
) -> None:
    await _show(press, ids[0], ids[1], person, say, tools)


@press("stats_where", read_period, page, power=Power.SEE_FIGURES)
async def where(
    press: CallbackQuery, ids: tuple[Period, int], person: Person, say: Say, tools: Tools
) -> None:
    period, page = ids
    places = await tools.database.read(node_queries.places, person, Power.SEE_FIGURES, page)
    await show(press, screens.stats_where(say, places, period), tools)


async def _show(
    event: Message | CallbackQuery,
    node_id: int | None,
    period: Period,
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    days, measures = Days(period, tools.zone, tools.now()), tools.programme.measures
    tally = await tools.database.read(tally_for, person, node_id, days, measures)
    today = day_of(tools.now(), tools.zone)
    await show(event, screens.stats(say, tally, tools.programme, today), tools)

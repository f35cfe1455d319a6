"""The figures that are asked for in words, behind /stats or without it."""

from functools import partial

from aiogram.filters import CommandObject
from aiogram.types import Message

from content.asking import Asked, asked, choices
from content.screens import figures as screens
from content.texts import Say
from handlers.answering import show
from handlers.commands import command
from handlers.staff.comparisons import all_side_by_side, side_by_side
from handlers.staff.figures import days_of, figure_screen, indicator_of, show_figures
from handlers.tools import Tools
from storage.model.period import Period, day_of, year_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.typed.periods import parse_period
from storage.queries import nodes as node_queries


@command("stats", "stats.command", power=Power.SEE_FIGURES)
async def stats(
    message: Message, command: CommandObject, person: Person, say: Say, tools: Tools
) -> None:
    said = command.args or ""
    try:
        period = parse_period(said, day_of(tools.now(), tools.zone), tools.holidays)
    except Refusal:
        if not await _asked_in_words(message, said, person, say, tools):
            raise
    else:
        await show_figures(message, None, period, person, say, tools)


async def _asked_in_words(
    message: Message, said: str, person: Person, say: Say, tools: Tools
) -> bool:
    """Show what is asked, or ask which is meant; False if no figure is."""
    places = await tools.database.read(node_queries.where_may, person, Power.SEE_FIGURES)
    today = day_of(tools.now(), tools.zone)
    read = partial(parse_period, today=today, holidays=tools.holidays)
    meant = asked(
        said, tools.programme, [(each.id, each.name) for each in places], read, by_command=True
    )
    if meant is None:
        return False
    usual = year_of(today)
    if meant.sure:
        await _show(message, meant, meant.period or usual, person, say, tools)
    else:
        found = choices(meant, tools.programme, places, usual)
        await show(message, screens.which(say, found), tools)
    return True


async def _show(
    message: Message, meant: Asked, period: Period, person: Person, say: Say, tools: Tools
) -> None:
    node_id = meant.places[0] if meant.places else None
    name = meant.indicators[0] if meant.indicators else ""
    if node_id is not None and meant.each:
        if name:
            await side_by_side(message, (node_id, period, name, 0), person, say, tools)
        else:
            await all_side_by_side(message, (node_id, period, 0), person, say, tools)
    elif name:
        indicator, days = indicator_of(name, tools), days_of(period, tools)
        await show(
            message, await figure_screen(node_id, indicator, days, person, say, tools), tools
        )
    else:
        await show_figures(message, node_id, period, person, say, tools)

"""The figures of a place and period."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from content.screens import staff as screens
from content.texts import Say
from handlers.answering import show
from handlers.filters import Pressed, row_id
from handlers.tools import Tools
from storage.model.node import Node
from storage.model.period import (
    Period,
    day_of,
    half_year_of,
    month_of,
    parse_period,
    quarter_of,
    year_of,
)
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import nodes as node_queries
from storage.queries.tallies import tally

router = Router(name="stats")

SPANS = {"month": month_of, "quarter": quarter_of, "half": half_year_of, "year": year_of}


def span(name: str) -> str:
    """Read what a button carries. Raises ValueError."""
    if name not in SPANS:
        raise ValueError(name)
    return name


@router.message(Command("stats"))
async def stats(
    message: Message, command: CommandObject, person: Person, say: Say, tools: Tools
) -> None:
    period = parse_period(command.args or "", day_of(tools.now(), tools.zone))
    nodes = await _places(person, tools)
    await _show(message, nodes[0], period, len(nodes) > 1, say, tools)


@router.callback_query(Pressed("stats"))
async def stats_pressed(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    nodes = await _places(person, tools)
    period = year_of(day_of(tools.now(), tools.zone))
    await _show(press, nodes[0], period, len(nodes) > 1, say, tools)


@router.callback_query(Pressed("stats", row_id, span))
async def stats_of(
    press: CallbackQuery, ids: tuple[int, str], person: Person, say: Say, tools: Tools
) -> None:
    nodes = await _places(person, tools)
    node = next((node for node in nodes if node.id == ids[0]), None)
    if node is None:
        raise Refusal("refused.not_yours")
    period = SPANS[ids[1]](day_of(tools.now(), tools.zone))
    await _show(press, node, period, len(nodes) > 1, say, tools)


@router.callback_query(Pressed("stats_where"))
async def where(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    await show(press, screens.stats_where(say, await _places(person, tools)), tools)


async def _places(person: Person, tools: Tools) -> list[Node]:
    """The nodes whose figures `person` may see, the widest first."""
    nodes = await tools.database.read(node_queries.where_may, person, Power.SEE_FIGURES)
    if not nodes:
        raise Refusal("refused.not_yours")
    return nodes


async def _show(
    event: Message | CallbackQuery, node: Node, period: Period, others: bool, say: Say, tools: Tools
) -> None:
    sources = [indicator.source for indicator in tools.programme.indicators]
    figures = await tools.database.read(tally, node, period, tools.zone, sources)
    running = period.first_on <= day_of(tools.now(), tools.zone) <= period.last_on
    await show(event, screens.stats(say, figures, tools.programme, running, others), tools)

"""Figures as pictures: what a screen of figures shows is drawn, and comes below it."""

import asyncio
from collections.abc import Callable
from functools import partial
from zoneinfo import ZoneInfo

from aiogram.types import CallbackQuery

from content.render.chart import Chart
from content.screens import pictures as screens
from content.screens.comparison import gone_of
from content.screens.figures import Part, parts
from content.texts import Say
from handlers.answering import show_below
from handlers.ids import node_id, page
from handlers.presses import press
from handlers.staff.figures import days_of, indicator_of, year_around
from handlers.tools import Tools
from storage.model.comparison import Comparison, by_all, by_one
from storage.model.period import Period, read_period
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import nodes as node_queries
from storage.queries import traces
from storage.queries.comparisons import drawn_for
from storage.queries.overviews import compared_for
from storage.queries.zones import zones


@press("draw", node_id, read_period, power=Power.SEE_FIGURES)
async def main(
    press: CallbackQuery, ids: tuple[int, Period], person: Person, say: Say, tools: Tools
) -> None:
    part = Part(say.label("draw.figures"), tools.programme.main_indicators)
    await _part(press, ids, part, person, say, tools)


@press("draw_more", node_id, read_period, page, power=Power.SEE_FIGURES)
async def more(
    press: CallbackQuery, ids: tuple[int, Period, int], person: Person, say: Say, tools: Tools
) -> None:
    [part] = parts(say, tools.programme, ids[2]).items
    await _part(press, ids[:2], part, person, say, tools)


async def _part(
    press: CallbackQuery,
    ids: tuple[int, Period],
    part: Part,
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    days, measures = days_of(ids[1], tools), {each.id: each.measure for each in part.indicators}
    tally = await tools.database.read(compared_for, person, ids[0], days, measures)
    chart = partial(screens.of_indicators, say, tally, part, days)
    await _send(press, chart, person, say, tools)


@press("draw_months", node_id, read_period, str, power=Power.SEE_FIGURES)
async def months(
    press: CallbackQuery, ids: tuple[int, Period, str], person: Person, say: Say, tools: Tools
) -> None:
    indicator, days = indicator_of(ids[2], tools), days_of(year_around(ids[1], tools), tools)
    asked = (person, ids[0], days, indicator.measure)
    found = await tools.database.read(traces.months_for, *asked)
    chart = partial(screens.of_months, say, indicator, found, days)
    await _send(press, chart, person, say, tools)


@press("draw_places", node_id, read_period, str, power=Power.SEE_FIGURES)
async def places(
    press: CallbackQuery, ids: tuple[int, Period, str], person: Person, say: Say, tools: Tools
) -> None:
    indicator, days = indicator_of(ids[2], tools), days_of(ids[1], tools)
    node = await tools.database.read(node_queries.by_id, ids[0])
    order = partial(by_one, indicator=indicator.id)
    asked = Comparison(days, {indicator.id: indicator.plannable}, order)
    found = await tools.database.read(drawn_for, person, asked)
    chart = partial(screens.of_places, say, indicator, (node, found.items), days)
    await _send(press, chart, person, say, tools)


@press("draw_all", node_id, read_period, power=Power.SEE_FIGURES)
async def every_place(
    press: CallbackQuery, ids: tuple[int, Period], person: Person, say: Say, tools: Tools
) -> None:
    days, assessed = days_of(ids[1], tools), tools.programme.assessed
    weights = {each.id: each.weight for each in assessed}
    node = await tools.database.read(node_queries.by_id, ids[0])
    order = partial(by_all, weights=weights, gone=gone_of(days))
    asked = Comparison(days, {each.id: each.plannable for each in assessed}, order)
    found = await tools.database.read(drawn_for, person, asked)
    chart = partial(screens.of_all, say, weights, (node, found.items), days)
    await _send(press, chart, person, say, tools)


async def _send(
    press: CallbackQuery,
    chart: Callable[[ZoneInfo], Chart],
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    """Below what was pressed; its foot goes by the clock of the place that the person is of, or
    else works for."""
    reach = await tools.database.read(node_queries.reach, person, Power.SEE_FIGURES)
    clocks = await tools.database.read(zones, tools.zone)
    zone = clocks.at(person.node_path or reach.widest.path)
    # A picture takes a tenth of a second, for which nobody else waits.
    screen = await asyncio.to_thread(lambda: screens.drawn(say, chart(zone)))
    await show_below(press, screen, tools)

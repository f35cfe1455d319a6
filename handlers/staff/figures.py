"""The figures of a place and period; one of them, by month, with its records."""

from aiogram.types import CallbackQuery, Message

from content.programme import Indicator
from content.screen import Screen
from content.screens import figure as figure_screens
from content.screens import figures as screens
from content.screens import traces as trace_screens
from content.texts import Say
from handlers.answering import show
from handlers.ids import node_id, page
from handlers.presses import press
from handlers.tools import Tools
from storage.model.period import Days, Period, day_of, read_period, year_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import nodes as node_queries
from storage.queries import traces
from storage.queries.overviews import compared_for


@press("stats", power=Power.SEE_FIGURES)
async def stats_pressed(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    period = year_of(day_of(tools.now(), tools.zone))
    await show_figures(press, None, period, person, say, tools)


@press("stats", node_id, read_period, power=Power.SEE_FIGURES)
async def stats_of(
    press: CallbackQuery, ids: tuple[int, Period], person: Person, say: Say, tools: Tools
) -> None:
    await show_figures(press, ids[0], ids[1], person, say, tools)


@press("stats_where", read_period, page, power=Power.SEE_FIGURES)
async def where(
    press: CallbackQuery, ids: tuple[Period, int], person: Person, say: Say, tools: Tools
) -> None:
    period, page = ids
    places = await tools.database.read(node_queries.places, person, Power.SEE_FIGURES, page)
    await show(press, screens.stats_where(say, places, period), tools)


async def show_figures(
    event: Message | CallbackQuery,
    node_id: int | None,
    period: Period,
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    """The figures of a place (None: the widest of theirs)."""
    days = days_of(period, tools)
    measures = {each.id: each.measure for each in tools.programme.main_indicators}
    tally = await tools.database.read(compared_for, person, node_id, days, measures)
    await show(event, screens.stats(say, tally, tools.programme, days), tools)


@press("stats_more", node_id, read_period, page, power=Power.SEE_FIGURES)
async def more(
    press: CallbackQuery, ids: tuple[int, Period, int], person: Person, say: Say, tools: Tools
) -> None:
    days, page = days_of(ids[1], tools), screens.parts(say, tools.programme, ids[2])
    measures = {each.id: each.measure for part in page.items for each in part.indicators}
    tally = await tools.database.read(compared_for, person, ids[0], days, measures)
    await show(press, screens.stats_more(say, tally, page, days), tools)


@press("figure", node_id, read_period, str, power=Power.SEE_FIGURES)
async def figure(
    press: CallbackQuery, ids: tuple[int, Period, str], person: Person, say: Say, tools: Tools
) -> None:
    node_id, period, name = ids
    days = days_of(period, tools)
    screen = await figure_screen(node_id, indicator_of(name, tools), days, person, say, tools)
    await show(press, screen, tools)


async def figure_screen(
    node_id: int | None, indicator: Indicator, days: Days, person: Person, say: Say, tools: Tools
) -> Screen:
    """One figure of a place (None: the widest of theirs)."""
    of = (person, node_id, days, {indicator.id: indicator.measure})
    found = await tools.database.read(traces.figure_for, *of)
    confirms = person.may_at(Power.POST_EVENT, found[0].node.path)
    return figure_screens.figure(say, indicator, found, days, confirms)


@press("months", node_id, read_period, str, power=Power.SEE_FIGURES)
async def months(
    press: CallbackQuery, ids: tuple[int, Period, str], person: Person, say: Say, tools: Tools
) -> None:
    indicator, days = indicator_of(ids[2], tools), days_of(year_around(ids[1], tools), tools)
    asked = (person, ids[0], days, indicator.measure)
    found = await tools.database.read(traces.months_for, *asked)
    screen = figure_screens.months(say, indicator, found, days)
    await show(press, screen, tools)


@press("records", node_id, read_period, str, page, power=Power.SEE_FIGURES)
async def records(
    press: CallbackQuery,
    ids: tuple[int, Period, str, int],
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    node_id, period, name, page = ids
    indicator, days = indicator_of(name, tools), days_of(period, tools)
    asked = (person, node_id, days, indicator.measure, page)
    trace = await tools.database.read(traces.trace_for, *asked)
    shelf = trace_screens.Shelf(tools.programme, tools.courses)
    await show(press, trace_screens.records(say, indicator, trace, days, shelf), tools)


def days_of(period: Period, tools: Tools) -> Days:
    return Days(period, tools.zone, tools.now())


def year_around(period: Period, tools: Tools) -> Period:
    """The year of a period: of one that goes on that of today, else that of its end."""
    today = day_of(tools.now(), tools.zone)
    return year_of(min(period.last_on, max(today, period.first_on)))


def indicator_of(name: str, tools: Tools) -> Indicator:
    """Raises Refusal for one that the programme has no longer."""
    indicator = tools.programme.indicator(name)
    if indicator is None:
        raise Refusal("stats.indicator_gone")
    return indicator

"""All communities side by side, by one indicator or by all that are assessed."""

from functools import partial

from aiogram.types import CallbackQuery, Message

from content.screens import comparison as screens
from content.texts import Say
from handlers.answering import show
from handlers.ids import node_id, page
from handlers.presses import press
from handlers.staff.figures import days_of, indicator_of
from handlers.tools import Tools
from storage.model.comparison import Comparison, by_all, by_one
from storage.model.period import Period, read_period
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import comparisons


@press("compared", node_id, read_period, str, page, power=Power.SEE_FIGURES)
async def compared(
    press: CallbackQuery,
    ids: tuple[int, Period, str, int],
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    await side_by_side(press, ids, person, say, tools)


async def side_by_side(
    event: Message | CallbackQuery,
    ids: tuple[int, Period, str, int],
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    """By one indicator; from the place `ids` names one comes, and the way back leads there."""
    node_id, period, name, page = ids
    indicator, days = indicator_of(name, tools), days_of(period, tools)
    order = partial(by_one, indicator=name)
    asked = Comparison(days, {name: indicator.plannable}, order, with_before=True)
    found = await tools.database.read(comparisons.compared_for, person, asked, page)
    await show(event, screens.compared(say, node_id, indicator, found, days), tools)


@press("compared_all", node_id, read_period, page, power=Power.SEE_FIGURES)
async def compared_all(
    press: CallbackQuery, ids: tuple[int, Period, int], person: Person, say: Say, tools: Tools
) -> None:
    await all_side_by_side(press, ids, person, say, tools)


async def all_side_by_side(
    event: Message | CallbackQuery,
    ids: tuple[int, Period, int],
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    """By all that are assessed."""
    node_id, days, assessed = ids[0], days_of(ids[1], tools), tools.programme.assessed
    weights = {each.id: each.weight for each in assessed}
    order = partial(by_all, weights=weights, gone=screens.gone_of(days))
    plannable = {each.id: each.plannable for each in assessed}
    asked = Comparison(days, plannable, order)
    found = await tools.database.read(comparisons.compared_for, person, asked, ids[2])
    await show(event, screens.compared_all(say, node_id, weights, found, days), tools)

"""The plan of a place and year, and how far it has come."""

import re
from datetime import date
from typing import Any

from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager

from content.recording import typed_examples
from content.screens import plans as screens
from content.texts import Say
from handlers.answering import show
from handlers.commands import command
from handlers.ids import node_id, page, year
from handlers.presses import press
from handlers.staff.places import place_said
from handlers.staff.planning import begin_with_line
from handlers.tools import Tools
from storage.model.period import Days, day_of, year_of
from storage.model.person import Person
from storage.model.plan import Plannable, Progress, check_year, years_open
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.typed.periods import year_in
from storage.queries import nodes as node_queries
from storage.queries import plans as queries

_YEAR = re.compile(r"\d{4}")


@command("plan", "plan.command", power=Power.SEE_FIGURES)
async def plan(
    message: Message,
    command: CommandObject,
    person: Person,
    say: Say,
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    """Behind the command stands a year, a place, both, or the plan itself."""
    said, today = command.args or "", day_of(tools.now(), tools.zone)
    rest, place = await place_said(said, person, tools)
    try:
        of = year_in(rest, today)
    except Refusal as refusal:
        if beyond := _YEAR.fullmatch(said):  # of all that are counted
            check_year(int(beyond[0]), today)
        if await begin_with_line(message, said, person, tools, dialog_manager):
            return
        if refusal.key != "refused.which_year":
            raise
        example = next(iter(typed_examples(say, tools.programme)), "")
        raise Refusal("plan.not_understood", year=today.year, example=example) from None
    else:
        await _show(message, (place, of), person, say, tools)


@press("plan", power=Power.SEE_FIGURES)
async def plan_pressed(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    await _show(press, (None, day_of(tools.now(), tools.zone).year), person, say, tools)


@press("plan", year, power=Power.SEE_FIGURES)
async def plan_of_year(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _show(press, (None, ids[0]), person, say, tools)


@press("plan", node_id, year, power=Power.SEE_FIGURES)
async def plan_of(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    await _show(press, ids, person, say, tools)


@press("plan_part", node_id, year, str, power=Power.SEE_FIGURES)
async def part(
    press: CallbackQuery, ids: tuple[int, int, str], person: Person, say: Say, tools: Tools
) -> None:
    of = {
        each.id: each.plannable
        for each in tools.programme.indicators
        if each.planned and each.section == ids[2]
    }
    if not of:
        raise Refusal("plan.cannot_be_planned")
    view = await _view(ids[:2], person, tools, of)
    await show(press, screens.section(say, view, tools.programme, ids[2]), tools)


@press("plan_behind", node_id, year, power=Power.SEE_FIGURES)
async def behind(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    view = await _view(ids, person, tools)
    await show(press, screens.behind(say, view, tools.programme), tools)


@press("target", node_id, year, str, power=Power.SEE_FIGURES)
@press("target", node_id, year, str, page, power=Power.SEE_FIGURES)
async def target(
    press: CallbackQuery, ids: tuple[Any, ...], person: Person, say: Say, tools: Tools
) -> None:
    indicator = tools.programme.indicator(ids[2])
    if indicator is None or not indicator.planned:
        raise Refusal("plan.cannot_be_planned")
    view = await _view((ids[0], ids[1]), person, tools, {indicator.id: indicator.plannable})
    told = await tools.database.read(queries.history, *ids)
    may_plan = _may_plan(person, view, tools)
    await show(press, screens.target(say, view, indicator, told, may_plan=may_plan), tools)


@press("plan_where", year, page, power=Power.SEE_FIGURES)
async def where(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    of, number = ids
    widest = (await tools.database.read(node_queries.reach, person, Power.SEE_FIGURES)).widest
    given = (widest, _days(of, tools), tools.programme.plannable, number)
    found = await tools.database.read(queries.side_by_side, *given)
    await show(press, screens.where(say, found, of), tools)


async def _show(
    event: Message | CallbackQuery,
    ids: tuple[int | None, int],
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    view = await _view(ids, person, tools)
    missing = await tools.database.read(queries.unplanned_below, view.node, view.year)
    may_plan = _may_plan(person, view, tools)
    screen = screens.plan(say, view, tools.programme, missing, may_plan=may_plan)
    await show(event, screen, tools)


def _may_plan(person: Person, view: Progress, tools: Tools) -> bool:
    """Whether they may set targets there, of a year that is open."""
    is_open = view.year in years_open(day_of(tools.now(), tools.zone))
    return is_open and view.closed_at is None and person.may_at(Power.PLAN, view.node.path)


async def _view(
    ids: tuple[int | None, int],
    person: Person,
    tools: Tools,
    some: dict[str, Plannable] | None = None,
) -> Progress:
    """How far a plan is; of `some` of its lines also what nobody planned."""
    read, days = tools.database.read, _days(ids[1], tools)
    plannable = tools.programme.plannable if some is None else some
    whole = some is not None
    return await read(queries.progress_for, person, ids[0], days, plannable, whole=whole)


def _days(of: int, tools: Tools) -> Days:
    return Days(year_of(date(of, 1, 1)), tools.zone, tools.now())

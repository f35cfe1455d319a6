"""A plan as a workbook: the template, what one that was sent would change, and saving it.

A screen about a workbook is a reply to it, so its button finds the file a year later, too.
"""

import asyncio
from dataclasses import dataclass
from functools import partial

from aiogram.types import CallbackQuery

from content.screen import Screen
from content.screens import plan_sheets as screens
from content.screens.kit import closing
from content.sheets.plans import Asked, SentPlan
from content.texts import Say
from handlers.answering import show
from handlers.ids import node_id, year
from handlers.presses import press
from handlers.staff.workbooks import Card, read_sent, reading_of, replied
from handlers.tools import Tools
from storage.actions.plans import set_each
from storage.model.node import Node
from storage.model.period import day_of
from storage.model.person import Person
from storage.model.plan import check_year
from storage.model.plan_import import PlanImport, compared
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import nodes as node_queries
from storage.queries import plans as queries
from storage.queries.closed_years import closed_among
from storage.receipts import cause, unmarked
from storage.steps import in_steps


@press("plan_template", node_id, year, power=Power.PLAN)
async def template(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    check_year(ids[1], day_of(tools.now(), tools.zone))
    node = await tools.database.read(node_queries.by_id, ids[0])
    every = await tools.database.read(node_queries.where_may, person, Power.PLAN)
    places = [each for each in every if each.path.startswith(node.path)]
    own = await tools.database.read(queries.own_of_places, places, ids[1])
    asked, reading = Asked(places, ids[1], own), reading_of(say, tools)
    await tools.chat.toast(press.id)
    # A workbook takes a quarter of a second, for which nobody else waits.
    screen = await asyncio.to_thread(screens.template, say, asked, reading, tools.now())
    await tools.chat.send(press.from_user.id, screen)


@dataclass(frozen=True, slots=True)
class Received:
    """A plan that somebody sent, by its name, and the places that they may plan for (the widest
    first)."""

    name: str
    sent: SentPlan
    places: list[Node]


async def answer(received: Received, say: Say, tools: Tools) -> Screen:
    """What a plan would change, or what is wrong with it."""
    plan = await _compared(received, tools)
    if received.sent.problems.total:
        return screens.problems(say, received.name, received.sent, received.places[0])
    places = {each.id: each for each in received.places}
    return screens.preview(say, received.name, plan, places, tools.programme)


async def _compared(received: Received, tools: Tools) -> PlanImport:
    """The wishes beside what is planned now. Raises Refusal for a year that is not open."""
    sent = received.sent
    check_year(sent.year, day_of(tools.now(), tools.zone))
    own = await tools.database.read(queries.own_of_places, received.places, sent.year)
    plan = compared(sent.year, list(sent.wishes.values()), own)
    changed = {each.wish.node_id for each in plan.changes}
    sent.note_closed(plan.changes, await tools.database.read(closed_among, changed, sent.year))
    sent.ask_reasons(plan.changes)
    return plan


@press("plan_import", node_id, str, power=Power.PLAN)
async def import_(
    press: CallbackQuery, ids: tuple[int, str], person: Person, say: Say, tools: Tools
) -> None:
    tools.may_change()
    received = await _again(press, person, say, tools)
    plan = await _compared(received, tools)
    if received.sent.problems.total or (plan.changes and plan.digest != ids[1]):
        toast = say.label("plan.sheet_changed")
        await show(press, await answer(received, say, tools), tools, toast=toast)
        return
    action = partial(set_each, by=person.id, plannable=tools.programme.plannable, zone=tools.zone)
    new, changed = [each.of(plan.year) for each in plan.changes], 0
    # A kill in between lets the press be handled again, which saves what is missing.
    with unmarked():
        async for count in in_steps(tools.database, new, action, tools.now()):
            changed += count
    home = received.places[0]
    screen = screens.done(say, received.name, plan, changed, (home, cause()))
    await show(press, screen, tools)


async def _again(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> Received:
    """The plan to which the message that was pressed is a reply."""
    document, card = replied(press), Card(partial(show, press, tools=tools))
    places = await tools.database.read(node_queries.where_may, person, Power.PLAN)
    sent = await read_sent(document, places, say, tools, card)
    if not isinstance(sent, SentPlan):
        raise Refusal("sheet.send_again")
    return Received(document.file_name or "", sent, places)


@press("drop_plan", power=Power.PLAN)
async def drop(press: CallbackQuery, say: Say, tools: Tools) -> None:
    await show(press, closing(say, "plan.sheet_dropped", "plan"), tools)

"""Taking back what came with a workbook, of the ledger or of a plan: asked first, and whole. What
somebody changed since stays as it is, and is named."""

from functools import partial

from aiogram.types import CallbackQuery

from content.screens import taking_back as screens
from content.texts import Say
from handlers.answering import show
from handlers.ids import node_id, row_id, year
from handlers.presses import press
from handlers.tools import Tools
from storage.actions.ledger_import import void_imported
from storage.actions.plans import set_each
from storage.model.ledger import EntryState
from storage.model.ledger_import import Returnable
from storage.model.moves import Step
from storage.model.node import Node
from storage.model.person import Person
from storage.model.plan_import import PlanReturn
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import ledger_import as entries
from storage.queries import nodes as node_queries
from storage.queries import plan_import as targets
from storage.receipts import unmarked
from storage.steps import in_steps


@press("undo_import", node_id, row_id, power=Power.RECORD)
async def ask(press: CallbackQuery, ids: tuple[int, int], say: Say, tools: Tools) -> None:
    node, found = await _entries(ids, tools)
    await show(press, screens.ask(say, node, found, tools.programme, ids[1]), tools)


@press("undo_import_yes", node_id, row_id, power=Power.RECORD)
async def undo(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    tools.may_change()
    node, found = await _entries(ids, tools)
    step = Step(EntryState.VOIDED, tools.now(), person.id, say.label("sheet.undo_reason"))
    action = partial(void_imported, node_id=node.id, step=step, zone=tools.zone)
    count = 0
    # A kill in between lets the press be handled again, which takes back what is left.
    with unmarked():
        async for some in in_steps(tools.database, found.ids, action, tools.now()):
            count += some
    await show(press, screens.undone(say, node, found, count, tools.programme), tools)


async def _entries(ids: tuple[int, int], tools: Tools) -> tuple[Node, Returnable]:
    """What came with an import and counts as it came. Raises Refusal if that is nothing, or some
    of it is of a closed year: it is taken back whole, or not at all."""
    read = tools.database.read
    node = await read(node_queries.by_id, ids[0])
    found = await read(entries.returnable, *ids, tools.zone)
    if not found.ids:
        raise Refusal("sheet.undone_already")
    await read(entries.check_open, *ids, tools.zone)
    return node, found


@press("keep_import", node_id, row_id, power=Power.RECORD)
async def keep(press: CallbackQuery, ids: tuple[int, int], say: Say, tools: Tools) -> None:
    node = await tools.database.read(node_queries.by_id, ids[0])
    await show(press, screens.kept(say, node, ids[1]), tools)


@press("keep_plan_import", node_id, year, row_id, power=Power.PLAN)
async def keep_plan(
    press: CallbackQuery, ids: tuple[int, int, int], say: Say, tools: Tools
) -> None:
    home = await tools.database.read(node_queries.by_id, ids[0])
    await show(press, screens.plan_kept(say, home, *ids[1:]), tools)


@press("undo_plan_import", node_id, year, row_id, power=Power.PLAN)
async def ask_plan(
    press: CallbackQuery, ids: tuple[int, int, int], person: Person, say: Say, tools: Tools
) -> None:
    places, found = await _targets(ids, person, say, tools)
    of = screens.Named(places, tools.programme)
    home = await tools.database.read(node_queries.by_id, ids[0])
    await show(press, screens.ask_plan(say, home, ids[1:], found, of), tools)


@press("undo_plan_import_yes", node_id, year, row_id, power=Power.PLAN)
async def undo_plan(
    press: CallbackQuery, ids: tuple[int, int, int], person: Person, say: Say, tools: Tools
) -> None:
    tools.may_change()
    places, found = await _targets(ids, person, say, tools)
    of = screens.Named(places, tools.programme)
    home = await tools.database.read(node_queries.by_id, ids[0])
    action = partial(set_each, by=person.id, plannable=tools.programme.plannable, zone=tools.zone)
    new = [each.of(ids[1]) for each in found.changes]
    with unmarked():
        async for _ in in_steps(tools.database, new, action, tools.now()):
            pass
    await show(press, screens.plan_undone(say, home, ids[1], found, of), tools)


async def _targets(
    ids: tuple[int, int, int], person: Person, say: Say, tools: Tools
) -> tuple[list[Node], PlanReturn]:
    """What an import planned and is planned still. Raises Refusal as `_entries` does."""
    read = tools.database.read
    places = await read(node_queries.where_may, person, Power.PLAN)
    reason = say.label("plan.sheet_undo_reason")
    found = await read(targets.returnable, [each.id for each in places], *ids[1:], reason)
    if not found.changes:
        raise Refusal("sheet.undone_already")
    return places, found

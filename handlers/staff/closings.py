"""Closing a year: where a place stands, and signing its figures."""

from collections.abc import Callable
from functools import partial

from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message

from content.screens import closings as screens
from content.texts import Say
from handlers.answering import show
from handlers.commands import command
from handlers.ids import node_id, page, year
from handlers.presses import press
from handlers.staff.places import place_said
from handlers.tools import Tools
from storage.actions import closings as actions
from storage.model.closing import (
    ClosingState,
    ClosingView,
    Reckoning,
    Signing,
    check_over,
    closing_year,
)
from storage.model.moves import Step
from storage.model.period import day_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.typed.periods import year_in
from storage.queries import closings as queries
from storage.queries import nodes as node_queries
from storage.receipts import unmarked
from storage.steps import in_steps


@command("close", "closing.command", power=Power.SEE_FIGURES)
async def close(
    message: Message, command: CommandObject, person: Person, say: Say, tools: Tools
) -> None:
    """Behind the command stands a year, a place, or both."""
    today = day_of(tools.now(), tools.zone)
    said, place = await place_said(command.args or "", person, tools)
    of = year_in(said, today) if said else closing_year(today)
    await _show(message, (place, of), person, say, tools)


@press("close", power=Power.SEE_FIGURES)
async def close_pressed(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    of = closing_year(day_of(tools.now(), tools.zone))
    await _show(press, (None, of), person, say, tools)


@press("close", node_id, year, power=Power.SEE_FIGURES)
async def close_of(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    await _show(press, ids, person, say, tools)


@press("score", node_id, year, power=Power.SEE_FIGURES)
async def score(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    view = await _view(ids, person, tools)
    await show(press, screens.score(say, view, tools.programme), tools)


@press("close_check", node_id, year, str, power=Power.PLAN)
async def check(
    press: CallbackQuery, ids: tuple[int, int, str], person: Person, say: Say, tools: Tools
) -> None:
    await _sign(press, (actions.check, "closing.done_check"), ids, person, say, tools)


@press("close_accept", node_id, year, str, power=Power.CLOSE_YEAR)
async def accept(
    press: CallbackQuery, ids: tuple[int, int, str], person: Person, say: Say, tools: Tools
) -> None:
    await _sign(press, (actions.accept, "closing.done_accept"), ids, person, say, tools)


@press("close_ask", node_id, year, power=Power.CLOSE_YEAR)
async def ask(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    check_over(ids[1], day_of(tools.now(), tools.zone))
    await show(press, screens.sure(say, await _view(ids, person, tools)), tools)


@press("close_now", node_id, year, str, power=Power.CLOSE_YEAR)
async def close_now(
    press: CallbackQuery, ids: tuple[int, int, str], person: Person, say: Say, tools: Tools
) -> None:
    await _sign(press, (actions.close, "closing.done_close"), ids, person, say, tools)


@press("close_take_back", node_id, year, power=Power.PLAN)
async def take_back(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    step = Step(ClosingState.SENT_BACK, tools.now(), person.id)
    await tools.database.write(actions.undo, *ids, step, reckoning_of(tools))
    await _show(press, ids, person, say, tools, "closing.done_take_back")


@press("close_where", year, page, power=Power.SEE_FIGURES)
async def where(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    of, number = ids
    node = (await tools.database.read(node_queries.reach, person, Power.SEE_FIGURES)).widest
    found = await tools.database.read(queries.places, node, of, reckoning_of(tools), number)
    may_close = person.may_at(Power.CLOSE_YEAR, found.node.path)
    await show(press, screens.where(say, found, may_close=may_close), tools)


@press("close_all_ask", node_id, year, power=Power.CLOSE_YEAR)
async def ask_all(press: CallbackQuery, ids: tuple[int, int], say: Say, tools: Tools) -> None:
    check_over(ids[1], day_of(tools.now(), tools.zone))
    node = await tools.database.read(node_queries.by_id, ids[0])
    of = (node, ids[1], reckoning_of(tools), 0)
    await show(press, screens.all_sure(say, await tools.database.read(queries.places, *of)), tools)


@press("close_all", node_id, year, power=Power.CLOSE_YEAR)
async def close_all(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    reckoning, read = reckoning_of(tools), tools.database.read
    tools.may_change()
    node = await read(node_queries.by_id, ids[0])
    every = await read(queries.accepted, node, ids[1])
    closing = actions.ClosingTogether(person.id, ids[1], reckoning)
    action, closed, changed = partial(actions.close_accepted, of=closing), 0, list[str]()
    # A kill in between lets the press be handled again, which closes those that are left.
    with unmarked():
        async for done in in_steps(tools.database, every, action, reckoning.now):
            closed += done.closed
            changed.extend(done.changed)
    found = await read(queries.places, node, ids[1], reckoning, 0)
    screen = screens.where(say, found, may_close=True, changed=changed)
    await show(press, screen, tools, toast=say.label("closing.closed_together", n=closed))


async def _sign(
    press: CallbackQuery,
    what: tuple[Callable[..., bool], str],
    ids: tuple[int, int, str],
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    """Sign what was shown. Figures that are others by now are shown instead."""
    action, done = what
    signing = Signing(person.id, ids[2])
    try:
        await tools.database.write(action, *ids[:2], signing, reckoning_of(tools))
    except Refusal as refusal:
        if refusal.key not in ("closing.changed_meanwhile", "closing.moved_on"):
            raise
        done = refusal.key
    await _show(press, ids[:2], person, say, tools, done)


async def _show(
    event: Message | CallbackQuery,
    ids: tuple[int | None, int],
    person: Person,
    say: Say,
    tools: Tools,
    done: str = "",
) -> None:
    view = await _view(ids, person, tools)
    days = reckoning_of(tools).days(view.year)
    screen = screens.closing(say, view, tools.programme, person.grants, days)
    await show(event, screen, tools, toast=say.label(done) if done else "")


async def _view(ids: tuple[int | None, int], person: Person, tools: Tools) -> ClosingView:
    return await tools.database.read(queries.view_for, person, *ids, reckoning_of(tools))


def reckoning_of(tools: Tools) -> Reckoning:
    """Figures by the programme as it is, at this moment."""
    return Reckoning(tools.programme.basis, tools.now(), tools.zone)

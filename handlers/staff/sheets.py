"""The ledger as a workbook: the template, what one that was sent would record, and recording it.

A screen about a workbook is a reply to it, so a button finds the file a year later, too.
"""

import asyncio
from functools import partial
from typing import Any

from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Document, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.api.internal import CONTEXT_KEY

from content.screen import Screen
from content.screens import sheets as screens
from content.screens.kit import closing
from content.screens.sheets import Given
from content.sheets.ledger import Sent
from content.sheets.plans import SentPlan
from content.sheets.rosters import SentRoster
from content.texts import Say
from handlers.answering import show
from handlers.forms.open import end, is_untouched
from handlers.ids import node_id, page
from handlers.presses import press
from handlers.staff import paper_lists, plan_sheets
from handlers.staff.log_form import LogForm
from handlers.staff.plan_sheets import Received
from handlers.staff.planning import PlanForm
from handlers.staff.workbooks import Card, is_workbook, read_sent, reading_of, replied
from handlers.tools import Tools
from storage.actions.ledger_import import Importing, import_entries
from storage.model.ledger_import import Import
from storage.model.node import Node
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import closed_years
from storage.queries import ledger_import as queries
from storage.queries import nodes as node_queries
from storage.receipts import cause, unmarked
from storage.steps import in_steps


@press("ledger_template", power=Power.RECORD)
async def template(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    reach = await tools.database.read(node_queries.reach, person, Power.RECORD)
    if reach.others:
        await _where(press, 0, person, say, tools)
    else:
        await _send_template(press, reach.widest, say, tools)


@press("ledger_template_where", page, power=Power.RECORD)
async def where(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _where(press, *ids, person, say, tools)


async def _where(press: CallbackQuery, page: int, person: Person, say: Say, tools: Tools) -> None:
    places = await tools.database.read(node_queries.places, person, Power.RECORD, page)
    await show(press, screens.template_where(say, places), tools)


@press("ledger_template", node_id, power=Power.RECORD)
async def template_of(press: CallbackQuery, ids: tuple[int], say: Say, tools: Tools) -> None:
    node = await tools.database.read(node_queries.by_id, *ids)
    await _send_template(press, node, say, tools)


async def _send_template(press: CallbackQuery, node: Node, say: Say, tools: Tools) -> None:
    await tools.chat.toast(press.id)
    reading = reading_of(say, tools)
    # A workbook takes a quarter of a second, for which nobody else waits.
    screen = await asyncio.to_thread(screens.template, say, node, reading, tools.now())
    await tools.chat.send(press.from_user.id, screen)


class OfWorkbook(Filter):
    """Whether somebody who keeps a ledger sent a workbook."""

    async def __call__(self, message: Message, person: Person) -> bool | dict[str, Any]:
        if not is_workbook(message.document) or not person.may(Power.RECORD):
            return False
        return {"document": message.document}


class InsteadOfTyping(Filter):
    """The same while a form is open in which one would be typed, and to which nothing was said."""

    async def __call__(
        self, message: Message, person: Person, **data: Any
    ) -> bool | dict[str, Any]:
        typed = is_untouched(data.get(CONTEXT_KEY), LogForm, PlanForm)
        return typed and await OfWorkbook()(message, person)


async def instead_of_typing(
    message: Message,
    document: Document,
    person: Person,
    say: Say,
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    """That form is over: the workbook has all that it would ask for."""
    await end(dialog_manager, message.chat.id)
    await _told(message, document, person, say, tools)


async def heard(
    message: Message, document: Document, person: Person, say: Say, tools: Tools
) -> None:
    """Say what a workbook would record or plan. One that is neither may be meant for something
    else: that is left to whoever offers what could be done with it."""
    if not await _told(message, document, person, say, tools):
        raise SkipHandler


async def _told(
    message: Message, document: Document, person: Person, say: Say, tools: Tools
) -> bool:
    """Say what a workbook would record or plan; False if it is neither, which is said, too."""
    sent_id: int | None = None

    async def put(screen: Screen) -> None:
        nonlocal sent_id
        chat_id, reply_to = message.chat.id, message.message_id
        if sent_id is None:
            sent_id = await tools.chat.send(chat_id, screen, reply_to=reply_to)
        else:
            sent_id = await tools.chat.edit(chat_id, sent_id, screen)

    try:
        await put(await _answered(document, person, say, tools, Card(put)))
    except Refusal as refusal:
        await put(screens.refused(say, refusal))
        return refusal.key != "sheet.no_ledger"
    return True


async def _answered(
    document: Document, person: Person, say: Say, tools: Tools, card: Card
) -> Screen:
    places = await tools.database.read(node_queries.where_may, person, Power.PLAN)
    name, sent = document.file_name or "", await read_sent(document, places, say, tools, card)
    if isinstance(sent, SentPlan):
        return await plan_sheets.answer(Received(name, sent, places), say, tools)
    if isinstance(sent, SentRoster):
        return await paper_lists.answer(sent, name, person, say, tools)
    return await _answer(sent, Given(name, await _place_of(sent, person, tools)), say, tools)


async def _place_of(sent: Sent, person: Person, tools: Tools) -> Node:
    """The place whose template it is, or the only one of theirs. Raises Refusal."""
    places = await tools.database.read(node_queries.where_may, person, Power.RECORD)
    if sent.code is None:
        if len(places) != 1:
            raise Refusal("sheet.which_place")
        return places[0]
    found = next((each for each in places if each.code == sent.code), None)
    if found is None:
        raise Refusal("sheet.not_yours")
    return found


async def _answer(sent: Sent, given: Given, say: Say, tools: Tools) -> Screen:
    if sent.problems.total:
        return screens.problems(say, given.name, sent)
    plan = await _sorted_out(sent, given.node, tools)
    if sent.problems.total:
        return screens.problems(say, given.name, sent)
    return screens.preview(say, given, (sent, plan), tools.programme)


async def _sorted_out(sent: Sent, node: Node, tools: Tools) -> Import:
    """What of it is new; new ones of a closed year are problems."""
    plan = await tools.database.read(queries.sort_out, sent.of(node), tools.zone)
    sent.note_closed(plan, await tools.database.read(closed_years.closed_years, node.id), node)
    return plan


@press("ledger_import", node_id, power=Power.RECORD)
async def import_(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    tools.may_change()
    document = replied(press)
    node = await tools.database.read(node_queries.by_id, *ids)
    given, card = Given(document.file_name or "", node), Card(partial(_redraw, press, tools=tools))
    sent = await read_sent(document, [], say, tools, card)
    if not isinstance(sent, Sent):
        raise Refusal("sheet.send_again")
    if sent.problems.total:
        await show(press, screens.problems(say, given.name, sent), tools)
        return
    plan = await _sorted_out(sent, node, tools)
    if sent.problems.total:
        await show(press, screens.problems(say, given.name, sent), tools)
        return
    words = say.label("sheet.imported_from", name=given.name)
    importing = Importing(person.id, words, tools.programme.decimals, tools.zone)
    action, far = (
        partial(import_entries, of=importing),
        partial(screens.recording, say, given, plan),
    )
    recorded = 0
    # A kill in between lets the press be handled again, which records what is missing.
    with unmarked():
        async for count in in_steps(tools.database, plan.new, action, tools.now()):
            recorded += count
            await card.far(far, recorded)
    await show(press, screens.imported(say, given, plan, recorded, cause()), tools)


async def _redraw(press: CallbackQuery, screen: Screen, tools: Tools) -> None:
    if press.message is not None:
        await tools.chat.edit(press.message.chat.id, press.message.message_id, screen)


@press("drop_import", power=Power.RECORD)
async def drop(press: CallbackQuery, say: Say, tools: Tools) -> None:
    await show(press, closing(say, "sheet.dropped", "staff"), tools)

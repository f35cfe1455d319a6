"""The communities: their links and doors, adding one."""

import asyncio

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput

from content.screens import communities as screens
from content.texts import Say
from handlers.answering import show
from handlers.commands import command
from handlers.forms.open import end
from handlers.forms.widgets import (
    Words,
    anything_else,
    begin,
    ending,
    offer_unfinished,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.ids import node_id, page
from handlers.presses import press
from handlers.tools import Tools
from storage.actions.nodes import add_community
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import nodes as node_queries
from storage.queries.zones import zones


class CommunityForm(StatesGroup):
    name = State()


@command("communities", "community.command", power=Power.ADD_COMMUNITY)
@press("communities", power=Power.ADD_COMMUNITY)
@press("communities", page, power=Power.ADD_COMMUNITY)
async def communities(
    event: Message | CallbackQuery,
    person: Person,
    say: Say,
    tools: Tools,
    ids: tuple[int] = (0,),
) -> None:
    cards = await tools.database.read(node_queries.cards, person, *ids)
    tree = await tools.database.read(zones, tools.zone)
    doors = cards.map(
        lambda card: screens.Door(card, tools.start_link(card.node.code), tree.at(card.node.path))
    )
    await show(event, screens.communities(say, doors), tools)


@press("qr", node_id, power=Power.ADD_COMMUNITY)
async def qr(press: CallbackQuery, ids: tuple[int], say: Say, tools: Tools) -> None:
    node = await tools.database.read(node_queries.by_id, *ids)
    await tools.chat.toast(press.id)
    link = tools.start_link(node.code)
    # Drawing takes a tenth of a second, for which nobody else waits.
    screen = await asyncio.to_thread(screens.door_sheet, say, node.name, link)
    await tools.chat.send(press.from_user.id, screen)


@press("add_community", power=Power.ADD_COMMUNITY)
async def add(press: CallbackQuery, dialog_manager: DialogManager) -> None:
    await begin(press, dialog_manager, CommunityForm.name, origin="communities")


async def _name(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    tools, person = tools_of(manager), person_of(manager)
    node = await tools.database.write(add_community, person.id, message.text or "", tools.now())
    await end(manager, message.chat.id)
    link = tools.start_link(node.code)
    await tools.chat.send(message.chat.id, screens.added(say_of(manager), node, link))
    await offer_unfinished(message.chat.id, manager)


form = Dialog(
    Window(
        Words("community.ask_name"),
        text_input(_name),
        anything_else("button.only_text"),
        ending(),
        state=CommunityForm.name,
    ),
    name="community.form",
)

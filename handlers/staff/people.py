"""Invitations and communities: how people and staff come to be."""

from typing import Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window

from content.render.qr import qr_png
from content.screens import staff as screens
from content.texts import Say
from handlers.answering import show, show_below
from handlers.filters import Pressed, row_id
from handlers.open_forms import end
from handlers.tools import Tools
from handlers.widgets import (
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
from storage.actions import invitations
from storage.actions.nodes import add_community
from storage.model.person import INVITATION, Person
from storage.model.roles import Power, Role
from storage.queries import nodes as node_queries
from storage.queries.zones import zones

router = Router(name="staff_people")

MEMBER = "member"


class CommunityForm(StatesGroup):
    name = State()


def role(name: str) -> Role | None:
    """Read what a button carries: a role, or None for a member. Raises ValueError."""
    return None if name == MEMBER else Role(name)


@router.message(Command("invite"))
@router.callback_query(Pressed("invite"))
@router.callback_query(Pressed("invite", int))
async def invite(
    event: Message | CallbackQuery,
    person: Person,
    say: Say,
    tools: Tools,
    ids: tuple[int] = (0,),
) -> None:
    nodes = await tools.database.read(node_queries.where_may, person, Power.INVITE_MEMBER)
    await show(event, screens.invite(say, nodes, *ids), tools)


@router.callback_query(Pressed("invite_to", row_id))
async def invite_to(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    node = await tools.database.read(node_queries.by_id, *ids)
    await show(press, screens.invite_as(say, person, node), tools)


@router.callback_query(Pressed("invite_as", role, row_id))
async def invite_as(
    press: CallbackQuery, ids: tuple[Role | None, int], person: Person, say: Say, tools: Tools
) -> None:
    secret, now = tools.new_secret(), tools.now()
    expires_at = await tools.database.write(
        invitations.invite, person.id, ids[0], ids[1], secret, now
    )
    node = await tools.database.read(node_queries.by_id, ids[1])
    link = tools.start_link(INVITATION + secret)
    screen = screens.invited(say, link, ids[0] or MEMBER, node, expires_at)
    await show_below(press, screen, tools)


@router.message(Command("communities"))
@router.callback_query(Pressed("communities"))
@router.callback_query(Pressed("communities", int))
async def communities(
    event: Message | CallbackQuery,
    person: Person,
    say: Say,
    tools: Tools,
    ids: tuple[int] = (0,),
) -> None:
    cards = await tools.database.read(node_queries.cards, person)
    links = [tools.start_link(card.node.code) for card in cards]
    tree = await tools.database.read(zones, tools.zone)
    clocks = [tree.at(card.node.path) for card in cards]
    await show(event, screens.communities(say, person, cards, links, clocks, *ids), tools)


@router.callback_query(Pressed("qr", row_id))
async def qr(press: CallbackQuery, ids: tuple[int], say: Say, tools: Tools) -> None:
    node = await tools.database.read(node_queries.by_id, *ids)
    await tools.chat.toast(press.id)
    picture = qr_png(tools.start_link(node.code))
    caption = say("community.qr_caption", name=node.name)
    await tools.chat.send_picture(press.from_user.id, picture, caption)


@router.callback_query(Pressed("add_community"))
async def add(press: CallbackQuery, dialog_manager: DialogManager) -> None:
    await begin(press, dialog_manager, CommunityForm.name, {})


async def _name(message: Message, _input: Any, manager: DialogManager) -> None:
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
        anything_else("post.only_text"),
        ending(),
        state=CommunityForm.name,
    ),
    name="form_community",
)

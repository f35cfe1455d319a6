"""Arriving: language, consent, community; links that bring somebody to a community or a role."""

from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from content.screens import joining as screens
from content.screens.kit import note
from handlers.answering import show
from handlers.commands import command
from handlers.ids import node_id, page
from handlers.known import home_of, show_home, welcome
from handlers.menus import refresh_menu
from handlers.names import name_of
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import invitations, people
from storage.model.node import Node
from storage.model.person import CONSENT_VERSION, INVITATION, Person
from storage.model.refusal import Refusal
from storage.queries import invitations as invitation_queries
from storage.queries import nodes as node_queries
from storage.queries import people as people_queries

WHY = "arriving"

_PAYLOAD = "payload"


@command("start", "home.command", power=None, why=WHY, known=False)
async def start(message: Message, command: CommandObject, state: FSMContext, tools: Tools) -> None:
    if message.from_user is None:
        return
    person = await tools.database.read(people_queries.by_telegram_id, message.from_user.id)
    payload = (command.args or "").strip()
    if person is None or person.consent_version < CONSENT_VERSION:
        await state.update_data({_PAYLOAD: payload})
        await welcome(message, message.from_user, payload, tools)
    elif person.node_id is None and not person.is_staff:
        await arrive(message, person, payload, tools)
    else:
        raise SkipHandler  # somebody at home: `me.start`, which knows of open forms


@press("hello", str, power=None, why=WHY, known=False)
async def hello(press: CallbackQuery, ids: tuple[str], state: FSMContext, tools: Tools) -> None:
    payload = (await state.get_data()).get(_PAYLOAD, "")
    await welcome(press, press.from_user, payload, tools, ids[0])


@press("privacy", str, power=None, why=WHY, known=False)
async def privacy(press: CallbackQuery, ids: tuple[str], tools: Tools) -> None:
    person = await tools.database.read(people_queries.by_telegram_id, press.from_user.id)
    screen = screens.privacy(tools.texts.in_(ids[0]), joined=person is not None)
    await show(press, screen, tools)


@press("agree", str, power=None, why=WHY, known=False)
async def agree(press: CallbackQuery, ids: tuple[str], state: FSMContext, tools: Tools) -> None:
    user = press.from_user
    person = await tools.database.write(
        people.consent, user.id, name_of(user, tools.texts.in_(ids[0])), ids[0], tools.now()
    )
    payload = (await state.get_data()).get(_PAYLOAD, "")
    await state.clear()
    await arrive(press, person, payload, tools)


async def arrive(
    event: Message | CallbackQuery, person: Person, payload: str, tools: Tools
) -> None:
    """Somebody who consented is at the door, perhaps with a link in their hand."""
    if payload.startswith(INVITATION):
        await _redeem(event, person, payload.removeprefix(INVITATION), tools)
        return
    say = tools.texts.in_(person.language)
    node = await tools.database.read(node_queries.by_code, payload) if payload else None
    if payload and node is None:
        key = "join.bad_link" if person.node_id else "join.unknown_code"
        await tools.chat.send(person.telegram_id, note(say, key))
    if node is None:
        await show_home(event, person, tools)
    else:
        await _enter(event, person, node, tools)


async def _enter(event: Message | CallbackQuery, person: Person, node: Node, tools: Tools) -> None:
    """Make a community somebody's own; who has another one is asked first."""
    if person.node_id not in (None, node.id):
        say = tools.texts.in_(person.language)
        await show(event, screens.confirm_move(say, person, node), tools)
        return
    person = await tools.database.write(people.choose_community, person.id, node.id, tools.now())
    await show_home(event, person, tools)


async def _redeem(
    event: Message | CallbackQuery, person: Person, secret: str, tools: Tools, *, sure: bool = False
) -> None:
    """Use an invitation. One that is no longer good is said, and the person is at home anyway.

    Whoever is a member elsewhere is asked first (`sure`): it would end that.
    """
    if person.is_member and not sure:
        node = await tools.database.read(invitation_queries.moves_to, person, secret)
        if node is not None:
            say = tools.texts.in_(person.language)
            await show(event, screens.confirm_invitation(say, person, node, secret), tools)
            return
    try:
        invitation = await tools.database.write(invitations.redeem, person.id, secret, tools.now())
    except Refusal as refusal:
        say = tools.texts.in_(person.language)
        await tools.chat.send(person.telegram_id, note(say, refusal.key))
        await show_home(event, person, tools)
        return
    person = await tools.database.read(people_queries.by_id, person.id)
    say = tools.texts.in_(person.language)
    await show(event, screens.accepted(say, invitation), tools)
    await refresh_menu(person, tools)
    await tools.chat.send(person.telegram_id, await home_of(person, tools))


@press("redeem", str, power=None, why=WHY, known=False)
async def redeem(press: CallbackQuery, ids: tuple[str], tools: Tools) -> None:
    person = await tools.database.read(people_queries.by_telegram_id, press.from_user.id)
    if person is None:
        await welcome(press, press.from_user, "", tools)
    else:
        await _redeem(press, person, ids[0], tools, sure=True)


@press("live", node_id, power=None, why=WHY, known=False)
async def live(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    """A community was chosen; whoever has one already is asked first."""
    person = await tools.database.read(people_queries.by_telegram_id, press.from_user.id)
    if person is None:
        await welcome(press, press.from_user, "", tools)
        return
    node = await tools.database.read(node_queries.by_id, *ids)
    await _enter(press, person, node, tools)


@press("moved", node_id, power=None, why=WHY, known=False)
async def moved(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    person = await tools.database.read(people_queries.by_telegram_id, press.from_user.id)
    if person is None:
        await welcome(press, press.from_user, "", tools)
        return
    person = await tools.database.write(people.choose_community, person.id, *ids, tools.now())
    await show_home(press, person, tools)


@press("move", page, power=None, why=WHY, known=False)
async def choose(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    """The communities to choose from, before or after one was chosen."""
    person = await tools.database.read(people_queries.by_telegram_id, press.from_user.id)
    if person is None:
        await welcome(press, press.from_user, "", tools)
    else:
        await show_communities(press, person, tools, ids[0])


async def show_communities(
    event: Message | CallbackQuery, person: Person, tools: Tools, page: int = 0
) -> None:
    """Where do you live?"""
    communities = await tools.database.read(node_queries.communities, page)
    at_home = person.node_id is not None or person.is_staff
    say = tools.texts.in_(person.language)
    screen = screens.choose_community(say, communities, "settings" if at_home else "")
    await show(event, screen, tools)

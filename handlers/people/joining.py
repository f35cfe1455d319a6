"""Arriving: language, consent, community; links that bring somebody to a community or a role."""

from dataclasses import replace
from datetime import datetime

from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from content.screens import joining as screens
from content.screens.kit import note
from handlers.answering import show
from handlers.commands import command
from handlers.ids import node_id, page
from handlers.incoming import replied_to, said_in, sent_at
from handlers.known import CODE, PAYLOAD, home_of, show_home, welcome
from handlers.memory import remember, remembered
from handlers.menus import refresh_menu
from handlers.names import name_of
from handlers.people.doors import community_of, gave_digits, scanned
from handlers.people.event_links import community_of as community_of_event
from handlers.people.event_links import show_event
from handlers.people.fallback import Listener, offer_kept
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import invitations, people
from storage.model.door import read_digits, read_pass
from storage.model.group_card import read_event_link
from storage.model.node import Node
from storage.model.person import CONSENT_VERSION, INVITATION, Person
from storage.model.refusal import Refusal
from storage.model.said import Thing
from storage.queries import invitations as invitation_queries
from storage.queries import nodes as node_queries
from storage.queries import people as people_queries

WHY = "arriving"


@command("start", "home.command", power=None, why=WHY, known=False)
async def start(message: Message, command: CommandObject, state: FSMContext, tools: Tools) -> None:
    if message.from_user is None:
        return
    person = await tools.database.read(people_queries.by_telegram_id, message.from_user.id)
    payload = (command.args or "").strip()
    joined = person is not None and person.consent_version >= CONSENT_VERSION
    if person is not None and joined and (person.node_id is not None or person.is_staff):
        raise SkipHandler  # somebody at home: `me.start`, which knows of open forms
    if read_pass(payload) is not None or read_event_link(payload) is not None:
        await state.update_data({CODE: [payload, sent_at(message, tools).isoformat()]})
    if person is not None and joined:
        await arrive(message, person, payload, state, tools)
        return
    if payload:  # a bare /start, or a slip, takes nobody from the door at which they are
        await state.update_data({PAYLOAD: payload})
    await welcome(message, message.from_user, state, tools)


@press("hello", str, power=None, why=WHY, known=False)
async def hello(press: CallbackQuery, ids: tuple[str], state: FSMContext, tools: Tools) -> None:
    await welcome(press, press.from_user, state, tools, ids[0])


@press("privacy", str, power=None, why=WHY, known=False)
async def privacy(press: CallbackQuery, ids: tuple[str], tools: Tools) -> None:
    person = await tools.database.read(people_queries.by_telegram_id, press.from_user.id)
    screen = screens.privacy(tools.texts.in_(ids[0]), joined=person is not None)
    await show(press, screen, tools)


@press("agree", str, power=None, why=WHY, known=False)
async def agree(press: CallbackQuery, ids: tuple[str], state: FSMContext, tools: Tools) -> None:
    user = press.from_user
    before = await tools.database.read(people_queries.by_telegram_id, user.id)
    person = await tools.database.write(
        people.consent, user.id, name_of(user, tools.texts.in_(ids[0])), ids[0], tools.now()
    )
    kept = await state.get_data()
    payload = kept.pop(PAYLOAD, "")
    await state.set_data(kept)
    if before is None or before.consent_version < CONSENT_VERSION:  # else it was taken up then
        await _take_up_albums(user.id, state, tools)
        await _take_up(press, state)
    await arrive(press, person, payload, state, tools)


async def _take_up(press: CallbackQuery, state: FSMContext) -> None:
    """What they said before, and to which the button replies, may be kept from now on; but for the
    digits of a code, which are used."""
    said, code = replied_to(press), (await state.get_data()).get(CODE, [""])[0]
    if said is not None and not (code and read_digits(said.text or "") == code):
        heard = await remembered(state)
        thing = heard.of(said.message_id) or Thing((), said.media_group_id or "")
        whole = thing.with_part(said.message_id, said_in(said))
        await remember(state, heard.with_thing(whole))


async def _take_up_albums(telegram_id: int, state: FSMContext, tools: Tools) -> None:
    """The same for all of each album, as far as it is in memory still."""
    heard = await remembered(state)
    things = tuple(tools.strangers.whole(telegram_id, each) for each in heard.things)
    if things != heard.things:
        await remember(state, replace(heard, things=things))


@press("keep_this", power=None, why=WHY, known=False)
async def keep_this(press: CallbackQuery, state: FSMContext, tools: Tools) -> None:
    """What was typed where a community is asked is something else; it is offered at home."""
    person = await tools.database.read(people_queries.by_telegram_id, press.from_user.id)
    if person is None:
        await welcome(press, press.from_user, state, tools)
        return
    await _take_up(press, state)
    await show(press, note(tools.texts.in_(person.language), "join.kept"), tools)
    if person.node_id is not None or person.is_staff:
        await _offer(press.from_user.id, person, state, tools)


async def _arrived(
    event: Message | CallbackQuery,
    person: Person,
    state: FSMContext,
    tools: Tools,
    why: str = "",
) -> None:
    """The home screen and, below it, what could be done with what they said before; or the question
    of where they live, as long as that is open. First of all `why`: what is wrong with a link."""
    if why:
        await show(event, note(tools.texts.in_(person.language), why), tools)
        await tools.chat.send(person.telegram_id, await home_of(person, tools))
    else:
        await show_home(event, person, tools)
    if event.from_user is not None and (person.node_id is not None or person.is_staff):
        await _use_code(person, state, tools)
        await _offer(event.from_user.id, person, state, tools)


async def _use_code(person: Person, state: FSMContext, tools: Tools) -> None:
    """Check in with the code that they came with, or open the event, if any."""
    kept = await state.get_data()
    code = kept.pop(CODE, None)
    if code is None:
        return
    await state.set_data(kept)
    await _use(person, code[0], datetime.fromisoformat(code[1]), tools)


async def _use(person: Person, payload: str, came_at: datetime, tools: Tools) -> None:
    given, event_id = read_pass(payload), read_event_link(payload)
    if given is not None:
        await scanned(person, given, came_at, tools)
    elif event_id is not None:
        await show_event(person, event_id, tools)
    elif (digits := read_digits(payload)) is not None:
        await gave_digits(person, digits, came_at, tools)


async def _offer(chat_id: int, person: Person, state: FSMContext, tools: Tools) -> None:
    heard, to = await remembered(state), Listener(chat_id, person, tools.texts.in_(person.language))
    things = [
        each if each.offer is not None else await offer_kept(to, each, tools)
        for each in heard.things
    ]
    if tuple(things) != heard.things:
        await remember(state, replace(heard, things=tuple(things)))


async def arrive(
    event: Message | CallbackQuery,
    person: Person,
    payload: str,
    state: FSMContext,
    tools: Tools,
) -> None:
    """Somebody who consented is at the door, perhaps with a link in their hand."""
    if payload.startswith(INVITATION):
        await _redeem(event, person, payload.removeprefix(INVITATION), state, tools)
        return
    if read_pass(payload) is not None or read_event_link(payload) is not None:
        await _come(event, person, payload, state, tools)
        return
    node = await tools.database.read(node_queries.by_code, payload) if payload else None
    if node is None:
        why = "join.bad_link" if person.node_id else "join.unknown_code"
        await _arrived(event, person, state, tools, why if payload else "")
    else:
        await _enter(event, person, node, state, tools)


async def _come(
    event: Message | CallbackQuery,
    person: Person,
    payload: str,
    state: FSMContext,
    tools: Tools,
) -> None:
    """Somebody scanned the code of an event, or opened it from a group. Who lives nowhere yet is
    taken to live where it is; of an event of the whole district they are asked first."""
    if person.node_id is not None or person.is_staff:
        if isinstance(event, Message):  # nothing had to wait
            await _use(person, payload, sent_at(event, tools), tools)
        else:
            await _use_code(person, state, tools)
        return
    given, event_id = read_pass(payload), read_event_link(payload)
    node = await community_of(given, tools) if given else None
    if event_id is not None:
        node = await community_of_event(event_id, tools)
    if node is None:
        await _arrived(event, person, state, tools)
    else:
        await _enter(event, person, node, state, tools)


async def _enter(
    event: Message | CallbackQuery, person: Person, node: Node, state: FSMContext, tools: Tools
) -> None:
    """Make a community somebody's own; who has another one is asked first."""
    if person.node_id not in (None, node.id):
        say = tools.texts.in_(person.language)
        await show(event, screens.confirm_move(say, person, node), tools)
        return
    person = await tools.database.write(people.choose_community, person.id, node.id, tools.now())
    await _arrived(event, person, state, tools)


async def _redeem(
    event: Message | CallbackQuery,
    person: Person,
    secret: str,
    state: FSMContext,
    tools: Tools,
    *,
    sure: bool = False,
) -> None:
    """Use an invitation. One that is no longer good is said, and the person is at home anyway.

    Whoever is a member elsewhere is asked first (`sure`): it would end that.
    """
    say = tools.texts.in_(person.language)
    if person.is_member and not sure:
        node = await tools.database.read(invitation_queries.moves_to, person, secret, tools.now())
        if node is not None:
            await show(event, screens.confirm_invitation(say, person, node, secret), tools)
            return
    try:
        invitation = await tools.database.write(invitations.redeem, person.id, secret, tools.now())
    except Refusal as refusal:
        await _arrived(event, person, state, tools, refusal.key)
        return
    person = await tools.database.read(people_queries.by_id, person.id)
    await show(event, screens.accepted(say, invitation), tools)
    await refresh_menu(person, tools)
    await tools.chat.send(person.telegram_id, await home_of(person, tools))
    await _use_code(person, state, tools)
    await _offer(person.telegram_id, person, state, tools)


@press("redeem", str, power=None, why=WHY, known=False)
async def redeem(press: CallbackQuery, ids: tuple[str], state: FSMContext, tools: Tools) -> None:
    person = await tools.database.read(people_queries.by_telegram_id, press.from_user.id)
    if person is None:
        await welcome(press, press.from_user, state, tools)
    else:
        await _redeem(press, person, ids[0], state, tools, sure=True)


@press("live", node_id, power=None, why=WHY, known=False)
async def live(press: CallbackQuery, ids: tuple[int], state: FSMContext, tools: Tools) -> None:
    """A community was chosen; whoever has one already is asked first."""
    person = await tools.database.read(people_queries.by_telegram_id, press.from_user.id)
    if person is None:
        await welcome(press, press.from_user, state, tools)
        return
    node = await tools.database.read(node_queries.by_id, *ids)
    await _enter(press, person, node, state, tools)


@press("moved", node_id, power=None, why=WHY, known=False)
async def moved(press: CallbackQuery, ids: tuple[int], state: FSMContext, tools: Tools) -> None:
    person = await tools.database.read(people_queries.by_telegram_id, press.from_user.id)
    if person is None:
        await welcome(press, press.from_user, state, tools)
        return
    person = await tools.database.write(people.choose_community, person.id, *ids, tools.now())
    await _arrived(press, person, state, tools)


@press("move", page, power=None, why=WHY, known=False)
async def choose(press: CallbackQuery, ids: tuple[int], state: FSMContext, tools: Tools) -> None:
    """The communities to choose from, before or after one was chosen."""
    person = await tools.database.read(people_queries.by_telegram_id, press.from_user.id)
    if person is None:
        await welcome(press, press.from_user, state, tools)
    else:
        await show_communities(press, person, tools, ids[0])


async def show_communities(
    event: Message | CallbackQuery, person: Person, tools: Tools, page: int = 0
) -> None:
    """Where do you live?"""
    communities = await tools.database.read(node_queries.communities, page)
    at_home = person.node_id is not None or person.is_staff
    say = tools.texts.in_(person.language)
    none_yet = "" if communities.items or at_home else say.label("join.none_yet")
    screen = screens.choose_community(say, person, communities, "settings" if at_home else "")
    await show(event, screen, tools, toast=none_yet)

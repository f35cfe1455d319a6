"""Who works at a place; ending a role, recalling an invitation."""

from aiogram.types import CallbackQuery

from content.screen import Screen
from content.screens import staff as screens
from content.texts import Say
from handlers.answering import show
from handlers.ids import invitation_id, node_id, page, role_id
from handlers.menus import renew_menu
from handlers.presses import press
from handlers.tools import Tools
from storage.actions.invitations import recall
from storage.actions.staff import end_role
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import nodes as node_queries
from storage.queries import people as people_queries
from storage.queries import staff as queries


@press("staff_where", power=Power.INVITE_MEMBER)
@press("staff_where", page, power=Power.INVITE_MEMBER)
async def where(
    press: CallbackQuery, person: Person, say: Say, tools: Tools, ids: tuple[int] = (0,)
) -> None:
    reach = await tools.database.read(node_queries.reach, person, Power.INVITE_MEMBER)
    if not reach.others:
        await show(press, await _list(reach.widest.id, person, say, tools), tools)
        return
    places = await tools.database.read(node_queries.places, person, Power.INVITE_MEMBER, *ids)
    await show(press, screens.where(say, places), tools)


@press("staff_at", node_id, page, power=Power.INVITE_MEMBER)
async def at_place(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    await show(press, await _list(ids[0], person, say, tools, ids[1]), tools)


@press("role", role_id, power=Power.INVITE_MEMBER)
async def role(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    holder = await tools.database.read(queries.holder, *ids, person)
    await show(press, screens.role(say, person, holder), tools)


@press("end_role", role_id, power=Power.INVITE_STAFF)
async def end(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    holder = await tools.database.read(queries.holder, *ids, person)
    await show(press, screens.confirm_end(say, holder), tools)


@press("role_ended", role_id, power=Power.INVITE_STAFF)
async def ended(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    holder = await tools.database.read(queries.holder, *ids, person)
    await tools.database.write(end_role, person.id, *ids, tools.now(), tools.zone)
    toast = say.label("staff.ended", name=holder.name)
    screen = screens.told_of_end(say, holder)
    if holder.person_id != person.id:
        screen = await _list(holder.node.id, person, say, tools)
    await show(press, screen, tools, toast=toast)
    await renew_menu(await tools.database.read(people_queries.by_id, holder.person_id), tools)


@press("invitation", invitation_id, power=Power.INVITE_MEMBER)
async def invitation(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    waiting = await tools.database.read(queries.waiting, *ids, person, tools.now())
    await show(press, screens.invitation(say, waiting), tools)


@press("recall", invitation_id, power=Power.INVITE_MEMBER)
async def recalled(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    waiting = await tools.database.read(queries.waiting, *ids, person, tools.now())
    await tools.database.write(recall, person.id, *ids, tools.now())
    screen = await _list(waiting.node.id, person, say, tools)
    await show(press, screen, tools, toast=say.label("staff.recalled"))


async def _list(place: int, person: Person, say: Say, tools: Tools, number: int = 0) -> Screen:
    node = await tools.database.read(node_queries.by_id, place)
    reach = await tools.database.read(node_queries.reach, person, Power.INVITE_MEMBER)
    lines = await tools.database.read(queries.at_place, place, number, tools.now())
    return screens.at_place(say, node, lines, several=reach.others)

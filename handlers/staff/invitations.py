"""Inviting people, as members or to a role."""

from aiogram.types import CallbackQuery, Message

from content.screens import invitations as screens
from content.texts import Say
from handlers.answering import show, show_below
from handlers.commands import command
from handlers.ids import node_id, page
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import invitations
from storage.model.person import INVITATION, Person
from storage.model.roles import Power, Role
from storage.queries import nodes as node_queries

MEMBER = "member"


def role(name: str) -> Role | None:
    """Read what a button carries: a role, or None for a member. Raises ValueError."""
    return None if name == MEMBER else Role(name)


@command("invite", "invite.command", power=Power.INVITE_MEMBER)
@press("invite", power=Power.INVITE_MEMBER)
@press("invite", page, power=Power.INVITE_MEMBER)
async def invite(
    event: Message | CallbackQuery,
    person: Person,
    say: Say,
    tools: Tools,
    ids: tuple[int] = (0,),
) -> None:
    """Who has but one place is not asked to which."""
    reach = await tools.database.read(node_queries.reach, person, Power.INVITE_MEMBER)
    if not reach.others:
        await show(event, screens.invite_as(say, person, reach.widest, several=False), tools)
        return
    places = await tools.database.read(node_queries.places, person, Power.INVITE_MEMBER, *ids)
    await show(event, screens.invite(say, places), tools)


@press("invite_to", node_id, power=Power.INVITE_MEMBER)
async def invite_to(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    node = await tools.database.read(node_queries.by_id, *ids)
    reach = await tools.database.read(node_queries.reach, person, Power.INVITE_MEMBER)
    await show(press, screens.invite_as(say, person, node, several=reach.others), tools)


@press("invite_as", role, node_id, power=Power.INVITE_MEMBER)
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

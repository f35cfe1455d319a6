"""Inviting people to a place, as members or with a role."""

from datetime import datetime

from content.screen import Button, Screen, in_rows, lasting, press
from content.screens.kit import back, button, paged
from content.splitting import short
from content.texts import Say
from storage.model.node import Node, NodeKind
from storage.model.page import Page
from storage.model.person import Person
from storage.model.roles import Power, roles_to_hand_on


def invite(say: Say, places: Page[Node]) -> Screen:
    """Invite to which part of the tree?"""
    buttons = places.map(lambda node: Button(short(node.name), press("invite_to", node.id)))
    return Screen(say("invite.where"), paged(say, buttons, "invite", "staff", width=2))


def invite_as(say: Say, person: Person, node: Node, *, several: bool) -> Screen:
    """As what? Only what the inviter may hand on at this node, one of `several` or the only one."""
    roles = roles_to_hand_on(person.grants, node.kind, node.path)
    buttons = [button(say, f"role.{role}", "invite_as", role, node.id) for role in roles]
    if node.kind is NodeKind.COMMUNITY and person.may_at(Power.INVITE_MEMBER, node.path):
        buttons.insert(0, button(say, "role.member", "invite_as", "member", node.id))
    up = back(say, "invite" if several else "staff")
    return Screen(say("invite.as_what", node=node), (*in_rows(buttons, 2), *up))


def invited(say: Say, link: str, role: str, node: Node, expires_at: datetime) -> Screen:
    """The one-time link, ready to be passed on, and the way to recall it."""
    text = say(
        "invite.link",
        link=link,
        role=say.label(f"role.{role}"),
        node=node.name,
        expires_at=expires_at,
    )
    see = (button(say, "invite.see", "staff_at", node.id, 0),)
    return lasting(Screen(text, (see, *back(say, "staff"))))

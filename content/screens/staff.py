"""Who works at a place: the roles held there, the invitations that wait, and how either ends."""

from content.screen import Button, Screen, press
from content.screens.kit import apart, back, button, paged
from content.splitting import short
from content.texts import Say
from storage.model.node import Node
from storage.model.page import Page
from storage.model.person import Person
from storage.model.roles import Role, roles_to_hand_on
from storage.model.staff import Holder, Waiting


def where(say: Say, places: Page[Node]) -> Screen:
    """The staff of which place?"""
    buttons = places.map(lambda node: Button(short(node.name), press("staff_at", node.id, 0)))
    return Screen(say("staff.where"), paged(say, buttons, "staff_where", "staff", width=2))


def at_place(say: Say, node: Node, lines: Page[Holder | Waiting], *, several: bool) -> Screen:
    """A page of those who work there, and of the invitations that nobody has used yet."""
    up = "staff_where" if several else "staff"
    buttons = lines.map(lambda line: _line(say, line))
    rows = paged(say, buttons, press("staff_at", node.id), up)
    invite = () if lines.items else ((button(say, "staff.invite", "invite_to", node.id),),)
    return Screen(say("staff.list", node=node, count=lines.total), (*invite, *rows))


def _line(say: Say, line: Holder | Waiting) -> Button:
    if isinstance(line, Holder):
        name = apart(say, line.name, line.namesake)
        label = say.label("staff.line", name=name, role=_named(say, line.role))
        return Button(label, press("role", line.id))
    label = say.label("staff.waiting", role=_named(say, line.role), until=line.expires_at)
    return Button(label, press("invitation", line.id))


def role(say: Say, person: Person, holder: Holder) -> Screen:
    """A role that somebody holds; to end it is offered to whoever may hand it on."""
    text = say("staff.role", holder=holder, role=_named(say, holder.role), since=holder.history)
    node = holder.node
    may = holder.role in roles_to_hand_on(person.grants, node.kind, node.path)
    end = (button(say, "staff.end", "end_role", holder.id),)
    return Screen(text, (*((end,) if may else ()), *_back(say, node)))


def confirm_end(say: Say, holder: Holder) -> Screen:
    text = say("staff.end_sure", holder=holder, role=_named(say, holder.role))
    no = button(say, "button.back", "role", holder.id)
    return Screen(text, ((no, button(say, "staff.end_yes", "role_ended", holder.id)),))


def invitation(say: Say, waiting: Waiting) -> Screen:
    """An invitation that nobody has used yet, and the way to recall it."""
    text = say("staff.invitation", waiting=waiting, role=_named(say, waiting.role))
    recall = (button(say, "staff.recall", "recall", waiting.id),)
    return Screen(text, (recall, *_back(say, waiting.node)))


def told_of_end(say: Say, holder: Holder) -> Screen:
    """For whom it was: a role of theirs has ended."""
    text = say("staff.told_of_end", node=holder.node.name, role=_named(say, holder.role))
    return Screen(text, back(say))


def _named(say: Say, role: Role | None) -> str:
    return say.label(f"role.{role or 'member'}")


def _back(say: Say, node: Node) -> tuple[tuple[Button, ...], ...]:
    return ((button(say, "button.back", "staff_at", node.id, 0),),)

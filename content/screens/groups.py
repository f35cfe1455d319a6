"""Telegram groups: what is said in them, and how staff link them to places."""

from content.screen import Button, Screen, press
from content.screens.kit import back, button, paged
from content.splitting import short
from content.texts import Say
from storage.model.group import Group
from storage.model.node import Node
from storage.model.page import Page


def linked(say: Say, node: str, link: str) -> Screen:
    """What the bot says in a group that gets the notices of `node` from now on."""
    private = Button(say.label("home.open_private"), url=link)
    return Screen(say("group.linked", node=node), ((private,),))


def where(
    say: Say, chat_id: int, title: str, places: Page[Node], linked: Group | None = None
) -> Screen:
    """Whose notices should go to this group? One that is `linked` may go elsewhere, or stay."""
    buttons = places.map(lambda node: Button(short(node.name), press("group_at", chat_id, node.id)))
    up = "" if linked is None else press("group", linked.id)
    rows = paged(say, buttons, press("group_where", chat_id), up, width=2)
    return Screen(say("group.where", title=title, now=linked and linked.node_name), rows)


def linked_to(say: Say, group: Group, *, several_places: bool) -> Screen:
    """Told to whoever linked a group."""
    text = say("group.linked_to", title=group.title, node=group.node_name)
    change = button(say, "group.change", "group_where", group.chat_id, 0)
    ways = (change,) if several_places else ()
    return Screen(text, ((*ways, button(say, "staff.groups", "groups")),))


def gone(say: Say) -> Screen:
    """Instead of a link to a group in which the bot is not any more."""
    return Screen(say("group.gone_text"), ((button(say, "staff.groups", "groups"),),))


def every(say: Say, groups: Page[Group], *, several_places: bool) -> Screen:
    """A page of the groups of one's places."""
    buttons = groups.map(
        lambda group: Button(say.label("group.line", group=group), press("group", group.id))
    )
    rows = paged(say, buttons, "groups", "staff")
    text = say("group.list", count=len(groups.items), several_places=several_places)
    return Screen(text, rows)


def one(say: Say, group: Group, *, several_places: bool) -> Screen:
    """A group, and what can be done with it."""
    change = button(say, "group.change", "group_where", group.chat_id, 0)
    unlink = button(say, "group.unlink", "unlink", group.id)
    row = (change, unlink) if several_places else (unlink,)
    return Screen(say("group.one", group=group), (row, *back(say, "groups")))


def unlinked(say: Say, group: Group) -> Screen:
    """A group that is not linked any more, and the way back."""
    again = button(say, "group.relink", "group_at", group.chat_id, group.node_id)
    return Screen(say("group.unlinked_text", group=group), ((again,), *back(say, "groups")))


def confirm_unlink(say: Say, group: Group) -> Screen:
    yes = button(say, "group.unlink_yes", "unlinked", group.id)
    no = button(say, "button.back", "groups")
    return Screen(say("group.unlink_sure", title=group.title), ((no, yes),))

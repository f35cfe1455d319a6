"""Arriving: consent, the community, what an invitation gave."""

from content.screen import Button, Screen, press
from content.screens.kit import back, button, note, paged
from content.splitting import short
from content.texts import Say
from storage.model.node import Node
from storage.model.page import Page
from storage.model.person import CONSENT_VERSION, LANGUAGES, Invitation, Person
from storage.model.roles import Power


def welcome(say: Say, node_name: str | None) -> Screen:
    """The very first screen: what this is, what is kept, and the consent."""
    other = next(language for language in LANGUAGES if language != say.language)
    return Screen(
        say("join.welcome", node=node_name),
        (
            (button(say, "join.agree", "agree", say.language),),
            (
                button(say, "join.privacy", "privacy", say.language),
                button(say, "join.other_language", "hello", other),
            ),
        ),
    )


def privacy(say: Say, *, joined: bool) -> Screen:
    """The whole privacy note, before or after somebody agreed to it."""
    text = say("join.privacy_note", version=CONSENT_VERSION)
    if joined:
        return Screen(text, back(say, "settings"))
    agree = (button(say, "join.agree", "agree", say.language),)
    return Screen(text, (agree, *back(say, f"hello:{say.language}")))


def choose_community(say: Say, person: Person, communities: Page[Node], place: str = "") -> Screen:
    """Where do you live? `place` is where "back" leads, for somebody who lives somewhere."""
    if not communities.items:
        may_add = person.may(Power.ADD_COMMUNITY)
        look = button(say, "join.look_again", "move", 0)
        rows = ((button(say, "community.add", "add_community") if may_add else look,),)
        text = say("join.no_communities", may_add=may_add)
        return Screen(text, (*rows, *(back(say, place) if place else ())))
    buttons = communities.map(lambda node: Button(short(node.name), press("live", node.id)))
    return Screen(say("join.choose"), paged(say, buttons, "move", place, width=2))


def no_such_place(say: Say, sought: str) -> Screen:
    """What was typed is no name of a community. Perhaps it was not meant as one."""
    text = say("button.none_found", sought=sought)
    return Screen(text, ((button(say, "join.keep_this", "keep_this"),),))


def confirm_invitation(say: Say, person: Person, node: Node, secret: str) -> Screen:
    """A member of one community opened an invitation to another: it would end the first."""
    return Screen(
        say("join.invited_away", old=person.node_name, new=node.name),
        ((button(say, "join.move", "redeem", secret), button(say, "join.stay", "home")),),
    )


def confirm_move(say: Say, person: Person, node: Node) -> Screen:
    """Somebody with a community opened the link of another one."""
    return Screen(
        say("join.move_sure", old=person.node_name, new=node.name, member=person.is_member),
        ((button(say, "join.move", "moved", node.id), button(say, "join.stay", "home")),),
    )


def accepted(say: Say, invitation: Invitation) -> Screen:
    """What an invitation gave."""
    if invitation.role is None:
        return note(say, "invitation.accepted_member", node=invitation.node_name)
    role = say.label(f"role.{invitation.role}")
    return note(say, "invitation.accepted_role", node=invitation.node_name, role=role)

"""The staff's own screens: the day, figures, communities, invitations."""

from collections.abc import Sequence
from datetime import datetime

from content.programme import Programme
from content.screen import Button, Rows, Screen, in_rows, press
from content.screens.home import back, button
from content.texts import Say
from storage.model.desk import Day
from storage.model.node import Node, NodeCard
from storage.model.person import Person
from storage.model.roles import GRANTABLE, Power, Role
from storage.model.tally import Tally


def desk(say: Say, person: Person, day: Day) -> Screen:
    """The staff's first screen: only what this person may do."""
    buttons = []
    if person.may(Power.ANSWER):
        buttons.append(button(say, "staff.inbox", "inbox"))
    if person.may(Power.POST_EVENT):
        buttons.append(button(say, "staff.post", "post"))
    if person.may(Power.PUSH):
        buttons.append(button(say, "staff.push", "pushes"))
    buttons.append(button(say, "staff.stats", "stats"))
    if person.may(Power.INVITE_MEMBER):
        buttons.append(button(say, "staff.invite", "invite"))
    if person.may(Power.ADD_COMMUNITY):
        buttons.append(button(say, "staff.communities", "communities"))
    return Screen(say("staff.text", person=person, day=day), (*in_rows(buttons, 2), *back(say)))


def invite(say: Say, nodes: Sequence[Node]) -> Screen:
    """Invite to which part of the tree?"""
    buttons = (Button(node.name, press("invite_to", node.id)) for node in nodes)
    return Screen(say("invite.where"), (*in_rows(buttons, 2), *back(say, "staff")))


def invite_as(say: Say, person: Person, node: Node) -> Screen:
    """As what? Only what the inviter may hand on at this node."""
    roles = {
        role
        for grant in person.grants
        if node.path.startswith(grant.path)
        for role in GRANTABLE[grant.role]
    }
    fitting = [role for role in Role if role in roles and _fits(role, node)]
    buttons = [button(say, f"role.{role}", "invite_as", role, node.id) for role in fitting]
    if node.kind == "community":
        buttons.insert(0, button(say, "role.member", "invite_as", "member", node.id))
    return Screen(say("invite.as_what", node=node), (*in_rows(buttons, 2), *back(say, "invite")))


def _fits(role: Role, node: Node) -> bool:
    """District roles belong to the district, the community's to a community; viewers anywhere."""
    if role is Role.COMMUNITY:
        return node.kind == "community"
    return role is Role.VIEWER or node.kind == "district"


def invited(say: Say, link: str, role: str, node: Node, expires_at: datetime) -> Screen:
    """The one-time link, ready to be passed on."""
    text = say(
        "invite.link",
        link=link,
        role=say.label(f"role.{role}"),
        node=node.name,
        expires_at=expires_at,
    )
    return Screen(text, back(say, "staff"))


def communities(
    say: Say, person: Person, cards: Sequence[NodeCard], links: Sequence[str]
) -> Screen:
    """The communities, each with the link for its door."""
    may_add = person.may(Power.ADD_COMMUNITY)
    add: Rows = ((button(say, "community.add", "add_community"),),) if may_add else ()
    rows: Rows = (*add, *back(say, "staff"))
    qr = tuple(
        (Button(say.label("community.qr", name=card.node.name), press("qr", card.node.id)),)
        for card in cards[:10]
    )
    return Screen(say("community.list", cards=list(zip(cards, links, strict=True))), (*qr, *rows))


def stats_where(say: Say, nodes: Sequence[Node]) -> Screen:
    """Figures of which place?"""
    buttons = (Button(node.name, press("stats", node.id, "year")) for node in nodes)
    return Screen(say("stats.where"), (*in_rows(buttons, 2), *back(say, "stats")))


SPANS = ("month", "quarter", "half", "year")


def stats(say: Say, tally: Tally, programme: Programme, running: bool, others: bool) -> Screen:
    """The figures of a node and period; every line is an indicator of the programme."""
    lines = [
        {
            "name": indicator.name.in_(say.language),
            "unit": indicator.unit.in_(say.language),
            "count": tally.figures[indicator.source],
            "part": indicator.part_of is not None,
        }
        for indicator in programme.indicators
    ]
    text = say("stats.text", tally=tally, lines=lines, running=running)
    spans = tuple(button(say, f"stats.{span}", "stats", tally.node.id, span) for span in SPANS)
    where = ((button(say, "stats.elsewhere", "stats_where"),),) if others else ()
    return Screen(text, (spans, *where, *back(say, "staff")))

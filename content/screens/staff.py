"""The staff's own screens: the day, figures, communities, invitations."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from content import zones
from content.programme import Programme
from content.screen import Button, Rows, Screen, in_rows, press
from content.screens.home import back, button, paged
from content.texts import Say
from storage.model.desk import Day
from storage.model.node import Node, NodeCard, NodeKind
from storage.model.period import SPANS, Period
from storage.model.person import Person
from storage.model.roles import Power, roles_to_hand_on
from storage.model.tally import Tally

COMMUNITIES_SHOWN = 4


def desk(say: Say, person: Person, day: Day) -> Screen:
    """The staff's first screen: only what this person may do."""
    buttons = []
    if person.may(Power.PUSH):
        buttons.append(button(say, "staff.notice", "notice"))
    if person.may(Power.ANSWER):
        buttons.append(button(say, "staff.inbox", "inbox"))
    if person.may(Power.POST_EVENT):
        buttons.append(button(say, "staff.post", "posted"))
    if person.may(Power.PUSH):
        buttons.append(button(say, "staff.push", "push"))
        buttons.append(button(say, "staff.plans", "pushes"))
        buttons.append(button(say, "staff.broadcasts", "broadcasts"))
        buttons.append(button(say, "staff.groups", "groups"))
    buttons.append(button(say, "staff.stats", "stats"))
    if person.may(Power.INVITE_MEMBER):
        buttons.append(button(say, "staff.invite", "invite"))
    if person.may(Power.ADD_COMMUNITY):
        buttons.append(button(say, "staff.communities", "communities"))
    text = say(
        "staff.text",
        person=person,
        day=day,
        may_answer=person.may(Power.ANSWER),
        may_push=person.may(Power.PUSH),
    )
    return Screen(text, (*in_rows(buttons, 2), *back(say)))


def invite(say: Say, nodes: Sequence[Node], page: int) -> Screen:
    """Invite to which part of the tree?"""
    buttons = [Button(node.name, press("invite_to", node.id)) for node in nodes]
    rows = paged(say, buttons, page, lambda number: press("invite", number), "staff")
    return Screen(say("invite.where"), rows)


def invite_as(say: Say, person: Person, node: Node) -> Screen:
    """As what? Only what the inviter may hand on at this node."""
    roles = roles_to_hand_on(person.grants, node.kind, node.path)
    buttons = [button(say, f"role.{role}", "invite_as", role, node.id) for role in roles]
    if node.kind is NodeKind.COMMUNITY and person.may_at(Power.INVITE_MEMBER, node.path):
        buttons.insert(0, button(say, "role.member", "invite_as", "member", node.id))
    return Screen(say("invite.as_what", node=node), (*in_rows(buttons, 2), *back(say, "invite")))


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
    say: Say,
    person: Person,
    cards: Sequence[NodeCard],
    links: Sequence[str],
    clocks: Sequence[ZoneInfo],
    page: int,
) -> Screen:
    """A page of the communities, each with the link for its door and, for those who may set it,
    its clock."""
    here = slice(page * COMMUNITIES_SHOWN, (page + 1) * COMMUNITIES_SHOWN)
    shown = list(zip(cards, links, strict=True))[here]
    may_add = person.may(Power.ADD_COMMUNITY)
    buttons = []
    for card, clock in zip(cards, clocks, strict=True):
        name = say.label("community.qr", name=card.node.name)
        buttons.append(Button(name, press("qr", card.node.id)))
        if may_add:
            city = zones.city(clock, say.language)
            label = say.label("community.zone", name=card.node.name, city=city)
            buttons.append(Button(label, press("zone", card.node.id)))
    rows = paged(
        say,
        buttons,
        page,
        lambda number: press("communities", number),
        "staff",
        width=2 if may_add else 1,
        height=COMMUNITIES_SHOWN,
    )
    add = button(say, "community.add", "add_community")
    return Screen(say("community.list", cards=shown), ((add,), *rows) if may_add else rows)


def added(say: Say, node: Node, link: str) -> Screen:
    """The receipt of a new community, with what to do next."""
    rows = (
        (button(say, "community.make_qr", "qr", node.id),),
        (button(say, "community.all", "communities"),),
    )
    return Screen(say("community.added", node=node, link=link), rows)


def clock(say: Say, node: str, zone: ZoneInfo, now: datetime) -> dict[str, str]:
    """Names for the texts on whose clock a community goes by: its city, and what day and time it
    is there."""
    local = now.astimezone(zone)
    return {
        "node": node,
        "city": zones.city(zone, say.language),
        "offset": zones.offset(zone, now),
        "at": say.label("community.clock", day=local.date(), at=local.time()),
    }


def zone_set(say: Say, node: str, zone: ZoneInfo, now: datetime) -> Screen:
    """The receipt of another clock."""
    rows = (
        (button(say, "community.all", "communities"),),
        (button(say, "staff.plans", "pushes"),),
    )
    return Screen(say("community.zone_set", **clock(say, node, zone, now)), rows)


def stats_where(say: Say, nodes: Sequence[Node], period: Period, page: int) -> Screen:
    """Figures of which place?"""
    rows = paged(
        say,
        [Button(node.name, press("stats", node.id, period.compact)) for node in nodes],
        page,
        lambda number: press("stats_where", period.compact, number),
        "stats",
    )
    return Screen(say("stats.where"), rows)


def stats(say: Say, tally: Tally, programme: Programme, today: date) -> Screen:
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
    running = tally.period.first_on <= today <= tally.period.last_on
    text = say("stats.text", tally=tally, lines=lines, running=running)
    spans = tuple(
        button(say, f"stats.{name}", "stats", tally.node.id, around(today).compact)
        for name, around in SPANS.items()
    )
    elsewhere = button(say, "stats.elsewhere", "stats_where", tally.period.compact, 0)
    where: Rows = ((elsewhere,),) if tally.others else ()
    return Screen(text, (spans, *where, *back(say, "staff")))

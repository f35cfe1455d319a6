"""Communities: their doors and their clocks."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from content import zones
from content.screen import Button, Screen, press
from content.screens.kit import button, paged
from content.texts import Say
from storage.model.node import Node, NodeCard
from storage.model.person import Person
from storage.model.roles import Power

COMMUNITIES_SHOWN = 4


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

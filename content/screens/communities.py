"""Communities: their doors and their clocks."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from content import zones
from content.render.qr import qr_sheet
from content.screen import Button, Screen, in_rows, lasting, picture, press
from content.screens.kit import button, pager
from content.texts import Say
from storage.model.node import Node, NodeCard
from storage.model.page import Page


@dataclass(frozen=True, slots=True)
class Door:
    """A community, the link that hangs at its door, and its clock."""

    card: NodeCard
    link: str
    zone: ZoneInfo


def communities(say: Say, doors: Page[Door]) -> Screen:
    """A page of the communities, each with the link for its door, and its clock."""
    buttons = []
    for door in doors.items:
        node = door.card.node
        buttons.append(Button(say.label("community.qr", name=node.name), press("qr", node.id)))
        city = zones.city(door.zone, say.language)
        label = say.label("community.zone", name=node.name, city=city)
        buttons.append(Button(label, press("zone", node.id)))
    turn = pager(say, doors, "communities", "staff")
    add = button(say, "community.add", "add_community")
    text = say("community.list", doors=doors.items)
    return Screen(text, ((add,), *in_rows(buttons, 2), *turn))


def added(say: Say, node: Node, link: str) -> Screen:
    """The receipt of a new community, with what to do next."""
    rows = (
        (button(say, "community.make_qr", "qr", node.id),),
        (button(say, "community.invite", "invite_to", node.id),),
        (button(say, "community.all", "communities"),),
    )
    return lasting(Screen(say("community.added", node=node, link=link), rows))


def door_sheet(say: Say, name: str, link: str) -> Screen:
    """The picture for a door: the QR code of `link`, and whose it is."""
    sheet = qr_sheet(link, name, say.label("community.qr_hint"))
    text = say("community.qr_caption", name=name, missing=sheet.missing)
    return Screen(text, media=(picture(sheet.png),))


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
    return lasting(Screen(say("community.zone_set", **clock(say, node, zone, now)), rows))

"""Something of every kind in each of two communities, and people of every role."""

from dataclasses import dataclass
from decimal import Decimal

from content.programme import SHIPPED, load_programme
from handlers import ids
from handlers.ids import Reader
from storage.actions import broadcasts, closings, groups, ledger, people, suggestions
from storage.actions.invitations import invite
from storage.actions.sign_ups import sign_up
from storage.model.audience import Audience
from storage.model.broadcast import NewBroadcast
from storage.model.closing import Reckoning, Signing
from storage.model.kinds import DeliveryKind
from storage.model.ledger import NewEntry
from storage.model.message import Message
from storage.model.node import Node
from storage.model.period import day_of
from storage.model.person import Person
from storage.model.rhythm import Rhythm, ScheduleKind
from storage.model.roles import Power, Role
from storage.model.suggestion import Answer, SuggestionState
from storage.queries.closings import sheet as figures_of_year
from storage.tables import invitations, membership_requests, roles
from tests.storage.district import DAY, NOW, ZONE, District, draft

EAST, WEST, MISSING = "east", "west", "missing"
NOBODY = 999_999
CHATS = {EAST: -101, WEST: -102}
STRANGER = 7_000  # a telephone that never met the bot
ROLES = {
    "stranger": None,
    "resident": None,
    "member": None,
    "viewer": Role.VIEWER,
    "community": Role.COMMUNITY,
    "elsewhere": Role.COMMUNITY,
    "district": Role.DISTRICT,
    "owner": Role.OWNER,
}


@dataclass
class Places:
    """Who there is, and the ids of what belongs to whom."""

    people: dict[str, Person]
    nodes: dict[str, Node]
    ids: dict[Reader, dict[str, int]]  # by what reads them, then EAST, WEST, MISSING
    seated: int  # who holds a seat at the event in the east

    def telephone(self, role: str) -> int:
        return self.people[role].telegram_id if role in self.people else STRANGER

    def may(self, role: str, power: Power, place: str | None) -> bool:
        """What the model says: whether somebody has a power over a place, or (None) anywhere."""
        person = self.people.get(role)
        if person is None or place == MISSING:
            return False
        return person.may(power) if place is None else person.may_at(power, self.nodes[place].path)


async def furnish(district: District) -> Places:
    """Things in the east, where the people are at home (except who works elsewhere), and in the
    west, which is foreign to them. A suggestion in the west is adopted, so that all may see it."""
    east, west = district.east, district.west
    who = {
        "resident": await district.resident("bo"),
        "member": await district.member("ana"),
        "viewer": await district.staff("lin", Role.VIEWER, east),
        "community": await district.staff("kim", Role.COMMUNITY, east),
        "elsewhere": await district.staff("li", Role.COMMUNITY, west),
        "district": await district.staff("yu", Role.DISTRICT, district.node),
        "owner": district.mei,
    }
    found: dict[Reader, dict[str, int]] = {
        ids.node_id: {EAST: east.id, WEST: west.id},
        ids.chat_id: dict(CHATS),
    }
    for place, node in ((EAST, east), (WEST, west)):
        for kind, number in (await _things(district, place, node)).items():
            found.setdefault(kind, {})[place] = number
    for kind, numbers in found.items():
        numbers[MISSING] = -NOBODY if kind is ids.chat_id else NOBODY
    seat = (who["member"].telegram_id, found[ids.event_id][EAST], NOW)
    await district.database.write(sign_up, *seat, ZONE)
    return Places(who, {EAST: east, WEST: west}, found, who["member"].id)


async def _check_year(district: District, node: Node) -> None:
    """The figures of this year, checked when it nears its end."""
    december = Reckoning(load_programme(SHIPPED).basis, NOW.replace(month=12), ZONE)
    sheet = await district.database.read(figures_of_year, node, NOW.year, december)
    signing = Signing.of(district.mei.id, sheet)
    await district.database.write(closings.check, node.id, NOW.year, signing, december)


async def _things(district: District, place: str, node: Node) -> dict[Reader, int]:
    write, mei = district.database.write, district.mei
    author = await district.member(f"author {place}", node)
    asking = await district.resident(f"asking {place}", node)
    suggestion = await write(suggestions.submit, author.id, draft(f"draft {place}"), NOW, ZONE)
    if place == WEST:
        answer = Answer(SuggestionState.ADOPTED, "好")
        await write(suggestions.decide, mei.id, suggestion.id, answer, NOW, ZONE)
    await write(people.ask_membership, asking.id, NOW, ZONE)
    asked = membership_requests.c.person_id == asking.id
    [request] = await district.rows(membership_requests, asked)
    group, _ = await write(groups.link, mei.id, CHATS[place], f"群{place}", node.id, NOW)
    await district.staff(f"colleague {place}", Role.COMMUNITY, node)
    role = (await district.rows(roles))[-1]
    await write(invite, mei.id, None, node.id, f"open in the {place}", NOW)
    invitation = (await district.rows(invitations))[-1]
    work = NewEntry(f"work {place}", node.id, "home_visits", day_of(NOW, ZONE), Decimal(3))
    await _check_year(district, node)
    later = NOW + DAY
    rhythm = Rhythm(ScheduleKind.ONCE, once_at=later)
    notice = NewBroadcast(
        kind=DeliveryKind.NOTICE,
        node_id=node.id,
        audience=Audience(node.id),
        slot_at=NOW,
        content=Message({"zh": f"通知{place}"}).to_json(),
    )
    return {
        ids.event_id: (await district.event(node)).id,
        ids.suggestion_id: suggestion.id,
        ids.entry_id: await write(ledger.record, mei.id, work, 0, NOW, ZONE),
        ids.request_id: request.id,
        ids.group_id: group.id,
        ids.role_id: role.id,
        ids.invitation_id: invitation.id,
        ids.schedule_id: (await district.schedule(rhythm, later, node)).id,
        ids.broadcast_id: await write(broadcasts.begin, notice, NOW),
    }

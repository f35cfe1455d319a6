"""Every button that turns to a page: whatever its number, the nearest page is shown."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from handlers import table
from handlers.ids import page
from storage.actions import events, people
from storage.actions.ledger import record
from storage.actions.nodes import add_community
from storage.actions.sign_ups import sign_up
from storage.actions.subscriptions import subscribe
from storage.actions.suggestions import submit
from storage.model.event import NewEvent
from storage.model.ledger import NewEntry
from storage.model.person import Person
from storage.model.roles import Role
from storage.model.roster import Way
from storage.model.suggestion import NewSuggestion
from storage.queries.people import by_telegram_id
from storage.tables import headcounts
from tests.handlers.room import OWNER, Room, Shown, Talker
from tests.storage.district import ZONE

YEAR = "20260101-20261231"
# What a button to a page of each list carries before its number.
LONG = (
    "move",
    "library:resident-basics",
    "events",
    "track",
    "inbox",
    "broadcasts",
    "pushes",
    "posted",
    "agenda_of:mine",
    "roster:1",
    "roster_people:1",
    "missing:1",
    "unnamed:1",
    f"stats_where:{YEAR}",
    f"stats_more:2:{YEAR}",
    f"compared:1:{YEAR}:suggestions_received",
    f"compared_all:1:{YEAR}",
    f"records:2:{YEAR}:suggestions_received",
    "report_where:2026",
    "plan_where:2026",
    "close_where:2026",
    "entries:all:all",
    "entries_what:all",
    "entries_when:all",
    "invite",
    "staff_where",
    "staff_at:2",
    "communities",
    "subscriptions",
    "ledger_template_where",
)
# With what there is, one page.
SHORT = (
    "agenda:20260302",
    "unconfirmed",
    "study",
    "broadcast_lost:1",
    "broadcast_before:1",
    "groups",
    "target:2:2026:home_visits",
)
# These do something, and then show the page on which they stood; the last one asks Telegram first.
CARRIED = {
    "past",
    "join_course",
    "leave_course",
    "pause_study",
    "came",
    "absent",
    "all_came",
    "missed",
    "not_missed",
    "all_missed",
    "roster_person",
    "take_off",
    "taken_off",
    "put_back",
    "group_where",
    "draw_more",
}


async def test_whatever_the_number_the_nearest_page_is_shown_and_each_is_reached(
    room: Room,
) -> None:
    turned = {action for (action, _), each in table().presses.items() if page in each.readers}
    assert turned == {turn.partition(":")[0] for turn in (*LONG, *SHORT)} | CARRIED
    kim = await _busy(room)
    for turn in (*LONG, *SHORT):
        pages = [await _shown(kim, f"{turn}:0")]
        while f"{turn}:{len(pages)}" in [data for _, data in pages[-1].buttons]:
            pages.append(await _shown(kim, f"{turn}:{len(pages)}"))
        assert (len(pages) > 1) == (turn in LONG), turn
        for number in (-1, -(10**30), len(pages), 10**6, 10**30):
            assert await _shown(kim, f"{turn}:{number}") == pages[0 if number < 0 else -1], turn


async def _shown(kim: Talker, data: str) -> Shown:
    assert await kim.presses_raw(data) == "", data
    return kim.messages[-1]


async def _busy(room: Room) -> Talker:
    """Staff of a district in which the LONG lists are longer than a page."""
    write, now, zone = room.database.write, room.clock.now(), ZoneInfo("Asia/Shanghai")
    owner = await _known(room, OWNER)
    added = [await write(add_community, owner.id, f"社区{n}", now) for n in range(13)]
    kim = await room.staff("kim", Role.DISTRICT, "示范区")
    person, east = await _known(room, kim.id), room.communities["东湖社区"].id
    await write(people.choose_community, person.id, east, now)
    for node in added:
        await write(subscribe, person.id, node.id, now)
    for n in range(11):
        await write(submit, person.id, _made(n), now, zone)
        starts_at = now + timedelta(days=3 + n)
        new = NewEvent(f"e{n}", east, "service", f"活动{n}", "广场", starts_at, None)
        await write(events.post, person.id, new, now)
        work = NewEntry(f"w{n}", east, "home_visits", now.date(), Decimal(n + 1))
        await write(record, person.id, work, 0, now, zone)
    for n in range(6):
        await room.staff(f"li{n}")
    for n in range(21):
        guest = await room.resident(f"p{n}")
        await write(sign_up, guest.id, 1, now, ZONE)
    await room.database.write(_without_names, person.id, now)
    return kim


def _without_names(connection: Connection, by: int, now: datetime) -> None:
    """Several numbers of people without a name, of an event that has not begun."""
    for n in range(7):
        given = {"count": 5, "way": Way.WALKED_IN, "recorded_by": by}
        at = now + timedelta(minutes=n)
        connection.execute(insert(headcounts).values(**given, event_id=1, recorded_at=at))


async def _known(room: Room, telegram_id: int) -> Person:
    person = await room.database.read(by_telegram_id, telegram_id)
    assert person is not None
    return person


def _made(n: int) -> NewSuggestion:
    return NewSuggestion(f"d{n}", "repairs", "路灯坏了", (), anonymous=False)

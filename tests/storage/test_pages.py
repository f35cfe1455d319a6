"""Every list of `storage/queries`: over all its pages each item stands once, and every number shows
a page that there is."""

import importlib
import pkgutil
import typing
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from storage import queries
from storage.actions import broadcasts as broadcast_actions
from storage.actions import groups as group_actions
from storage.actions import headcounts as headcount_actions
from storage.actions.invitations import invite
from storage.actions.ledger import record
from storage.actions.nodes import add_community
from storage.actions.people import ask_membership
from storage.actions.plans import set_targets
from storage.actions.sign_ups import sign_up
from storage.actions.subscriptions import subscribe
from storage.actions.suggestions import decide, submit
from storage.actions.supports import support
from storage.model.agenda import Choice
from storage.model.audience import Audience
from storage.model.broadcast import NewBroadcast
from storage.model.closing import Basis, PlaceClosing, Reckoning
from storage.model.delivery import DeliveryState
from storage.model.figure import Measure
from storage.model.kinds import DeliveryKind
from storage.model.ledger import NewEntry, Sought
from storage.model.page import LINES, SHORT, TRACED, Page
from storage.model.period import Days, year_of
from storage.model.plan import NewTargets, Plannable
from storage.model.roles import Power, Role
from storage.model.suggestion import Answer, SuggestionState
from storage.queries import agenda as agenda_queries
from storage.queries import (
    askings,
    comparisons,
    event_search,
    exports,
    ledger,
    rosters,
    tallies,
    traces,
)
from storage.queries import broadcasts as broadcast_queries
from storage.queries import cards as card_queries
from storage.queries import closings as closing_queries
from storage.queries import corrections as correction_queries
from storage.queries import desk as desk_queries
from storage.queries import events as event_queries
from storage.queries import groups as group_queries
from storage.queries import nodes as node_queries
from storage.queries import plans as plan_queries
from storage.queries import schedules as schedule_queries
from storage.queries import staff as staff_queries
from storage.queries import subscriptions as subscription_queries
from storage.queries import suggestions as suggestion_queries
from storage.queries.agenda import Look
from storage.tables import deliveries, invitations, roles

from .district import DAY, NOW, ZONE, District, draft, once


@dataclass
class List:
    """A list in a district: `turn` reads a page, `add` makes one more item and gives its `key`;
    the keys of those that are there from the beginning are in `there`."""

    turn: Callable[[int], Awaitable[Page[Any]]]
    add: Callable[[int], Awaitable[Any]]
    size: int = LINES
    key: Callable[[Any], Any] = lambda item: item.id
    there: Sequence[Any] = ()


Make = Callable[[District], Awaitable[List]]


async def communities(district: District) -> List:
    async def add(n: int) -> int:
        node = await district.database.write(add_community, district.mei.id, f"c{n}", NOW)
        return node.id

    return List(
        lambda page: district.database.read(node_queries.communities, page),
        add,
        SHORT,
        there=[district.east.id, district.west.id],
    )


async def places(district: District) -> List:
    found = await communities(district)
    found.turn = lambda page: district.database.read(
        node_queries.places, district.mei, Power.PUSH, page
    )
    found.there = [district.node.id, *found.there]
    return found


async def subscribed(district: District) -> List:
    """The places whose figures somebody gets each month."""

    async def add(n: int) -> int:
        node = await district.database.write(add_community, district.mei.id, f"c{n}", NOW)
        await district.database.write(subscribe, district.mei.id, node.id, NOW)
        return node.id

    return List(
        lambda page: district.database.read(subscription_queries.places_of, district.mei.id, page),
        add,
        SHORT,
    )


async def cards(district: District) -> List:
    found = await communities(district)
    found.turn = lambda page: district.database.read(node_queries.cards, district.mei, page)
    found.size = node_queries.CARDS
    found.key = lambda card: card.node.id
    return found


async def groups(district: District) -> List:
    async def add(n: int) -> int:
        given = (district.mei.id, -1 - n, f"g{n}", district.east.id, NOW)
        group, _ = await district.database.write(group_actions.link, *given)
        return group.id

    return List(lambda page: district.database.read(group_queries.linked, district.mei, page), add)


async def managed(district: District) -> List:
    async def add(n: int) -> int:
        return (await district.event(starts_at=NOW + DAY * (1 + n % 3))).id

    return List(
        lambda page: district.database.read(event_queries.managed, district.mei, NOW, page), add
    )


async def unconfirmed(district: District) -> List:
    async def add(n: int) -> int:
        return (await district.event(starts_at=NOW + timedelta(hours=1 + n % 3))).id

    read, mei, later = district.database.read, district.mei, NOW + DAY
    return List(lambda page: read(askings.unconfirmed_of, mei, later, page), add)


async def chosen(district: District) -> List:
    found = await managed(district)
    read, mei = district.database.read, district.mei
    found.turn = lambda page: read(agenda_queries.chosen, mei, Choice.MINE, page, NOW)
    found.size = TRACED
    return found


async def week(district: District) -> List:
    found, look = await chosen(district), Look(NOW, ZONE)

    async def turn(page: int) -> Page[Any]:
        given = (district.mei, date(2026, 3, 2), page, look)
        return (await district.database.read(agenda_queries.week, *given)).events

    found.turn = turn
    return found


async def upcoming(district: District) -> List:
    ana, found = await district.resident("ana"), await managed(district)
    found.turn = lambda page: district.database.read(event_queries.upcoming, ana, NOW, page)
    found.key = lambda card: card.event.id
    return found


async def seats(district: District) -> List:
    event = await district.event()

    async def add(n: int) -> int:
        person = await district.resident(f"p{n}")
        await district.database.write(sign_up, person.telegram_id, event.id, NOW, ZONE)
        return person.id

    return List(
        lambda page: district.database.read(rosters.roster, event.id, page),
        add,
        rosters.NAMES,
        key=lambda seat: seat.person_id,
    )


async def roster(district: District) -> List:
    event, found = await district.event(), await seats(district)

    async def add(n: int) -> int:
        person = await district.resident(f"p{n}")
        await district.database.write(sign_up, person.telegram_id, event.id, NOW, ZONE)
        return person.id

    async def turn(page: int) -> Page[Any]:
        given = (event.id, district.mei, event.starts_at, page)
        return (await district.database.read(rosters.roster_for, *given)).seats

    found.turn, found.add, found.size = turn, add, rosters.TICKS
    return found


async def numbers(district: District) -> List:
    event, read = await district.event(), district.database.read

    async def add(n: int) -> int:
        at = event.starts_at + timedelta(minutes=n)
        given = (district.mei.id, event.id, n + 1, at)
        return await district.database.write(headcount_actions.add, *given)

    async def turn(page: int) -> Page[Any]:
        return (await read(rosters.headcounts_for, event.id, district.mei, page)).numbers

    return List(turn, add, rosters.NUMBERS, key=lambda each: each.id)


async def inbox(district: District) -> List:
    write, mei = district.database.write, district.mei

    async def add(n: int) -> tuple[str, int]:
        person = await district.resident(f"p{n}")
        if n % 3 == 0:
            await write(ask_membership, person.id, NOW, ZONE)
            return ("MembershipRequest", n // 3 + 1)
        made = await write(submit, person.id, draft(f"d{n}"), NOW, ZONE)
        if n % 3 == 1:
            await write(decide, mei.id, made.id, Answer(SuggestionState.ADOPTED, "r"), NOW, ZONE)
        return ("SuggestionLine", made.id)

    async def turn(page: int) -> Page[Any]:
        return (await district.database.read(suggestion_queries.waiting, mei, page)).page

    return List(turn, add, key=lambda item: (type(item).__name__, item.id))


async def tracked(district: District) -> List:
    write, mei = district.database.write, district.mei
    ana, bo = await district.resident("ana"), await district.resident("bo")

    async def add(n: int) -> tuple[str, int]:
        author = ana if n % 2 else bo
        made = await write(submit, author.id, draft(f"d{n}"), NOW, ZONE)
        if author is ana:
            return ("SuggestionLine", made.id)
        await write(decide, mei.id, made.id, Answer(SuggestionState.ADOPTED, "r"), NOW, ZONE)
        await write(support, ana.id, made.id, NOW)
        return ("Glimpse", made.id)

    return List(
        lambda page: district.database.read(suggestion_queries.tracked, ana.id, page),
        add,
        key=lambda item: (type(item).__name__, item.id),
    )


async def broadcasts(district: District) -> List:
    async def add(n: int) -> int:
        return await _begun(district)

    return List(
        lambda page: district.database.read(broadcast_queries.recent, district.mei, page), add
    )


async def broadcasts_and_subjects(district: District) -> List:
    found = await broadcasts(district)
    found.turn = lambda page: district.database.read(card_queries.recent, district.mei, page)
    found.key = lambda item: item[0].id
    return found


async def troubles(district: District) -> List:
    broadcast = await _begun(district)

    async def add(n: int) -> str:
        person = await district.resident(f"p{n}")
        state = (DeliveryState.FAILED, DeliveryState.UNREACHABLE, DeliveryState.SENT)[n % 3]
        await district.database.write(_troubled, broadcast, person.id, state)
        return person.name

    return List(
        lambda page: district.database.read(broadcast_queries.troubles, broadcast, page),
        add,
        broadcast_queries.NAMES,
        key=lambda trouble: trouble.name,
    )


async def plans(district: District) -> List:
    async def add(n: int) -> int:
        slot = NOW + timedelta(minutes=n)
        return (await district.schedule(once(slot), slot)).id

    return List(
        lambda page: district.database.read(
            schedule_queries.planned, district.mei, NOW, ZONE, page
        ),
        add,
        schedule_queries.PLANS,
        key=lambda planned: planned.schedule.id,
    )


async def records(district: District) -> List:
    bo, days = await district.resident("bo"), Days(year_of(NOW.date()), ZONE, NOW)

    async def add(n: int) -> int:
        return (await district.database.write(submit, bo.id, draft(f"d{n}"), NOW, ZONE)).id

    asked = (district.mei, district.node.id, days, Measure.of("suggestions"))
    return List(
        lambda page: district.database.read(tallies.records_for, *asked, page),
        add,
        size=TRACED,
        key=lambda record: record.subject_id,
    )


async def entries(district: District) -> List:
    async def add(n: int) -> int:
        new = NewEntry(f"e{n}", district.east.id, "home_visits", NOW.date(), Decimal(n + 1))
        return await district.database.write(record, district.mei.id, new, 0, NOW, ZONE)

    return List(
        lambda page: district.database.read(ledger.newest, district.mei, Sought(), page, ZONE),
        add,
    )


async def staff(district: District) -> List:
    write, mei, east = district.database.write, district.mei, district.east

    async def add(n: int) -> tuple[str, int]:
        if n % 2:
            await district.staff(f"p{n}", Role.VIEWER, east)
            return ("Holder", (await district.rows(roles))[-1].id)
        await write(invite, mei.id, None, east.id, f"open {n}", NOW)
        return ("Waiting", (await district.rows(invitations))[-1].id)

    return List(
        lambda page: district.database.read(staff_queries.at_place, east.id, page, NOW),
        add,
        key=lambda item: (type(item).__name__, item.id),
    )


async def sides(district: District) -> List:
    """The communities side by side, of which nobody planned anything."""
    asked = (district.node, Days(year_of(NOW.date()), ZONE, NOW), dict[str, Plannable]())

    async def add(n: int) -> int:
        node = await district.database.write(add_community, district.mei.id, f"第{n}社区", NOW)
        return node.id

    return List(
        lambda page: district.database.read(plan_queries.side_by_side, *asked, page),
        add,
        key=lambda each: each.node.id,
        there=(district.east.id, district.west.id),
    )


async def closings(district: District) -> List:
    """How far the closing of each community is, of which nobody sent anything."""
    asked = (district.node, NOW.year, Reckoning(Basis("", {}), NOW, ZONE))

    async def add(n: int) -> int:
        node = await district.database.write(add_community, district.mei.id, f"第{n}社区", NOW)
        return node.id

    async def page(number: int) -> Page[PlaceClosing]:
        return (await district.database.read(closing_queries.places, *asked, number)).page

    return List(
        page,
        add,
        key=lambda each: each.node.id,
        there=(district.east.id, district.west.id),
    )


async def revisions(district: District) -> List:
    """The targets that one indicator ever had."""
    east, plannable = district.east.id, {"visits": Plannable(Measure.of("events"))}

    async def add(n: int) -> Decimal:
        new = NewTargets(east, NOW.year, {"visits": Decimal(n)}, "更正")
        given = (district.mei.id, new, plannable, NOW, ZONE)
        await district.database.write(set_targets, *given)
        return Decimal(n)

    return List(
        lambda page: district.database.read(plan_queries.history, east, NOW.year, "visits", page),
        add,
        key=lambda each: each.number,
    )


LISTS: dict[Any, Make] = {
    plan_queries.side_by_side: sides,
    closing_queries.places: closings,
    plan_queries.history: revisions,
    ledger.newest: entries,
    node_queries.communities: communities,
    node_queries.places: places,
    node_queries.cards: cards,
    subscription_queries.places_of: subscribed,
    group_queries.linked: groups,
    event_queries.managed: managed,
    agenda_queries.chosen: chosen,
    askings.unconfirmed_of: unconfirmed,
    agenda_queries.week: week,
    event_queries.upcoming: upcoming,
    rosters.roster: seats,
    rosters.roster_for: roster,
    rosters.headcounts_for: numbers,
    suggestion_queries.waiting: inbox,
    suggestion_queries.tracked: tracked,
    broadcast_queries.recent: broadcasts,
    card_queries.recent: broadcasts_and_subjects,
    broadcast_queries.troubles: troubles,
    schedule_queries.planned: plans,
    tallies.records_for: records,
    staff_queries.at_place: staff,
}

# Their screens lead to the whole list, or ask for a longer name; or they put into words, or into a
# file, the pages of another list, which is walked.
FIRST_ONLY = {
    comparisons.compared_for,
    comparisons.drawn_for,
    correction_queries.said_before,
    exports.traced,
    traces.in_words,
    traces.trace_for,
    node_queries.named,
    event_queries.of_day,
    rosters.found_for,
    rosters.listed_for,
    event_search.managed,
    event_search.for_person,
    desk_queries.day,
    schedule_queries.pushing,
    plan_queries.unplanned_below,
}


async def _begun(district: District) -> int:
    node_id = district.east.id
    new = NewBroadcast(DeliveryKind.NOTICE, node_id, Audience(node_id), NOW, content="{}")
    return await district.database.write(broadcast_actions.begin, new, NOW)


def _troubled(connection: Connection, broadcast: int, person_id: int, state: DeliveryState) -> None:
    """Somebody whom a broadcast did not reach, or perhaps twice: also both at once."""
    sent = state is DeliveryState.SENT
    unsure_at: datetime | None = NOW if sent or person_id % 2 else None
    owed = {"broadcast_id": broadcast, "person_id": person_id, "kind": "notice", "due_at": NOW}
    found = {"state": state, "reason": None if sent else "400 no", "unsure_at": unsure_at}
    connection.execute(insert(deliveries).values(**owed, **found))


def test_every_list_of_the_queries_is_walked_here() -> None:
    found = set()
    for module in pkgutil.iter_modules(queries.__path__, "storage.queries."):
        for query in vars(importlib.import_module(module.name)).values():
            here = getattr(query, "__module__", None) == module.name and callable(query)
            if here and module.name != "storage.queries.pages" and _gives_a_page(query):
                found.add(query)
    assert found == LISTS.keys() | FIRST_ONLY, (
        "A list that is cut into pages is walked by the test below."
    )


def _gives_a_page(query: Any) -> bool:
    try:
        given = typing.get_type_hints(query).get("return")
    except (NameError, TypeError):
        return False
    held = [field.type for field in fields(given)] if is_dataclass(given) else []
    return any(typing.get_origin(each) is Page for each in (given, *held))


@pytest.mark.parametrize("make", LISTS.values(), ids=[make.__name__ for make in LISTS.values()])
async def test_over_all_pages_each_item_stands_once_and_every_number_shows_a_page(
    make: Make, district: District
) -> None:
    found = await make(district)
    keys, made = list(found.there), 0
    for total in (0, 1, found.size, found.size + 1, 2 * found.size, 3 * found.size + 1):
        while len(keys) < total:
            keys.append(await found.add(made))
            made += 1
        pages = await _walk(found)
        seen = [found.key(item) for page in pages for item in page.items]
        assert sorted(seen) == sorted(keys)
        assert len(seen) == len(set(seen))
        assert [len(page.items) for page in pages[:-1]] == [found.size] * (len(pages) - 1)
        assert pages[-1].total == len(keys)
        for asked in (-(10**20), -1, len(pages), len(pages) + 5, 10**12, 10**60):
            assert await found.turn(asked) == pages[0 if asked < 0 else -1]


async def _walk(found: List) -> list[Page[Any]]:
    pages = [await found.turn(0)]
    while pages[-1].more:
        pages.append(await found.turn(len(pages)))
        assert pages[-1].items, "no page is empty"
    assert [page.number for page in pages] == list(range(len(pages)))
    return pages

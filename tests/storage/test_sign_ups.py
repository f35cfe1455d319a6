"""Seats at events: the last one goes to exactly one, and `taken` is what the rows say."""

import random
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, update

from storage.actions import events as event_actions
from storage.actions import people
from storage.actions import sign_ups as actions
from storage.actions.leaving import leave
from storage.model.event import CAPACITY_LIMIT, PLACE_LIMIT, TITLE_LIMIT, NewEvent
from storage.model.page import LINES
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.model.sign_up import TAKING_SEATS, SignUpState, Wish
from storage.queries import events as event_queries
from storage.queries import rosters
from storage.tables import broadcasts, events, sign_ups

from .district import DAY, NOW, ZONE, District, outcomes

sign_up, cancel = partial(actions.sign_up, zone=ZONE), partial(actions.cancel, zone=ZONE)


async def seats(district: District, event_id: int) -> tuple[int, int]:
    """What the event says of its seats, and what the rows say."""
    [event] = await district.rows(events, events.c.id == event_id)
    held = sign_ups.c.state.in_(TAKING_SEATS)
    return event.taken, len(await district.rows(sign_ups, sign_ups.c.event_id == event_id, held))


async def test_of_fifty_who_want_the_last_seat_exactly_one_gets_it(district: District) -> None:
    event = await district.event(capacity=3)
    early = [await district.resident(f"early {n}") for n in range(2)]
    crowd = [await district.resident(f"p{n}") for n in range(50)]
    for person in early:
        await district.database.write(sign_up, person.telegram_id, event.id, NOW)
    answers = await outcomes(
        district.database.write(sign_up, person.telegram_id, event.id, NOW) for person in crowd
    )
    got = [answer for answer in answers if answer.card.signed_up]
    assert [answer.seat for answer in got] == [3]
    assert sorted(a.card.place for a in answers if a not in got) == list(range(1, 50))
    assert await seats(district, event.id) == (3, 3)


async def test_pressing_twice_is_the_same_as_once_also_at_once(district: District) -> None:
    event = await district.event(capacity=10)
    ana = await district.resident("ana")
    # Connections are there already, so that the presses really meet.
    await outcomes(district.database.write(people.set_paused, ana.id, False) for _ in range(8))
    for action, left in ((sign_up, 1), (cancel, 0)):
        answers = await outcomes(
            district.database.write(action, ana.telegram_id, event.id, NOW) for _ in range(8)
        )
        assert [a.changed for a in answers].count(True) == 1
        assert {a.card.signed_up for a in answers if not isinstance(a, str)} == {bool(left)}
        assert await seats(district, event.id) == (left, left)


async def test_a_seat_can_be_given_back_and_taken_again(district: District) -> None:
    event = await district.event(capacity=1)
    ana, bo = await district.resident("ana"), await district.resident("bo")
    write = district.database.write
    first = await write(sign_up, ana.telegram_id, event.id, NOW)
    assert (first.changed, first.card.event.taken, first.card.signed_up) == (True, 1, True)
    back = await write(cancel, ana.telegram_id, event.id, NOW)
    assert (back.changed, back.card.event.left, back.card.signed_up) == (True, 1, False)
    assert (await write(cancel, ana.telegram_id, event.id, NOW)).changed is False
    assert (await write(sign_up, bo.telegram_id, event.id, NOW)).changed is True
    await write(cancel, bo.telegram_id, event.id, NOW)
    assert (await write(sign_up, ana.telegram_id, event.id, NOW)).changed is True
    assert await seats(district, event.id) == (1, 1)
    rows = await district.rows(sign_ups)
    assert [(r.person_id, r.state) for r in rows] == [
        (ana.id, SignUpState.SIGNED_UP),
        (bo.id, SignUpState.CANCELLED),
    ]
    assert rows[0].cancelled_at is None


async def test_seats_and_rows_agree_after_any_mixture_at_once(district: District) -> None:
    event = await district.event(capacity=5)
    crowd = [await district.resident(f"p{n}") for n in range(12)]
    chance = random.Random(7)
    for _ in range(6):
        await outcomes(
            district.database.write(
                chance.choice((sign_up, cancel)), chance.choice(crowd).telegram_id, event.id, NOW
            )
            for _ in range(20)
        )
        taken, rows = await seats(district, event.id)
        assert taken == rows <= 5


async def test_whoever_leaves_gives_their_seats_back_once(district: District) -> None:
    event, begun = await district.event(capacity=9), await district.event()
    stays = await district.resident("stays")
    crowd = [await district.resident(f"p{n}") for n in range(6)]
    write = district.database.write
    for person in (stays, *crowd):
        for each in (event, begun):
            await write(sign_up, person.telegram_id, each.id, NOW, wish=Wish(anyway=True))

    def begin(connection: Connection) -> None:
        connection.execute(update(events).where(events.c.id == begun.id).values(starts_at=NOW))

    await write(begin)
    leaving = [write(leave, p.id, NOW, ZONE) for p in crowd]
    pressing = [write(cancel, p.telegram_id, event.id, NOW) for p in crowd]
    at_once = [call for pair in zip(pressing, leaving, strict=True) for call in pair]
    assert set(map(str, await outcomes(at_once))) >= {"None"}
    assert await seats(district, event.id) == (1, 1)
    assert await seats(district, begun.id) == (7, 7), "who was there, was there"


async def test_whoever_moved_away_can_still_give_their_seat_back(district: District) -> None:
    event = await district.event()
    ana = await district.resident("ana")
    write = district.database.write
    await write(sign_up, ana.telegram_id, event.id, NOW)
    await write(people.choose_community, ana.id, district.west.id, NOW)
    card = await district.database.read(event_queries.card, event.id, ana.telegram_id, NOW, ZONE)
    assert card.signed_up
    assert (await write(cancel, ana.telegram_id, event.id, NOW)).changed
    assert await seats(district, event.id) == (0, 0)
    with pytest.raises(Refusal, match="event.not_for_you"):
        await write(sign_up, ana.telegram_id, event.id, NOW)


async def test_an_event_is_for_its_own_community_and_one_of_the_district_for_all(
    district: District,
) -> None:
    near, far = await district.resident("ana"), await district.resident("bo", district.west)
    own, everybodys = await district.event(), await district.event(district.node)
    for action in (sign_up, cancel):
        with pytest.raises(Refusal, match="event.not_for_you"):
            await district.database.write(action, far.telegram_id, own.id, NOW)
    with pytest.raises(Refusal, match="event.not_for_you"):
        await district.database.read(event_queries.card, own.id, far.telegram_id, NOW, ZONE)
    for person in (near, far):
        await district.database.write(sign_up, person.telegram_id, everybodys.id, NOW)
    assert await seats(district, everybodys.id) == (2, 2)
    listed = [
        [
            card.event.id
            for card in (await district.database.read(event_queries.upcoming, p, NOW, 0)).items
        ]
        for p in (near, far)
    ]
    assert listed == [[everybodys.id, own.id], [everybodys.id]]  # their own first


async def test_strangers_and_whoever_left_sign_up_for_nothing(district: District) -> None:
    event = await district.event()
    ana = await district.resident("ana")
    await district.database.write(leave, ana.id, NOW, ZONE)
    for telegram_id in (ana.telegram_id, 999):
        with pytest.raises(Refusal, match="event.not_for_you"):
            await district.database.write(sign_up, telegram_id, event.id, NOW)
    assert await seats(district, event.id) == (0, 0)


async def test_nobody_signs_up_once_it_has_begun_or_was_called_off(district: District) -> None:
    ana = await district.resident("ana")
    event, off = await district.event(), await district.event()
    await district.database.write(sign_up, ana.telegram_id, event.id, NOW)
    await district.database.write(event_actions.cancel, district.mei.id, off.id, NOW)
    bo = await district.resident("bo")
    for action, event_id, now, refusal in (
        (sign_up, event.id, event.starts_at, "event.over"),
        (cancel, event.id, event.starts_at, "event.over"),
        (sign_up, off.id, NOW, "event.cancelled"),
    ):
        with pytest.raises(Refusal, match=refusal):
            await district.database.write(action, bo.telegram_id, event_id, now)
    before = event.starts_at - timedelta(microseconds=1)
    assert (await district.database.write(sign_up, bo.telegram_id, event.id, before)).changed


async def test_the_same_draft_posted_many_times_at_once_is_one_event(district: District) -> None:
    await outcomes(district.database.read(rosters.roster, 1, 0) for _ in range(8))
    posted = await outcomes(district.event(draft_key="one") for _ in range(8))
    assert len({event.id for event in posted}) == 1
    assert len(await district.rows(events)) == len(await district.rows(broadcasts)) == 1


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"title": ""}, "event.title_length"),
        ({"title": "x" * (TITLE_LIMIT + 1)}, "event.title_length"),
        ({"place": ""}, "event.place_length"),
        ({"place": "x" * (PLACE_LIMIT + 1)}, "event.place_length"),
        ({"capacity": 0}, "event.capacity_range"),
        ({"capacity": CAPACITY_LIMIT + 1}, "event.capacity_range"),
        ({"starts_at": NOW}, "event.in_the_past"),
    ],
)
async def test_an_event_out_of_bounds_is_not_posted(
    district: District, given: dict[str, Any], refusal: str
) -> None:
    with pytest.raises(Refusal, match=refusal):
        await district.event(**given)
    assert await district.rows(events) == []


async def test_the_longest_event_fits(district: District) -> None:
    event = await district.event(
        title="题" * TITLE_LIMIT, place="地" * PLACE_LIMIT, capacity=CAPACITY_LIMIT
    )
    assert event.left == CAPACITY_LIMIT


async def test_only_staff_of_the_place_post_cancel_and_see_the_roster(district: District) -> None:
    event = await district.event()
    kim, ana = await district.kim(), await district.resident("ana")
    li = await district.staff("li", Role.COMMUNITY, district.west)
    viewer = await district.staff("viewer", Role.VIEWER, district.east)
    for by in (li, viewer, ana):
        new = NewEvent(f"by {by.name}", district.east.id, "service", "t", "p", NOW + DAY, None)
        with pytest.raises(Refusal, match="refused.not_yours"):
            await district.database.write(event_actions.post, by.id, new, NOW)
        with pytest.raises(Refusal, match="refused.not_yours"):
            await district.database.write(event_actions.cancel, by.id, event.id, NOW)
        with pytest.raises(Refusal, match="refused.not_yours"):
            await district.database.read(rosters.roster_for, event.id, by, NOW, 0)
    await district.database.write(sign_up, ana.telegram_id, event.id, NOW)
    roster = await district.database.read(rosters.roster_for, event.id, kim, NOW, 0)
    assert [seat.name for seat in roster.seats.items] == ["ana"]
    cancelled = await outcomes(
        district.database.write(event_actions.cancel, kim.id, event.id, NOW) for _ in range(5)
    )
    assert cancelled.count("event.cancelled") == 4


async def test_the_list_is_of_open_events_to_come_a_page_at_a_time(district: District) -> None:
    ana = await district.resident("ana")
    made = [await district.event(starts_at=NOW + DAY * (9 - n)) for n in range(LINES + 2)]
    off = await district.event()
    await district.database.write(event_actions.cancel, district.mei.id, off.id, NOW)
    soonest = [event.id for event in reversed(made)]
    read = district.database.read
    first = await read(event_queries.upcoming, ana, NOW, 0)
    assert [card.event.id for card in first.items] == soonest[:LINES]
    second = await read(event_queries.upcoming, ana, NOW, 1)
    assert [card.event.id for card in second.items] == soonest[LINES:]
    assert (await read(event_queries.upcoming, ana, NOW + DAY * 9, 0)).items == []
    assert await read(event_queries.upcoming, ana, NOW, 10**12) == second

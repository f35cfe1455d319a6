"""At the door: who is let in with which code, and what is written down then."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from storage.actions import attendances as ticks
from storage.actions import doors as actions
from storage.actions import events as event_actions
from storage.actions.sign_ups import sign_up
from storage.model.door import FREE, GRACE, WINDOW, Door, Entrance, Pass, Wrong, read_pass
from storage.model.event import Event
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.model.roster import Way
from storage.queries import doors as queries
from storage.queries import events as event_queries
from storage.tables import attendances, doors, guesses

from .district import DAY, NOW, ZONE, District, outcomes

START = NOW + DAY


async def a_door(district: District, **given: Any) -> tuple[Event, Door]:
    """An event that begins at START, of which a code is shown then."""
    event = await district.event(starts_at=START, **given)
    by, secret = district.mei.id, f"secret of {event.id}"
    return event, await district.database.write(actions.show_code, by, event.id, secret, START)


def scan(door: Door, at: Any = START) -> Pass:
    given = read_pass(door.payload(at))
    assert given is not None
    return given


async def scans(
    district: District, person: Person, door: Door, at: Any = START, shown: Any = None
) -> Entrance:
    given = scan(door, shown or at)
    return await district.database.write(actions.enter, person.id, given, at, at)


async def types(
    district: District, person: Person, digits: str, at: Any = START
) -> Entrance | Wrong:
    return await district.database.write(actions.enter_by_digits, person.id, digits, at, at)


def a_wrong_code(door: Door, at: Any = START) -> str:
    return next(code for n in range(9) if not door.knows(code := f"{n:04}", at))


async def test_who_signed_up_is_checked_in_once_and_others_walk_in(district: District) -> None:
    event, door = await a_door(district)
    ana, bo = await district.resident("ana"), await district.resident("bo")
    await district.database.write(sign_up, ana.telegram_id, event.id, NOW, ZONE)
    first = await scans(district, ana, door)
    assert (first.again, first.walked_in) == (False, False)
    second = await scans(district, ana, door)
    assert (second.again, second.walked_in) == (True, False)
    third = await types(district, bo, door.digits(START))
    assert isinstance(third, Entrance)
    assert (third.again, third.walked_in) == (False, True)
    rows = await district.rows(attendances)
    assert [(row.person_id, row.recorded_by, row.way) for row in rows] == [
        (ana.id, ana.id, Way.CHECKED_IN),
        (bo.id, bo.id, Way.WALKED_IN),
    ]


async def test_who_was_ticked_is_in_already_and_whose_tick_was_taken_back_is_let_in(
    district: District,
) -> None:
    event, door = await a_door(district)
    ana, write, by = await district.resident("ana"), district.database.write, district.mei.id
    await write(sign_up, ana.telegram_id, event.id, NOW, ZONE)
    await write(ticks.record, by, event.id, ana.id, START)
    assert (await scans(district, ana, door)).again
    await write(ticks.withdraw, by, event.id, ana.id, START)
    assert not (await scans(district, ana, door)).again
    [row] = await district.rows(attendances)
    assert (row.recorded_by, row.withdrawn_at) == (ana.id, None)


async def test_the_door_keeps_its_secret_however_often_a_code_is_shown(district: District) -> None:
    event, door = await a_door(district)
    write, later = district.database.write, START + timedelta(hours=1)
    again = await write(actions.show_code, district.mei.id, event.id, "another", later)
    assert again == door
    [row] = await district.rows(doors)
    assert row.shown_at == later


async def test_last_weeks_picture_lets_nobody_in(district: District) -> None:
    _event, door = await a_door(district)
    ana = await district.resident("ana")
    for shown in (START - 7 * DAY, START - GRACE - WINDOW, START + WINDOW):
        with pytest.raises(Refusal, match="door.old_link"):
            await scans(district, ana, door, START, shown)
    assert await district.rows(attendances) == []


async def test_a_scan_that_waited_for_us_counts_by_when_it_was_made(district: District) -> None:
    _event, door = await a_door(district)
    ana, write = await district.resident("ana"), district.database.write
    later = START + timedelta(hours=3)
    assert not (await write(actions.enter, ana.id, scan(door), START, later)).again
    [row] = await district.rows(attendances)
    assert row.recorded_at == later


async def test_forged_and_foreign_codes_let_nobody_in(district: District) -> None:
    event, door = await a_door(district)
    _other, other_door = await a_door(district, node_id=district.west.id)
    unshown = await district.event(starts_at=START)
    ana = await district.resident("ana")
    real, foreign = scan(door), scan(other_door)
    forged = (
        Pass(event.id, real.window, "A" * 16),
        Pass(event.id, real.window + 1, real.token),
        Pass(event.id, foreign.window, foreign.token),
        Pass(unshown.id, real.window, real.token),
        Pass(10**17, real.window, real.token),
    )
    write = district.database.write
    calls = [write(actions.enter, ana.id, each, START, START) for each in forged]
    assert await outcomes(calls) == ["door.bad_link"] * len(forged)
    calls = [write(actions.enter, ana.id, foreign, START, START)]
    assert await outcomes(calls) == ["door.out_of_reach"]
    assert isinstance(await types(district, ana, other_door.digits(START)), Wrong)
    assert await district.rows(attendances) == []


async def test_nobody_is_let_in_before_the_event_long_after_it_or_when_it_is_called_off(
    district: District,
) -> None:
    event, door = await a_door(district)
    ana = await district.resident("ana")
    early, late = START - timedelta(hours=2), event.attendance_until
    with pytest.raises(Refusal, match="event.not_begun"):
        await scans(district, ana, door, early)
    with pytest.raises(Refusal, match="event.attendance_over"):
        await scans(district, ana, door, late)
    await district.database.write(event_actions.cancel, district.mei.id, event.id, NOW)
    with pytest.raises(Refusal, match="event.cancelled"):
        await scans(district, ana, door)
    assert await district.database.read(queries.shown_to, ana.id, START) == []


async def test_only_staff_of_the_place_show_a_code_and_only_while_it_is_of_use(
    district: District,
) -> None:
    event = await district.event(starts_at=START)
    li = await district.staff("li", Role.COMMUNITY, district.west)
    viewer = await district.staff("viewer", Role.VIEWER, district.east)
    write, kim = district.database.write, await district.kim()
    asked = (
        (li, START),
        (viewer, START),
        (kim, START - timedelta(hours=1, seconds=1)),
        (kim, event.attendance_until),
    )
    calls = [write(actions.show_code, by.id, event.id, "secret", at) for by, at in asked]
    assert await outcomes(calls) == [
        *["refused.not_yours"] * 2,
        "event.not_begun",
        "event.attendance_over",
    ]
    assert await district.rows(doors) == []


async def test_guessing_is_slowed_down_and_a_right_code_begins_anew(district: District) -> None:
    _event, door = await a_door(district)
    ana, wrong = await district.resident("ana"), a_wrong_code(door)
    for left in reversed(range(FREE)):
        answer = await types(district, ana, wrong)
        assert isinstance(answer, Wrong)
        assert answer.left == left
    assert isinstance(answer, Wrong)
    assert answer.until is not None
    # Whoever waits is not let in with the right one either, but by scanning.
    assert isinstance(await types(district, ana, door.digits(START)), Wrong)
    at = answer.until
    assert isinstance(await types(district, ana, a_wrong_code(door, at), at), Wrong)
    twice = await types(district, ana, door.digits(at), at)
    assert isinstance(twice, Wrong)
    assert twice.until is not None
    assert twice.until - at == 2 * (at - START)
    at = twice.until
    assert isinstance(await types(district, ana, door.digits(at), at), Entrance)
    assert await district.rows(guesses) == []


async def test_a_scan_lets_in_who_guessed_too_often(district: District) -> None:
    _event, door = await a_door(district)
    ana = await district.resident("ana")
    for _ in range(FREE):
        await types(district, ana, a_wrong_code(door))
    assert not (await scans(district, ana, door)).again


async def test_digits_are_asked_for_only_where_a_code_is_shown_for_oneself(
    district: District,
) -> None:
    ana = await district.resident("ana")
    li = await district.resident("li", district.west)
    _event, door = await a_door(district)
    read = district.database.read
    assert [each.door for each in await read(queries.shown_to, ana.id, START)] == [door]
    assert await read(queries.shown_to, li.id, START) == []
    assert await read(queries.shown_to, ana.id, START + 2 * DAY) == []


async def test_of_two_events_with_the_same_code_it_is_the_one_signed_up_for(
    district: District,
) -> None:
    (_one, door), other = await a_door(district), await district.event(starts_at=START)
    secret = next(
        each
        for each in map(str, range(10**6))
        if Door(other.id, each).digits(START) == door.digits(START)
    )
    by, write = district.mei.id, district.database.write
    await write(actions.show_code, by, other.id, secret, START)
    ana, bo = await district.resident("ana"), await district.resident("bo")
    await write(sign_up, ana.telegram_id, other.id, NOW, ZONE)
    entrance = await types(district, ana, door.digits(START))
    assert isinstance(entrance, Entrance)
    assert entrance.event.id == other.id
    with pytest.raises(Refusal, match="door.several"):
        await types(district, bo, door.digits(START))


async def test_many_scans_at_once_of_one_person_are_one(district: District) -> None:
    event, door = await a_door(district)
    ana = await district.resident("ana")
    found = await asyncio.gather(*(scans(district, ana, door) for _ in range(8)))
    assert sorted(each.again for each in found) == [False, *[True] * 7]
    assert len(await district.rows(attendances)) == 1
    assert (await district.database.read(event_queries.by_id, event.id)).taken == 0

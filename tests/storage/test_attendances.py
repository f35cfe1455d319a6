"""Attendance: who holds a seat and came is ticked, and can be an audience."""

from datetime import timedelta
from typing import Any

import pytest

from storage.actions import attendances as actions
from storage.actions import confirmations, headcounts, people
from storage.actions import events as event_actions
from storage.actions.sign_ups import cancel, sign_up
from storage.model.audience import Behaviour, Deed
from storage.model.event import AFTERWARDS, ARRIVING, Event
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.queries import rosters
from storage.tables import attendances

from .district import DAY, NOW, ZONE, District, outcomes

START = NOW + DAY


async def an_event(district: District, *names: str, **given: Any) -> tuple[Event, list[Person]]:
    """An event that begins at START, for which residents of these names signed up."""
    event = await district.event(starts_at=START, **given)
    crowd = [await district.resident(name) for name in names]
    for person in crowd:
        await district.database.write(sign_up, person.telegram_id, event.id, NOW, ZONE)
    return event, crowd


async def came(district: District, event: Event) -> dict[str, bool | None]:
    """What the roster says of each."""
    seats = (await district.database.read(rosters.roster, event.id, 0)).items
    return {seat.name: seat.came for seat in seats}


# Ticking


async def test_a_tick_is_set_taken_back_and_set_again(district: District) -> None:
    event, [ana, _] = await an_event(district, "ana", "bo")
    kim, mei, write = await district.kim(), district.mei, district.database.write
    assert await came(district, event) == {"ana": None, "bo": None}
    await write(actions.record, kim.id, event.id, ana.id, START)
    await write(actions.record, mei.id, event.id, ana.id, START + DAY)
    [row] = await district.rows(attendances)
    assert (row.recorded_by, row.recorded_at, row.withdrawn_at) == (kim.id, START, None)
    assert await came(district, event) == {"ana": True, "bo": None}
    for _ in range(2):
        await write(actions.withdraw, kim.id, event.id, ana.id, START + DAY)
    assert await came(district, event) == {"ana": False, "bo": None}
    await write(actions.record, mei.id, event.id, ana.id, event.over_at + DAY / 2)
    [row] = await district.rows(attendances)
    assert (row.recorded_by, row.recorded_at) == (mei.id, event.over_at + DAY / 2)
    assert row.withdrawn_at is None


async def test_a_tick_that_was_never_set_can_be_taken_back_without_a_trace(
    district: District,
) -> None:
    event, [ana] = await an_event(district, "ana")
    await district.database.write(actions.withdraw, district.mei.id, event.id, ana.id, START)
    assert await district.rows(attendances) == []


async def test_all_came_leaves_out_whose_tick_was_taken_back(district: District) -> None:
    event, [ana, bo, li] = await an_event(district, "ana", "bo", "li")
    gone = await district.resident("gone")
    write, by = district.database.write, district.mei.id
    await write(sign_up, gone.telegram_id, event.id, NOW, ZONE)
    await write(cancel, gone.telegram_id, event.id, NOW, ZONE)
    await write(actions.record, by, event.id, ana.id, START)
    await write(actions.record, by, event.id, bo.id, START)
    await write(actions.withdraw, by, event.id, bo.id, START)
    assert await write(actions.record_all, by, event.id, START) == 1
    assert await came(district, event) == {"ana": True, "bo": False, "li": True}
    assert await write(actions.record_all, by, event.id, START) == 0
    assert {row.person_id for row in await district.rows(attendances)} == {ana.id, bo.id, li.id}


async def test_nobody_to_tick_is_no_mistake(district: District) -> None:
    event, _ = await an_event(district)
    by = district.mei.id
    assert await district.database.write(actions.record_all, by, event.id, START) == 0
    assert await came(district, event) == {}


async def test_two_staff_who_tick_at_once_make_one_tick(district: District) -> None:
    event, crowd = await an_event(district, "ana", "bo", "li")
    kim, mei, write = await district.kim(), district.mei, district.database.write
    # Connections are there already, so that the presses really meet.
    await outcomes(write(people.set_paused, crowd[0].id, False) for _ in range(8))
    ticks = [
        write(actions.record, by.id, event.id, person.id, START)
        for person in crowd
        for by in (kim, mei)
    ]
    everybody = [write(actions.record_all, by.id, event.id, START) for by in (kim, mei)]
    answers = await outcomes([*ticks[:3], *everybody, *ticks[3:]])
    assert not [answer for answer in answers if isinstance(answer, str)]
    assert len(await district.rows(attendances)) == 3
    assert set((await came(district, event)).values()) == {True}


# What is refused


async def test_only_staff_of_the_place_tick(district: District) -> None:
    event, [ana] = await an_event(district, "ana")
    li = await district.staff("li", Role.COMMUNITY, district.west)
    viewer = await district.staff("viewer", Role.VIEWER, district.east)
    write = district.database.write
    for by in (li, viewer, ana):
        assert (
            await outcomes(
                [
                    write(actions.record, by.id, event.id, ana.id, START),
                    write(actions.withdraw, by.id, event.id, ana.id, START),
                    write(actions.record_all, by.id, event.id, START),
                ]
            )
            == ["refused.not_yours"] * 3
        )
    assert await district.rows(attendances) == []


async def test_who_holds_no_seat_is_not_ticked(district: District) -> None:
    event, [ana] = await an_event(district, "ana")
    write, by = district.database.write, district.mei.id
    stranger = await district.resident("stranger")
    await write(cancel, ana.telegram_id, event.id, NOW, ZONE)
    for person_id in (ana.id, stranger.id, 2**62):
        with pytest.raises(Refusal, match="event.no_seat"):
            await write(actions.record, by, event.id, person_id, START)
    assert await district.rows(attendances) == []


async def test_who_was_ticked_and_gave_the_seat_back_stays_in_the_roster_until_unticked(
    district: District,
) -> None:
    event, [ana] = await an_event(district, "ana")
    write, by, early = district.database.write, district.mei.id, START - ARRIVING
    await write(actions.record, by, event.id, ana.id, early)
    await write(cancel, ana.telegram_id, event.id, early, ZONE)
    await write(actions.record, by, event.id, ana.id, early)
    assert await came(district, event) == {"ana": True}
    await write(actions.withdraw, by, event.id, ana.id, early)
    assert await came(district, event) == {}
    with pytest.raises(Refusal, match="event.no_seat"):
        await write(actions.record, by, event.id, ana.id, early)


async def test_who_comes_is_recorded_from_an_hour_before_the_start_until_a_day_after_the_end(
    district: District,
) -> None:
    event, [ana] = await an_event(district, "ana")
    write, by = district.database.write, district.mei.id
    for early in (NOW, START - ARRIVING - timedelta(microseconds=1)):
        assert not event.takes_attendance(early)
        assert (
            await outcomes(
                [
                    write(actions.record, by, event.id, ana.id, early),
                    write(actions.withdraw, by, event.id, ana.id, early),
                    write(actions.record_all, by, event.id, early),
                ]
            )
            == ["event.not_begun"] * 3
        )
    over = event.over_at + AFTERWARDS
    for now in (START - ARRIVING, START, over - timedelta(microseconds=1)):
        assert event.takes_attendance(now)
        await write(actions.record, by, event.id, ana.id, now)
        await write(actions.withdraw, by, event.id, ana.id, now)
    assert not event.takes_attendance(over)


async def test_who_came_is_said_until_it_is_confirmed_however_late(district: District) -> None:
    event, [ana, bo] = await an_event(district, "ana", "bo")
    write, by = district.database.write, district.mei.id
    late = event.over_at + AFTERWARDS + timedelta(days=3)
    await write(actions.record, by, event.id, ana.id, late)
    await write(headcounts.add, by, event.id, 5, late)
    await write(confirmations.hold, by, event.id, late, ZONE)
    changes = [
        write(actions.record, by, event.id, bo.id, late),
        write(actions.withdraw, by, event.id, ana.id, late),
        write(headcounts.add, by, event.id, 5, late),
    ]
    assert await outcomes(changes) == ["event.attendance_over"] * 3
    await write(confirmations.unsay, by, event.id, late, ZONE)
    await write(actions.record, by, event.id, bo.id, late)


async def test_an_event_that_was_called_off_takes_no_attendance(district: District) -> None:
    event, [ana] = await an_event(district, "ana")
    write, by = district.database.write, district.mei.id
    cancelled = await write(event_actions.cancel, by, event.id, NOW)
    assert not cancelled.takes_attendance(START)
    assert (
        await outcomes(
            [
                write(actions.record, by, event.id, ana.id, START),
                write(actions.withdraw, by, event.id, ana.id, START),
                write(actions.record_all, by, event.id, START),
            ]
        )
        == ["event.cancelled"] * 3
    )


async def test_an_event_that_does_not_exist_is_refused(district: District) -> None:
    with pytest.raises(Refusal, match="event.not_for_you"):
        await district.database.write(actions.record_all, district.mei.id, 999, START)


# The audience


async def test_who_came_and_who_did_not_is_an_audience(district: District) -> None:
    event, [ana, bo, _] = await an_event(district, "ana", "bo", "li")
    await district.resident("never signed up")
    await district.resident("far", district.west)
    write, by = district.database.write, district.mei.id
    for person in (ana, bo):
        await write(actions.record, by, event.id, person.id, START)
    await write(actions.withdraw, by, event.id, bo.id, START)
    others = ["bo", "li", "never signed up"]
    for done, event_id, names in (
        (True, event.id, ["ana"]),
        (False, event.id, others),
        (True, event.id + 1, []),
    ):
        behaviour = Behaviour(Deed.ATTENDED, done, subject_id=event_id)
        assert await district.chosen(behaviour) == names


async def test_an_event_that_has_begun_is_not_called_off(district: District) -> None:
    event, _ = await an_event(district, "ana")
    cancelling = district.database.write(event_actions.cancel, district.mei.id, event.id, START)
    assert await outcomes([cancelling]) == ["event.over"]

"""The roster: four facts about who came, found by name, added, and taken back."""

import asyncio
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest

from storage.actions import attendances as actions
from storage.actions import headcounts as counts
from storage.actions import people
from storage.actions.paper_lists import record_list
from storage.actions.sign_ups import sign_up
from storage.model.event import Event
from storage.model.paper_list import OnPaper, PaperList, Recorded, Recording
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.model.roster import Roster, Way, read_count
from storage.queries import rosters
from storage.queries.paper_lists import paper_list_for
from storage.tables import attendances, headcounts, no_shows

from .district import DAY, NOW, ZONE, District, outcomes

START = NOW + DAY


async def an_event(district: District, *names: str) -> tuple[Event, list[Person]]:
    """An event that begins at START, for which residents of these names signed up."""
    event = await district.event(starts_at=START)
    crowd = [await district.resident(name) for name in names]
    for person in crowd:
        await district.database.write(sign_up, person.telegram_id, event.id, NOW, ZONE)
    return event, crowd


async def does(district: District, action: Any, event: Event, *given: Any) -> Any:
    """Something that the owner does at the door."""
    arguments = (district.mei.id, event.id, *given, START)
    return await district.database.write(lambda connection: action(connection, *arguments))


async def roster(district: District, event: Event, page: int = 0) -> Roster:
    read = district.database.read
    return await read(rosters.roster_for, event.id, district.mei, START, page)


async def marks(district: District, event: Event) -> dict[str, str]:
    """What the roster says of each."""
    seats = (await roster(district, event)).seats.items
    return {
        seat.name: ("came" if seat.came else "missed" if seat.missed else "open")
        + ("" if seat.seated else ", walked in")
        for seat in seats
    }


async def test_registered_attended_walk_in_and_no_show_are_four_facts(district: District) -> None:
    event, [ana, bo, li] = await an_event(district, "ana", "bo", "li")
    kim = await district.resident("kim")
    await does(district, actions.record, event, ana.id)
    await does(district, actions.miss, event, bo.id)
    await does(district, actions.walk_in, event, kim.id)
    await does(district, counts.add, event, 5)
    assert await marks(district, event) == {
        "ana": "came",
        "bo": "missed",
        "li": "open",
        "kim": "came, walked in",
    }
    found = await roster(district, event)
    assert (found.came, found.walk_ins, found.no_shows, found.unnamed) == (2, 1, 1, 5)
    assert (found.signed_up, found.open, found.absent) == (3, 1, 1)
    rows = await district.rows(attendances)
    assert [(row.person_id, row.way) for row in rows] == [
        (ana.id, Way.TICKED),
        (kim.id, Way.WALKED_IN),
    ]
    assert [row.person_id for row in await district.rows(no_shows)] == [bo.id]
    assert li.id


async def test_each_of_them_is_taken_back_and_set_again(district: District) -> None:
    event, [ana, bo] = await an_event(district, "ana", "bo")
    kim = await district.resident("kim")
    before = await roster(district, event)
    for _ in range(2):
        await does(district, actions.record, event, ana.id)
        await does(district, actions.miss, event, bo.id)
        await does(district, actions.walk_in, event, kim.id)
        five = await does(district, counts.add, event, 5)
        assert (await roster(district, event)).came == 2
        await does(district, actions.withdraw, event, ana.id)
        await does(district, actions.unmiss, event, bo.id)
        await does(district, actions.withdraw, event, kim.id)
        for _ in range(2):
            await does(district, counts.withdraw, event, five)
        after = await roster(district, event)
        assert (after.came, after.walk_ins, after.no_shows, after.unnamed) == (0, 0, 0, 0)
    # Who walked in stays in sight, to be ticked again.
    await does(district, actions.record, event, kim.id)
    assert (await marks(district, event))["kim"] == "came, walked in"
    assert before.came == 0


async def test_who_comes_is_no_no_show_and_a_no_show_did_not_come(district: District) -> None:
    event, [ana] = await an_event(district, "ana")
    for _ in range(2):
        await does(district, actions.record, event, ana.id)
        assert await marks(district, event) == {"ana": "came"}
        await does(district, actions.miss, event, ana.id)
        assert await marks(district, event) == {"ana": "missed"}
    assert len(await district.rows(attendances)) == len(await district.rows(no_shows)) == 1


async def test_a_slip_that_took_a_mark_away_gives_it_back(district: District) -> None:
    event, [ana, bo] = await an_event(district, "ana", "bo")
    slips = (
        (actions.record, actions.miss, actions.unmiss, ana, "came", "missed"),
        (actions.miss, actions.record, actions.withdraw, bo, "missed", "came"),
    )
    for mark, slip, undo, person, meant, slipped in slips:
        given = (district.mei.id, event.id, person.id)
        for minute, (action, shown) in enumerate(
            ((mark, meant), (slip, slipped), (undo, meant), (slip, slipped), (undo, meant))
        ):
            await district.database.write(action, *given, START + timedelta(minutes=minute))
            assert (await marks(district, event))[person.name] == shown


async def test_of_the_rest_it_is_said_at_once_that_they_came_or_did_not(
    district: District,
) -> None:
    event, [ana, bo, li] = await an_event(district, "ana", "bo", "li")
    await does(district, actions.record, event, ana.id)
    await does(district, actions.miss, event, bo.id)
    assert await does(district, actions.record_all, event) == 1
    assert await marks(district, event) == {"ana": "came", "bo": "missed", "li": "came"}
    await does(district, actions.withdraw, event, li.id)
    await does(district, actions.unmiss, event, bo.id)
    # Of li it was said: a tick was taken back.
    assert await does(district, actions.miss_all, event) == 1
    assert await marks(district, event) == {"ana": "came", "bo": "missed", "li": "open"}


async def test_only_who_holds_a_seat_can_miss_it_and_only_people_of_the_place_walk_in(
    district: District,
) -> None:
    event, _ = await an_event(district)
    here, away = await district.resident("here"), await district.resident("away", district.west)
    with pytest.raises(Refusal, match="event.no_seat"):
        await does(district, actions.miss, event, here.id)
    for stranger in (away.id, 2**62):
        with pytest.raises(Refusal, match="door.not_of_here"):
            await does(district, actions.walk_in, event, stranger)
    for number in (0, -1, 10**6):
        with pytest.raises(Refusal, match="door.count_range"):
            await does(district, counts.add, event, number)
    with pytest.raises(Refusal, match="door.no_number"):
        await does(district, counts.withdraw, event, 999)
    assert await district.rows(attendances) == await district.rows(headcounts) == []


async def test_others_than_the_staff_of_the_place_change_nothing(district: District) -> None:
    event, [ana] = await an_event(district, "ana")
    li = await district.staff("li", Role.COMMUNITY, district.west)
    write = district.database.write
    calls = [
        *(
            write(action, li.id, event.id, ana.id, START)
            for action in (actions.miss, actions.unmiss, actions.walk_in, counts.add)
        ),
        write(actions.miss_all, li.id, event.id, START),
        write(counts.withdraw, li.id, event.id, 1, START),
        write(record_list, li.id, event.id, Recording((ana.id,), (), ()), START),
    ]
    assert await outcomes(calls) == ["refused.not_yours"] * len(calls)
    with pytest.raises(Refusal, match="refused.not_yours"):
        await district.database.read(rosters.found_for, event.id, li, "ana")


async def test_a_name_is_found_on_the_roster_first_and_then_among_the_people(
    district: District,
) -> None:
    event, [anabel] = await an_event(district, "anabel")
    await district.resident("ana")
    await district.resident("diana", district.west)
    await district.resident("50%")

    async def found(text: str) -> list[tuple[str, bool]]:
        read = district.database.read
        seats = (await read(rosters.found_for, event.id, district.mei, text)).items
        return [(seat.name, seat.seated) for seat in seats]

    assert await found("ANA") == [("anabel", True), ("ana", False)]
    assert await found(" ana ") == [("anabel", True), ("ana", False)]
    assert await found("%") == [("50%", False)]
    assert await found("") == await found("x" * 200) == await found("zz") == []
    await does(district, actions.walk_in, event, anabel.id)
    assert (await district.rows(attendances))[0].way == Way.TICKED


async def test_namesakes_are_told_apart_wherever_they_stand(district: District) -> None:
    event, _ = await an_event(district, "ana")
    other = await district.resident("ana")
    await does(district, actions.walk_in, event, other.id)
    seats = (await roster(district, event)).seats.items
    assert len({seat.namesake for seat in seats} - {None}) == 2


async def test_pages_go_from_who_signed_up_to_who_walked_in(district: District) -> None:
    event, crowd = await an_event(district, *(f"a{n}" for n in range(10)))
    for n in range(10):
        person = await district.resident(f"b{n}")
        await does(district, actions.walk_in, event, person.id)
    names = [
        [seat.name for seat in (await roster(district, event, page)).seats.items]
        for page in range(3)
    ]
    assert [len(each) for each in names] == [8, 8, 4]
    assert [*chain(*names)] == [f"{group}{n}" for group in "ab" for n in range(10)]
    assert crowd


async def test_two_staff_at_once_make_one_fact_of_each_kind(district: District) -> None:
    event, [ana, bo] = await an_event(district, "ana", "bo")
    li, kim = await district.resident("li"), await district.kim()
    write, staff = district.database.write, (kim, district.mei)
    # Connections are there already, so that the presses really meet.
    await outcomes(write(people.set_paused, ana.id, False) for _ in range(8))
    calls = [
        write(action, by.id, event.id, person.id, START)
        for action, person in (
            (actions.record, ana),
            (actions.miss, bo),
            (actions.walk_in, li),
        )
        for by in staff
        for _ in range(2)
    ]
    assert await outcomes(calls) == [None] * len(calls)
    await asyncio.gather(*(write(counts.add, by.id, event.id, 1, START) for by in staff))
    found = await roster(district, event)
    assert (found.came, found.walk_ins, found.no_shows, found.unnamed) == (2, 1, 1, 2)
    assert len(await district.rows(attendances)) == 2


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("+5", 5),
        ("5 more", 5),
        ("再来五个人", 5),
        ("另有12人", 12),
        ("十个", 10),
        ("３", 3),
    ],
)
def test_how_many_came_is_read_as_it_is_typed(text: str, number: int) -> None:
    assert read_count(text) == number


@pytest.mark.parametrize("text", ["", "many", "0", "-3", "1000000", "5.5", "5 6"])
def test_what_is_no_number_of_people_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_count(text)


# Lists on paper


def line(name: str, came: bool | None = True, number: int | None = None, row: int = 2) -> OnPaper:
    return OnPaper(name, number, came, "list", row, {"name": 0, "number": 1, "came": 2})


async def sorted_out(district: District, event: Event, *lines: OnPaper) -> PaperList:
    read = district.database.read
    return await read(paper_list_for, event.id, district.mei, lines)


async def test_a_list_says_of_each_line_who_is_meant_and_guesses_nobody(
    district: District,
) -> None:
    event, [ana, bo, li, mo] = await an_event(district, "Ana", "bo", "li", "mo")
    kim = await district.resident("kim")
    one, other = await district.resident("wang"), await district.resident("wang")
    await does(district, actions.record, event, li.id)
    found = await sorted_out(
        district,
        event,
        line("ana", row=2),
        line("bo", False, row=3),
        line("li", row=4),
        line("mo", None, row=5),
        line("kim", row=6),
        line("wang", row=7),
        line("wang", number=other.id, row=8),
        line("nobody", row=9),
        line("nobody", False, row=10),
        line("kim ", row=11),
        line("bo", number=999, row=12),
        line("stranger", None, row=13),
    )
    assert [each.id for each in found.came] == [ana.id, kim.id, other.id]
    assert found.walk_ins == 2
    assert [each.id for each in found.missed] == [bo.id]
    assert [each.name for each in found.nameless] == ["nobody"]
    assert found.same == 1
    told = [(each.line.row, each.column, each.why.key) for each in found.wrong]
    assert told == [
        (7, "name", "door.list_namesakes"),
        (11, "name", "door.list_twice"),
        (12, "number", "door.list_no_such"),
        (13, "came", "door.list_no_mark"),
    ]
    assert _numbers(found.wrong[0].why) == [one.id, other.id]
    assert mo.id


def _numbers(why: Refusal) -> list[int]:
    """Of those between whom a list does not tell."""
    choices: Any = why.names["choices"]
    return [number for number, _ in choices]


async def test_a_list_recorded_twice_counts_once_and_can_be_taken_back(district: District) -> None:
    event, [ana, bo] = await an_event(district, "ana", "bo")
    kim = await district.resident("kim")
    new = Recording((ana.id, kim.id), (bo.id,), (("x", 1), ("y", 1), ("others", 7)))
    assert await does(district, record_list, event, new) == Recorded(2, 1, 9)
    assert await does(district, record_list, event, new) == Recorded(0, 0, 0)
    found = await roster(district, event)
    assert (found.came, found.walk_ins, found.no_shows, found.unnamed) == (2, 1, 1, 9)
    [row, *_] = await district.rows(headcounts)
    # A number that was put right on the list takes the place of the one before.
    corrected = Recording((), (), (("x", 1), ("others", 6)))
    later = START + timedelta(minutes=5)
    write, by = district.database.write, district.mei.id
    assert (await write(record_list, by, event.id, corrected, later)).nameless == -1
    await write(counts.withdraw, by, event.id, row.id, later)
    assert (await roster(district, event)).unnamed == 6


async def test_five_thousand_lines_are_recorded_whole(district: District) -> None:
    event, _ = await an_event(district)
    new = Recording((), (), tuple((f"line {n}", 1) for n in range(5_000)))
    assert (await does(district, record_list, event, new)).nameless == 5_000
    assert (await roster(district, event)).unnamed == 5_000
    read = district.database.read
    found = await read(rosters.headcounts_for, event.id, district.mei, 0)
    assert [(each.count, each.way) for each in found.numbers.items] == [(5_000, Way.PAPER)]
    assert found.total == 5_000

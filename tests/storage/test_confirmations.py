"""Confirmation: what staff say took place counts, and nothing else does."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, insert

from storage.actions import confirmations as actions
from storage.actions import events as event_actions
from storage.actions.attendances import record
from storage.actions.sign_ups import sign_up
from storage.model.event import Event, EventState
from storage.model.figure import Adds, Measure
from storage.model.period import Days, year_of
from storage.model.roles import Role
from storage.model.roster import Way
from storage.model.subject import SubjectKind
from storage.queries.figures.counting import figure
from storage.queries.figures.left_out import left_out
from storage.queries.turnouts import turnout
from storage.tables import closings, headcounts

from .district import DAY, NOW, ZONE, District, outcomes

START = NOW + DAY
LATER = START + timedelta(hours=3)
SOURCES = {
    "occasions": Adds.COUNT,
    "attendances": Adds.SUM,
    "persons": Adds.PERSONS,
    "events": Adds.COUNT,
    "sign_ups": Adds.COUNT,
}


async def an_event(district: District) -> Event:
    """One to which ana and bo signed up, ana came, and five more whom nobody named."""
    event = await district.event(starts_at=START)
    write, by = district.database.write, district.mei.id
    ana, bo = [await district.resident(name) for name in ("ana", "bo")]
    for person in (ana, bo):
        await write(sign_up, person.telegram_id, event.id, NOW, ZONE)
    await write(record, by, event.id, ana.id, START)
    await write(_five_more, event.id, by)
    return event


def _five_more(connection: Connection, event_id: int, by: int) -> None:
    row = {"way": Way.WALKED_IN, "recorded_by": by, "recorded_at": START}
    connection.execute(insert(headcounts).values(event_id=event_id, count=5, **row))


async def counted(district: District) -> dict[str, int]:
    days, found = Days(year_of(LATER.date()), ZONE, LATER), {}
    for name, adds in SOURCES.items():
        measure = Measure.of("attendances" if name == "persons" else name, adds)
        told = await district.database.read(figure, measure, district.east, days)
        found[name] = int(told.number)
    return found


async def not_counted(district: District, source: str = "occasions") -> dict[str, int]:
    days = Days(year_of(LATER.date()), ZONE, LATER)
    of = (Measure.of(source, SOURCES[source]), district.east, days)
    return await district.database.read(left_out, *of)


NOTHING = {"occasions": 0, "attendances": 0, "persons": 0, "events": 1, "sign_ups": 2}


async def test_an_event_counts_when_staff_say_that_it_took_place(district: District) -> None:
    event, kim = await an_event(district), await district.kim()
    write = district.database.write
    assert await counted(district) == NOTHING
    for source in ("occasions", "attendances"):
        assert await not_counted(district, source) == {"unconfirmed": 1}
    assert await write(actions.hold, kim.id, event.id, LATER, ZONE)
    held = {"occasions": 1, "attendances": 6, "persons": 1, "events": 1, "sign_ups": 2}
    assert await counted(district) == held
    assert await not_counted(district) == {}
    found = await district.database.read(turnout, event)
    assert (found.named, found.nameless, found.came, found.signed_up) == (1, 5, 6, 2)

    assert not await write(actions.hold, kim.id, event.id, LATER, ZONE), "said twice is said once"
    assert await write(actions.not_held, kim.id, event.id, LATER, ZONE)
    assert await counted(district) == NOTHING | {"events": 0, "sign_ups": 0}
    for source in ("occasions", "attendances", "events"):
        assert await not_counted(district, source) == {"not_held": 1}
    assert await write(actions.unsay, kim.id, event.id, LATER, ZONE)
    assert not await write(actions.unsay, kim.id, event.id, LATER, ZONE)
    assert await not_counted(district) == {"unconfirmed": 1}
    moves = await district.history(SubjectKind.EVENT, event.id)
    said = ["open", "held", "not_held", "closed"]
    assert [move.to_state for move in moves] == said
    assert {move.by_name for move in moves[1:]} == {"kim"}


async def test_who_may_not_say_it_and_when_it_cannot_be_said(district: District) -> None:
    event = await an_event(district)
    li = await district.staff("li", Role.COMMUNITY, district.west)
    viewer = await district.staff("viewer", Role.VIEWER, district.east)
    write, mei = district.database.write, district.mei.id
    for by in (li, viewer):
        calls = [write(actions.hold, by.id, event.id, LATER, ZONE)]
        assert await outcomes(calls) == ["refused.not_yours"]
    soon = START - timedelta(seconds=1)
    every = (actions.hold, actions.not_held, actions.unsay)
    early = [write(each, mei, event.id, soon, ZONE) for each in every]
    assert await outcomes(early) == ["held.not_begun"] * 3
    off = await district.event(starts_at=START)
    await write(event_actions.cancel, mei, off.id, NOW)
    late = [write(each, mei, off.id, LATER, ZONE) for each in every]
    assert await outcomes(late) == ["event.cancelled"] * 3
    missing = [write(actions.hold, mei, 999, LATER, ZONE)]
    assert await outcomes(missing) == ["event.not_for_you"]


@pytest.mark.parametrize(("zone", "refused"), [(ZONE, True), (ZoneInfo("America/New_York"), False)])
async def test_nothing_is_confirmed_into_a_closed_year(
    district: District, zone: ZoneInfo, refused: bool
) -> None:
    """By the district's own days: at this midnight one place is in another year than the other."""
    midnight = Days(year_of(date(2027, 1, 1)), ZONE, NOW).bounds()[0]
    event = await district.event(starts_at=midnight)
    await district.database.write(_closed, district, 2027)
    hold = district.database.write(actions.hold, district.mei.id, event.id, midnight + DAY, zone)
    assert await outcomes([hold]) == (["closing.is_closed"] if refused else [True])


def _closed(connection: Connection, district: District, year: int) -> None:
    row = {"state": "closed", "basis": "", "figures": "{}", "digest": "", "signed_at": NOW}
    connection.execute(insert(closings).values(node_id=district.east.id, year=year, **row))


async def test_of_two_who_say_the_opposite_at_once_the_later_is_heard(district: District) -> None:
    event, kim = await an_event(district), await district.kim()
    write = district.database.write
    calls = [
        write(actions.hold, kim.id, event.id, LATER, ZONE),
        write(actions.not_held, district.mei.id, event.id, LATER, ZONE),
    ]
    assert await outcomes(calls) == [True, True]
    moves = await district.history(SubjectKind.EVENT, event.id)
    assert {move.to_state for move in moves[1:]} == {EventState.HELD, EventState.NOT_HELD}


async def test_what_is_to_come_and_what_was_called_off_is_told_apart(district: District) -> None:
    coming = await district.event(starts_at=LATER + DAY)
    off = await district.event(starts_at=START)
    await district.database.write(event_actions.cancel, district.mei.id, off.id, NOW)
    assert await not_counted(district) == {"called_off": 1, "to_come": 1}
    assert await not_counted(district, "events") == {"called_off": 1}
    assert (await counted(district))["events"] == 1
    assert coming.state is EventState.OPEN


async def test_of_answers_at_once_the_first_stays(district: District) -> None:
    write, by = district.database.write, district.mei.id
    for _ in range(5):
        event = await district.event(starts_at=START)
        answers = [
            write(actions.answer, by, event.id, LATER, ZONE, held=held)
            for held in (True, False, True)
        ]
        assert sorted(map(str, await outcomes(answers))) == ["None", *["held.said_since"] * 2]
        # Who has seen what was said may still change it.
        assert await write(actions.not_held, by, event.id, LATER, ZONE) in (True, False)
        assert await write(actions.hold, by, event.id, LATER, ZONE)

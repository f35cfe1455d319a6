"""Feedback: once of each who came, and nothing that is kept tells whose it is."""

from datetime import datetime, timedelta

import pytest

from storage.actions import confirmations
from storage.actions import feedback as actions
from storage.actions.attendances import record
from storage.actions.sign_ups import sign_up
from storage.model.event import Event
from storage.model.feedback import TAKEN
from storage.model.person import Person
from storage.model.sign_up import Wish
from storage.queries.feedback import may_answer, opinions, unasked
from storage.tables import feedback, feedback_givers

from .district import DAY, NOW, ZONE, District, outcomes

ANYWAY = Wish(anyway=True)

START = NOW + DAY
LATER = START + DAY


async def an_event(district: District, *names: str) -> tuple[Event, list[Person]]:
    """One that took place, to which residents of these names came."""
    event, write = await district.event(starts_at=START), district.database.write
    crowd = [await district.resident(name) for name in names]
    for person in crowd:
        await write(sign_up, person.telegram_id, event.id, NOW, ZONE, ANYWAY)
        await write(record, district.mei.id, event.id, person.id, START)
    await write(confirmations.hold, district.mei.id, event.id, START, ZONE)
    return event, crowd


async def test_each_who_came_answers_once_and_staff_see_it_from_three_on(
    district: District,
) -> None:
    event, crowd = await an_event(district, "ana", "bo", "li")
    write, read = district.database.write, district.database.read
    for n, person in enumerate(crowd):
        assert not (await read(opinions, event.id)).shown
        assert await read(may_answer, event.id, person.telegram_id)
        await write(actions.rate, person.telegram_id, event.id, 3 + n % 2, f"key {n}", LATER)
        assert not await read(may_answer, event.id, person.telegram_id)
        again = [write(actions.rate, person.telegram_id, event.id, 1, "other", LATER)]
        assert await outcomes(again) == ["feedback.given"]
    await write(actions.say, "key 1", " 很好 ")
    await write(actions.rate_anew, "key 0", 5)
    found = await read(opinions, event.id)
    assert (found.count, str(found.average), found.words) == (3, "4.0", ["很好"])


async def test_nothing_that_is_kept_tells_whose_an_answer_is(district: District) -> None:
    event, [ana] = await an_event(district, "ana")
    await district.database.write(actions.rate, ana.telegram_id, event.id, 2, "key", LATER)
    assert set(feedback.c.keys()) == {"key", "event_id", "stars", "words"}
    assert set(feedback_givers.c.keys()) == {"event_id", "person_id"}
    for table in (feedback, feedback_givers):
        assert table.dialect_options["sqlite"]["with_rowid"] is False, "its order would tell"


@pytest.mark.parametrize(
    ("who", "at", "key"),
    [
        ("bo", LATER, "feedback.only_who_came"),
        ("ana", START + TAKEN + DAY, "feedback.over"),
    ],
)
async def test_who_did_not_come_or_comes_late_does_not_answer(
    district: District, who: str, at: datetime, key: str
) -> None:
    event, [ana] = await an_event(district, "ana")
    bo = await district.resident("bo")
    by = {"ana": ana, "bo": bo}[who]
    calls = [district.database.write(actions.rate, by.telegram_id, event.id, 2, "k", at)]
    assert await outcomes(calls) == [key]


async def test_of_what_did_not_take_place_and_of_forged_buttons_nothing_is_taken(
    district: District,
) -> None:
    event, [ana] = await an_event(district, "ana")
    write = district.database.write
    forged = [
        write(actions.rate, ana.telegram_id, event.id, 6, "k", LATER),
        write(actions.rate, ana.telegram_id, 999, 3, "k", LATER),
        write(actions.rate_anew, "nothing", 3),
        write(actions.say, "nothing", "x"),
    ]
    assert await outcomes(forged) == [
        *("feedback.range", "event.not_for_you"),
        *("feedback.gone", "feedback.gone"),
    ]
    await write(confirmations.not_held, district.mei.id, event.id, LATER, ZONE)
    off = [write(actions.rate, ana.telegram_id, event.id, 3, "k", LATER)]
    assert await outcomes(off) == ["feedback.only_who_came"]


async def test_those_who_came_are_asked_once(district: District) -> None:
    event, _ = await an_event(district, "ana", "bo")
    write, read = district.database.write, district.database.read
    [found] = await read(unasked, LATER)
    assert found.id == event.id
    assert await write(actions.ask, found, LATER, ZONE)
    assert not await write(actions.ask, found, LATER, ZONE)
    assert await read(unasked, LATER) == []
    assert await read(unasked, LATER + timedelta(days=30)) == []

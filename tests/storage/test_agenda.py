"""What staff see of their events by weeks and months, and telling those again who are silent."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from storage.actions import event_nudges
from storage.actions.broadcasts import begin
from storage.actions.sign_ups import cancel, sign_up
from storage.model.agenda import Choice, Sign, monday_of, sign_of
from storage.model.audience import Audience, Behaviour, Deed
from storage.model.broadcast import NewBroadcast
from storage.model.delivery import DeliveryState
from storage.model.event import Event, EventState
from storage.model.kinds import DeliveryKind
from storage.model.message import Message
from storage.model.quiet_hours import USUAL
from storage.model.refusal import Refusal
from storage.queries import agenda as queries
from storage.queries import events as event_queries
from storage.queries import last_look
from storage.queries.agenda import Look
from storage.tables import broadcasts, deliveries, events

from .district import DAY, NOW, ZONE, District

HOUR = timedelta(hours=1)
LOOK = Look(NOW, ZONE)
MONDAY = date(2026, 3, 2)


async def becomes(district: District, event: Event, **values: Any) -> Event:
    def change(connection: Any) -> None:
        connection.execute(events.update().where(events.c.id == event.id).values(**values))

    await district.database.write(change)
    return await district.database.read(event_queries.by_id, event.id)


async def posted(district: District, title: str, starts_at: datetime, **values: Any) -> Event:
    event = await district.event(title=title, capacity=10, remind_hours=0)
    return await becomes(district, event, starts_at=starts_at, **values)


def titles(page: Any) -> list[str]:
    return [event.title for event in page.items]


@pytest.mark.parametrize(
    ("given", "sign"),
    [
        ({"state": "draft"}, Sign.DRAFT),
        ({"state": "cancelled"}, Sign.CANCELLED),
        ({"starts_at": NOW - HOUR}, Sign.TO_CONFIRM),
        ({"starts_at": NOW - HOUR, "state": "closed"}, Sign.TO_CONFIRM),
        ({"starts_at": NOW - HOUR, "state": "held"}, None),
        ({"starts_at": NOW - HOUR, "state": "not_held"}, None),
        ({"taken": 10}, Sign.FULL),
        ({"taken": 4}, Sign.FEW),
        ({"taken": 5}, None),
        ({"taken": 4, "starts_at": NOW + 8 * DAY}, None),
        ({"capacity": None}, None),
    ],
)
async def test_an_event_has_the_sign_of_what_it_needs(
    district: District, given: dict[str, Any], sign: Sign | None
) -> None:
    event = await posted(district, "it", NOW + DAY)
    event = await becomes(district, event, **given)
    assert sign_of(event, NOW) is sign
    day = event.starts_at.astimezone(ZONE).date()
    found = await district.database.read(queries.month, district.mei, day, LOOK)
    [here] = found.days
    assert here.signs == (() if sign is None else ((sign, 1),)), "the month says the same"
    assert (here.day, here.events) == (day, int(event.state is not EventState.CANCELLED))


async def test_a_week_goes_from_monday_to_sunday_by_the_district_s_clock(
    district: District,
) -> None:
    kim = await district.kim()
    for title, at in (
        ("before", datetime(2026, 3, 1, 23, 59, tzinfo=ZONE)),
        ("first", datetime(2026, 3, 2, 0, 0, tzinfo=ZONE)),
        ("last", datetime(2026, 3, 8, 23, 59, tzinfo=ZONE)),
        ("after", datetime(2026, 3, 9, 0, 0, tzinfo=ZONE)),
    ):
        await posted(district, title, at)
    elsewhere = await district.event(district.west, title="west")
    await becomes(district, elsewhere, starts_at=NOW + HOUR)
    found = await district.database.read(queries.week, kim, MONDAY, 0, LOOK)
    assert titles(found.events) == ["first", "last"]
    assert found.to_confirm == 2, "of all times: before, first"
    month = await district.database.read(queries.month, kim, date(2026, 3, 20), LOOK)
    assert [(each.day.day, each.events) for each in month.days] == [(1, 1), (2, 1), (8, 1), (9, 1)]
    assert monday_of(date(2026, 3, 8)) == MONDAY


async def test_staff_find_their_own_those_to_confirm_and_those_that_are_full(
    district: District,
) -> None:
    kim = await district.kim()
    await posted(district, "mine", NOW + 2 * DAY, created_by=kim.id)
    await posted(district, "full", NOW + DAY, taken=10)
    await posted(district, "long ago", NOW - 900 * DAY)
    await posted(district, "yesterday", NOW - DAY)
    await posted(district, "held", NOW - DAY, state="held")
    read = district.database.read
    for choice, expected in (
        (Choice.MINE, ["mine"]),
        (Choice.TO_CONFIRM, ["yesterday", "long ago"]),
        (Choice.FULL, ["full"]),
    ):
        assert titles(await read(queries.chosen, kim, choice, 0, NOW)) == expected


async def test_only_who_said_nothing_is_told_again_once_a_day_and_not_at_night(
    district: District,
) -> None:
    ana, bo, li = [await district.resident(name) for name in ("ana", "bo", "li")]
    asleep = await district.resident("kim", quiet=USUAL)
    far = await district.resident("far", district.west)
    event = await district.event(starts_at=NOW + 3 * DAY, capacity=10)
    read, write = district.database.read, district.database.write
    await write(sign_up, ana.telegram_id, event.id, NOW, ZONE)
    await write(sign_up, bo.telegram_id, event.id, NOW, ZONE)
    await write(cancel, bo.telegram_id, event.id, NOW, ZONE)
    found = await read(queries.brief, event.id, district.mei, LOOK)
    assert (found.silent, found.nudged) == (2, False)
    night = datetime(2026, 3, 2, 23, tzinfo=ZONE)
    given = (district.mei.id, event.id)
    assert await write(event_nudges.nudge, *given, night, ZONE) == 2
    await district.owes(night)
    [last] = (await district.rows(broadcasts, broadcasts.c.subject_id == event.id))[-1:]
    rows = await district.rows(deliveries, deliveries.c.broadcast_id == last.id)
    morning = datetime(2026, 3, 3, 7, tzinfo=ZONE)
    assert {row.person_id: row.due_at for row in rows} == {li.id: night, asleep.id: morning}
    assert far.id not in {row.person_id for row in rows}
    assert (await read(queries.brief, event.id, district.mei, Look(night, ZONE))).nudged
    with pytest.raises(Refusal, match="nudged_today"):
        await write(event_nudges.nudge, *given, night + HOUR / 2, ZONE)
    assert await write(event_nudges.nudge, *given, night + HOUR, ZONE) == 2, "the next day"


async def test_who_answers_before_the_word_reaches_them_is_not_told_again(
    district: District,
) -> None:
    people = [await district.resident(name) for name in ("ana", "bo", "li", "kim")]
    ana, bo, li, kim = people
    event = await district.event(starts_at=NOW + 3 * DAY, capacity=1)
    write, read = district.database.write, district.database.read
    await write(event_nudges.nudge, district.mei.id, event.id, NOW, ZONE)
    await district.owes(NOW)
    await write(sign_up, ana.telegram_id, event.id, NOW, ZONE)
    await write(sign_up, bo.telegram_id, event.id, NOW, ZONE)  # waits
    await write(cancel, ana.telegram_id, event.id, NOW, ZONE)
    [*_, last] = await district.rows(broadcasts, broadcasts.c.subject_id == event.id)
    its = deliveries.c.broadcast_id == last.id
    ids = [row.id for row in await district.rows(deliveries, its)]
    looked_at = await read(last_look.claimed, ids, NOW, ZONE)
    reached = {claimed.chat_id for claimed, obstacle in looked_at if obstacle is None}
    assert reached == {li.telegram_id, kim.telegram_id}


async def test_a_notice_for_who_did_something_or_did_not_looks_again_before_it_goes(
    district: District,
) -> None:
    ana, bo = [await district.resident(name) for name in ("ana", "bo")]
    event = await district.event(starts_at=NOW + 3 * DAY)
    write, read = district.database.write, district.database.read
    await write(sign_up, ana.telegram_id, event.id, NOW, ZONE)
    for done, first in ((True, ana), (False, bo)):
        did = Behaviour(Deed.SIGNED_UP, done, event.id)
        new = NewBroadcast(
            kind=DeliveryKind.NOTICE,
            node_id=district.east.id,
            audience=Audience(district.east.id, behaviour=did),
            slot_at=NOW,
            content=Message({"zh": "带水杯"}).to_json(),
        )
        broadcast = await write(begin, new, NOW)
        await district.owes(NOW)
        [row] = await district.rows(deliveries, deliveries.c.broadcast_id == broadcast)
        assert row.person_id == first.id
        [(_, obstacle)] = await read(last_look.claimed, [row.id], NOW, ZONE)
        assert obstacle is None
        for person, action in ((ana, cancel), (bo, sign_up)):
            await write(action, person.telegram_id, event.id, NOW, ZONE)
        [(_, obstacle)] = await read(last_look.claimed, [row.id], NOW, ZONE)
        assert obstacle is not None
        assert obstacle.state is DeliveryState.CANCELLED
        for person, action in ((bo, cancel), (ana, sign_up)):
            await write(action, person.telegram_id, event.id, NOW, ZONE)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"state": "cancelled"}, r"event\.cancelled"),
        ({"state": "closed"}, "takes_none"),
        ({"state": "draft"}, "takes_none"),
        ({"deadline_at": NOW}, "takes_none"),
        ({"starts_at": NOW}, r"event\.over"),
        ({"taken": 10}, "full_now"),
    ],
)
async def test_nobody_is_told_again_of_what_takes_no_sign_ups(
    district: District, given: dict[str, Any], why: str
) -> None:
    await district.resident("ana")
    event = await posted(district, "it", NOW + DAY)
    await becomes(district, event, **given)
    with pytest.raises(Refusal, match=why):
        await district.database.write(event_nudges.nudge, district.mei.id, event.id, NOW, ZONE)

"""Nobody gets a study item twice, nor after they did it or left its course, unless staff say so."""

from collections.abc import Awaitable, Callable
from itertools import count

import pytest

from storage.actions import broadcasts as actions
from storage.actions import outbox
from storage.actions.people import choose_community, enrol
from storage.actions.retries import retry
from storage.actions.study import acknowledge, join_course, leave_course, push_now, schedule_push
from storage.model.audience import Lesson, audience_from_json
from storage.model.delivery import DeliveryState, Outcome
from storage.model.node import Node
from storage.model.person import Person
from storage.model.push import NewPush
from storage.model.rhythm import Rhythm, ScheduleKind
from storage.model.schedule import Timetable, study_audience
from storage.queries import audience as audience_queries
from storage.queries.schedules import pushing
from storage.tables import deliveries
from tests.storage.district import COURIER, DAY, NOW, ZONE, District

COURSE, ITEM = "resident-basics", "safe-account"
State = DeliveryState
Does = Callable[[District, Person], Awaitable[None]]
_KEYS = count()


async def push(
    district: District, node: Node, item: str = ITEM, *, course: str = COURSE, again: bool = False
) -> int:
    new = NewPush(f"push {next(_KEYS)}", node.id, course, item, 0, again=again)
    made = await district.database.write(push_now, district.mei.id, new, NOW)
    await district.owes()
    return made


async def owed(district: District, broadcast_id: int) -> set[int]:
    rows = await district.rows(deliveries, deliveries.c.broadcast_id == broadcast_id)
    return {row.person_id for row in rows}


async def sends(district: District) -> list[int]:
    """What is due goes out; gives the chats in which something arrives."""
    claimed = await district.database.write(outbox.claim_due, COURIER, NOW, 100, ZONE)
    done = [Outcome(each.id, each.broadcast_id, State.SENT, sent=((1,),)) for each in claimed]
    await district.database.write(outbox.record, COURIER, done, NOW)
    return [each.chat_id for each in claimed]


async def fails(district: District) -> None:
    claimed = await district.database.write(outbox.claim_due, COURIER, NOW, 100, ZONE)
    done = [Outcome(each.id, each.broadcast_id, State.FAILED, reason="no") for each in claimed]
    await district.database.write(outbox.record, COURIER, done, NOW)


@pytest.mark.parametrize("sent_before", [True, False])
async def test_two_pushes_of_an_item_reach_each_person_once(
    district: District, sent_before: bool
) -> None:
    ana, bo = await district.member("ana"), await district.member("bo", district.west)
    await push(district, district.east)
    if sent_before:
        assert await sends(district) == [ana.telegram_id]
    of_all = await push(district, district.node)
    assert await owed(district, of_all) == {bo.id}
    assert await owed(district, await push(district, district.west)) == set()
    assert await owed(district, await push(district, district.east, "another")) == {ana.id}
    assert await owed(district, await push(district, district.east, course="another")) == {ana.id}


async def test_who_moved_to_another_community_does_not_get_it_there_again(
    district: District,
) -> None:
    ana = await district.member("ana")
    await push(district, district.east)
    await sends(district)
    await district.database.write(choose_community, ana.id, district.west.id, NOW)
    await district.database.write(enrol, ana.id, district.west, NOW)
    assert await owed(district, await push(district, district.west)) == set()


async def test_what_was_done_is_not_pushed_unless_staff_say_so(district: District) -> None:
    ana, bo = await district.member("ana"), await district.member("bo")
    await district.database.write(acknowledge, ana.telegram_id, COURSE, ITEM, NOW)
    assert await owed(district, await push(district, district.east)) == {bo.id}
    again = await push(district, district.east, again=True)
    assert await owed(district, again) == {ana.id, bo.id}
    assert sorted(await sends(district)) == sorted(
        [ana.telegram_id, bo.telegram_id, bo.telegram_id]
    )


async def test_who_left_a_course_gets_none_of_it_until_they_come_back(district: District) -> None:
    ana, bo = await district.member("ana"), await district.member("bo")
    write = district.database.write
    await write(join_course, ana.id, COURSE, NOW)
    await write(leave_course, ana.id, COURSE, NOW)
    for again in (False, True):
        made = await push(district, district.east, again=again)
        assert await owed(district, made) == {bo.id}
    assert await owed(district, await push(district, district.east, course="another")) >= {ana.id}
    await write(join_course, ana.id, COURSE, NOW)
    assert await owed(district, await push(district, district.east)) == {ana.id}


async def test_what_never_arrived_or_was_taken_back_may_be_pushed_anew(district: District) -> None:
    ana = await district.member("ana")
    await push(district, district.east)
    await fails(district)
    arrived = await push(district, district.east)
    assert await owed(district, arrived) == {ana.id}
    await sends(district)
    await district.database.write(actions.withdraw, district.mei.id, arrived, "back", NOW)
    assert await owed(district, await push(district, district.east)) == {ana.id}


async def did(district: District, ana: Person) -> None:
    await district.database.write(acknowledge, ana.telegram_id, COURSE, ITEM, NOW)


async def left(district: District, ana: Person) -> None:
    await district.database.write(join_course, ana.id, COURSE, NOW)
    await district.database.write(leave_course, ana.id, COURSE, NOW)


@pytest.mark.parametrize(
    ("meanwhile", "again", "comes"),
    [
        (did, False, False),
        (did, True, True),
        (left, False, False),
        (left, True, False),
    ],
)
async def test_the_last_look_sees_what_people_did_since_it_was_owed(
    district: District,
    meanwhile: Callable[[District, Person], Awaitable[None]],
    again: bool,
    comes: bool,
) -> None:
    ana = await district.member("ana")
    await push(district, district.east, again=again)
    await meanwhile(district, ana)
    assert await sends(district) == [ana.telegram_id] * comes
    [row] = await district.rows(deliveries)
    assert row.state == (State.SENT if comes else State.CANCELLED)


async def test_of_two_that_are_tried_at_once_one_goes(district: District) -> None:
    """A failed one is queued again while a later push is under way: neither fan-out saw it."""
    ana = await district.member("ana")
    first = await push(district, district.east)
    await fails(district)
    await push(district, district.east)
    await district.database.write(retry, district.mei.id, first, NOW)
    assert await sends(district) == [ana.telegram_id]
    assert await sends(district) == []


WEEKLY = Rhythm(ScheduleKind.WEEKLY, days=("mon",), at=NOW.time())


@pytest.mark.parametrize(
    ("mine", "theirs", "told"),
    [
        ("east", "east", True),
        ("node", "east", True),
        ("east", "node", True),
        ("west", "east", False),
    ],
)
async def test_schedules_of_the_same_people_are_found_before_another_is_planned(
    district: District, mine: str, theirs: str, told: bool
) -> None:
    there = getattr(district, theirs)
    new = NewPush("theirs", there.id, COURSE, ITEM, 2)
    timetable = Timetable(WEEKLY, NOW + DAY)
    made = await district.database.write(schedule_push, district.mei.id, new, timetable, NOW)
    here = getattr(district, mine).id
    for items, course, found in (
        (range(5), COURSE, [made] * told),
        (range(2, 3), COURSE, [made] * told),
        (range(2), COURSE, []),
        (range(5), "another", []),
    ):
        given = (course, here, items, ZONE)
        rows = await district.database.read(pushing, *given)
        assert [row.schedule.id for row in rows.items] == found


async def test_the_people_of_a_push_are_counted_as_they_will_be_owed(district: District) -> None:
    ana = await district.member("ana")
    await district.member("bo")
    await district.database.write(acknowledge, ana.telegram_id, COURSE, ITEM, NOW)
    for again, people in ((False, 1), (True, 2)):
        audience = study_audience(district.east.id, Lesson(COURSE, ITEM, again))
        assert audience_from_json(audience.to_json()) == audience
        assert await district.database.read(audience_queries.count, audience) == people

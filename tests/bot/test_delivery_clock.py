"""A clock that jumps: no slot twice, none lost, and a pause is over when its time has come.

In this process, because no other can be given a clock of ours: the town's is the simulator's.
"""

import asyncio
from datetime import datetime, time, timedelta

from bot.simulator import Person, TooManyRequests
from storage.actions import broadcasts
from storage.actions.study import schedule_push
from storage.model.audience import Audience
from storage.model.broadcast import NewBroadcast
from storage.model.delivery import DeliveryState
from storage.model.kinds import DeliveryKind
from storage.model.push import NewPush
from storage.model.rhythm import WEEKDAYS, Rhythm, ScheduleKind
from storage.model.schedule import Timetable
from storage.queries import people as people_queries
from storage.queries.pauses import last
from storage.tables import broadcasts as sent_broadcasts
from storage.tables import deliveries
from tests.storage.district import rows_of
from tests.stories.conftest import MONDAY_NOON, OWNER, Town
from tests.waiting import until

from .delivery_scene import text

HOUR = timedelta(hours=1)
HALF_PAST = time(12, 30)
LESSON = "安全账户"  # of the first item
WORDS = "notice-1;"


async def _owner(town: Town) -> int:
    owner = await town.database.read(people_queries.by_telegram_id, OWNER)
    assert owner is not None
    return owner.id


async def _daily(town: Town) -> None:
    """A push to one community every day at half past twelve; it is noon."""
    rhythm = Rhythm(ScheduleKind.WEEKLY, days=WEEKDAYS, at=HALF_PAST)
    place, first = town.communities["东湖社区"].id, MONDAY_NOON + timedelta(minutes=30)
    push = NewPush("daily", place, "resident-basics", "safe-account", 0)
    given = (await _owner(town), push, Timetable(rhythm, first))
    await town.database.write(schedule_push, *given, town.clock.now())


async def _notice(town: Town, now: datetime) -> int:
    place = town.communities["东湖社区"].id
    new = NewBroadcast(DeliveryKind.NOTICE, place, Audience(place), now, content=text(WORDS))
    return await town.database.write(broadcasts.begin, new, now)


async def _slots(town: Town) -> list[datetime]:
    return [row.slot_at for row in await town.database.read(rows_of, sent_broadcasts)]


def _got(person: Person, words: str) -> int:
    return sum(words in message.text for message in person.messages if message.by_bot)


async def test_a_slot_that_the_clock_jumps_over_is_served_and_not_again_when_it_jumps_back(
    town: Town,
) -> None:
    ana = await town.member("ana")
    await _daily(town)
    town.clock.advance(HOUR)
    await ana.sees(LESSON)
    for _ in range(2):  # back before the slot, and over it again
        town.clock.advance(-HOUR)
        await asyncio.sleep(0.3)
        town.clock.advance(HOUR)
        await asyncio.sleep(0.3)
    assert _got(ana, LESSON) == 1
    assert len(await _slots(town)) == 1
    town.clock.advance(timedelta(days=1))
    await until(lambda: _got(ana, "第 2 课") == 1)
    first, second = await _slots(town)
    assert second - first == timedelta(days=1)


async def test_what_is_owed_when_the_clock_jumps_back_comes_once_and_is_not_lost(
    town: Town,
) -> None:
    people = [await town.member(f"p{n}") for n in range(4)]
    town.simulator.faults.next(TooManyRequests(1), method="sendMessage", times=4)
    await _notice(town, town.clock.now())
    await until(lambda: _refused(town))
    town.clock.advance(-HOUR)
    await asyncio.sleep(1.5)  # the pause of a second is over, whatever the clock shows
    town.clock.advance(HOUR)
    await until(lambda: all(_got(person, WORDS) for person in people))
    await town.rests()
    assert [_got(person, WORDS) for person in people] == [1] * 4


async def test_what_is_owed_when_the_clock_jumps_forward_comes_once(town: Town) -> None:
    people = [await town.member(f"p{n}") for n in range(4)]
    town.simulator.faults.next(TooManyRequests(1), method="sendMessage", times=4)
    await _notice(town, town.clock.now())
    await until(lambda: _refused(town))
    town.clock.advance(HOUR)
    await until(lambda: all(_got(person, WORDS) for person in people))
    await town.rests()
    town.clock.advance(-HOUR)
    await asyncio.sleep(0.3)
    assert [_got(person, WORDS) for person in people] == [1] * 4
    rows = await town.database.read(rows_of, deliveries)
    assert {row.state for row in rows} == {DeliveryState.SENT}


async def test_a_pause_of_hours_outlives_restarts_and_ends_when_its_time_has_come(
    town: Town,
) -> None:
    ana = await town.member("ana")
    town.simulator.faults.next(TooManyRequests(10_000), method="sendMessage", times=3)
    began = town.clock.now()
    await _notice(town, began)
    await until(lambda: _refused(town))
    await town.stops()
    until_at, _ = await town.database.read(last) or (began, 0)
    assert until_at - began >= timedelta(seconds=10_000)
    town.simulator.faults.clear()
    town.clock.advance(timedelta(seconds=9_900))
    await town.starts()
    await ana.sees_not(WORDS, within=1)
    await town.stops()
    town.clock.advance(timedelta(seconds=200))
    await town.starts()
    await ana.sees(WORDS)
    assert _got(ana, WORDS) == 1


def _refused(town: Town) -> bool:
    return any(call.error == "TooManyRequests" for call in town.simulator.calls("sendMessage"))

"""The pace: evenly, never too much in any second, and what a refusal teaches."""

import asyncio
import math
import random
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest

from scheduler.pace import Pace
from tests.scheduler.clock import FakeClock

NEVER: Callable[[], bool] = lambda: False  # noqa: E731 - a name for a default


def pace_of(rate: float, clock: FakeClock) -> Pace:
    return Pace(rate, clock=clock.now, sleep=clock.sleep)


async def turns(
    pace: Pace, clock: FakeClock, number: int, workers: int = 3, latency: float = 0.0
) -> list[float]:
    """When each of `number` turns came that some workers asked for as fast as they could."""
    came: list[float] = []

    async def work(first: int) -> None:
        for chat in range(first, number, workers):
            while not await pace.turn(chat + 1):
                await pace.end_of_pause(NEVER)
            came.append(clock.time)
            if latency:
                await clock.sleep(latency)

    await asyncio.gather(*(work(first) for first in range(workers)))
    return came


def most_in_a_second(came: Sequence[float]) -> int:
    return max(sum(start <= t < start + 1 for t in came) for start in came)


@pytest.mark.parametrize("rate", [1, 7, 18.5, 30, 400])
async def test_turns_come_evenly_from_the_first_and_use_the_rate(rate: float) -> None:
    clock = FakeClock()
    number = int(rate * 8)
    came = await turns(pace_of(rate, clock), clock, number)
    gaps = [later - earlier for earlier, later in pairwise(came)]
    assert most_in_a_second(came) <= math.ceil(rate)
    assert min(gaps) > 0.9 / rate
    assert number / rate * 0.99 - 1 / rate < came[-1] < number / rate * 1.01


async def test_idle_time_saves_up_no_burst() -> None:
    clock = FakeClock()
    pace = pace_of(10, clock)
    await turns(pace, clock, 5, workers=1)
    clock.skip(3600)
    came = await turns(pace, clock, 40, workers=1)
    assert most_in_a_second(came) <= 10
    assert came[1] - came[0] == pytest.approx(0.1, abs=0.11)


@pytest.mark.parametrize("seed", range(5))
async def test_a_loop_that_wakes_late_loses_little_and_sends_never_too_much(seed: int) -> None:
    """A busy process oversleeps: by a millisecond always, by a tenth of a second now and then."""
    clock, chance = FakeClock(), random.Random(seed)

    async def oversleep(seconds: float) -> None:
        late = chance.random() * 0.001 if chance.random() < 0.99 else 0.1 * chance.random()
        await clock.sleep(seconds + late)

    pace = Pace(30, clock=clock.now, sleep=oversleep)
    came = await turns(pace, clock, 1800)
    assert most_in_a_second(came) <= 30
    assert came[-1] < 60 / 0.99


async def test_what_was_lost_by_waking_late_is_made_up_for_without_a_bunch() -> None:
    clock = FakeClock()
    pace = pace_of(30, clock)
    came = await turns(pace, clock, 60, workers=1)
    clock.skip(0.1)
    came += await turns(pace, clock, 120, workers=1)
    gaps = [later - earlier for earlier, later in pairwise(came)]
    assert min(gaps) > 0.02
    assert came[-1] < 180 / 30 + 0.05
    assert most_in_a_second(came) <= 30


async def test_a_pause_holds_back_also_whoever_waited_already() -> None:
    clock = FakeClock()
    pace = pace_of(10, clock)
    assert await pace.turn(1)
    waiting = asyncio.ensure_future(pace.turn(2))
    await asyncio.sleep(0)
    pace.pause(30)
    assert await waiting is None
    await pace.end_of_pause(NEVER)
    assert clock.time >= 30
    assert await pace.turn(2)
    assert clock.time < 30.2


async def test_nobody_waits_for_a_pause_when_the_process_stops() -> None:
    clock = FakeClock()
    pace = pace_of(10, clock)
    pace.pause(10_000)
    await pace.end_of_pause(lambda: clock.time > 2)
    assert clock.time < 4
    assert await pace.turn(1, lambda: True) is None


async def test_one_chat_gets_one_message_a_second_and_a_group_twenty_a_minute() -> None:
    clock = FakeClock()
    pace = pace_of(100, clock)
    for chat, gap in ((5, 1.0), (-5, 3.0)):
        began = clock.time
        for _ in range(4):
            assert await pace.turn(chat)
        assert clock.time - began == pytest.approx(3 * gap, abs=0.1)


async def test_a_full_chat_holds_up_no_other() -> None:
    clock = FakeClock()
    pace = pace_of(100, clock)
    assert await pace.turn(-5)
    waits = asyncio.ensure_future(pace.turn(-5))
    await asyncio.sleep(0)
    for chat in range(1, 11):
        assert await pace.turn(chat)
    assert clock.time < 0.2
    assert await waits
    assert clock.time >= 3


async def test_chats_of_the_past_are_forgotten() -> None:
    clock = FakeClock()
    pace = pace_of(1000, clock)
    await turns(pace, clock, 20_000)
    assert len(pace._chat_free_at) <= 1100
    assert len(pace._spacing._answered) <= 2100


async def test_answers_never_wait_and_a_push_gives_way() -> None:
    """While a push runs at the limit, people press: together they never are too many, but for the
    first, for whom no room was kept."""
    clock = FakeClock()
    pace = pace_of(30, clock)
    given: list[float] = []
    waits: list[float] = []

    async def push() -> None:
        for chat in range(600):
            assert await pace.turn(chat + 1)
            given.append(clock.time)

    async def press() -> None:
        for person in range(60):
            await clock.sleep(0.29)
            asked = clock.time
            await pace.answer(10_000 + person)
            waits.append(clock.time - asked)
            given.append(clock.time)

    await asyncio.gather(push(), press())
    given.sort()
    assert most_in_a_second(given) <= 31
    assert most_in_a_second([at for at in given if at > 1.3]) <= 30
    assert set(waits) == {0}
    assert len(given) / clock.time > 28


async def test_many_who_write_at_once_are_answered_at_once_and_the_push_waits() -> None:
    clock = FakeClock()
    pace = pace_of(30, clock)
    for person in range(500):
        await pace.answer(person + 1)
    assert clock.time == 0
    assert await pace.turn(1000)
    assert clock.time >= 1


async def test_answers_that_are_refused_for_being_too_many_wait_for_each_other() -> None:
    """500 write at once where 30 a second are allowed: everybody is answered within three tries,
    as soon as may be, and then answers are given at once again."""
    clock = FakeClock()
    pace = pace_of(30, clock)
    telegram = Limited(clock, lambda _: 30, penalty=2.0)
    tries: list[int] = []

    async def answer(person: int) -> None:
        tried = 1
        while not await telegram.answers(pace, person):
            tried += 1
            await clock.sleep(2)
        tries.append(tried)

    await asyncio.gather(*(answer(person + 1) for person in range(500)))
    assert len(tries) == 500
    assert max(tries) <= 3
    assert clock.time < 500 / 30 + 5
    clock.skip(100)
    began = clock.time
    for person in range(100):
        await pace.answer(person + 1)
    assert clock.time == began


async def test_somebody_who_is_refused_alone_holds_up_no_other_answer() -> None:
    clock = FakeClock()
    pace = pace_of(30, clock)
    for _ in range(10):
        await pace.answer(1)
    pace.answer_refused(20)
    for person in range(100):
        await pace.answer(person + 2)
    assert clock.time == 0


class Limited:
    """Telegram with a limit over any second, told to a pace that sends as fast as it may."""

    def __init__(
        self,
        clock: FakeClock,
        limit: Callable[[float], int],
        penalty: float,
        delay: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._clock = clock
        self._delay = delay
        self._limit = limit
        self._penalty = penalty
        self._shut_until = 0.0
        self.accepted: list[float] = []
        self.refusals: list[float] = []

    async def run(self, pace: Pace, until: float, workers: int = 3) -> None:
        async def work(chat: int) -> None:
            while self._clock.time < until:
                turn = await pace.turn(chat)
                if turn is None:
                    await pace.end_of_pause(NEVER)
                    continue
                chat += workers
                await self._clock.sleep(0.02 + self._delay())
                refused = self._refuses()
                await self._clock.sleep(0.02)
                if refused:
                    pace.refused(max(1.0, self._penalty), turn)
                else:
                    pace.made(turn)

        await asyncio.gather(*(work(first + 1) for first in range(workers)))

    async def answers(self, pace: Pace, chat: int) -> bool:
        """One try at an answer; False if it was refused."""
        await pace.answer(chat)
        await self._clock.sleep(0.02 + self._delay())
        refused = self._refuses()
        await self._clock.sleep(0.02)
        if refused:
            pace.answer_refused(max(1.0, self._penalty))
        return not refused

    def _refuses(self) -> bool:
        now = self._clock.time
        last_second = sum(at > now - 1 for at in self.accepted[-200:])
        if now < self._shut_until or last_second >= self._limit(now):
            self._shut_until = max(self._shut_until, now + self._penalty)
            self.refusals.append(now)
            return True
        self.accepted.append(now)
        return False

    def allowed(self, until: float) -> float:
        return sum(self._limit(tenth / 10) / 10 for tenth in range(int(until * 10)))


@pytest.mark.parametrize("penalty", [0.0, 3.0])
async def test_the_limit_itself_is_never_overstepped(penalty: float) -> None:
    clock = FakeClock()
    telegram = Limited(clock, lambda _: 30, penalty)
    await telegram.run(pace_of(30, clock), until=60)
    assert telegram.refusals == []
    assert len(telegram.accepted) >= 0.99 * 30 * 60


@pytest.mark.parametrize("seed", range(3))
async def test_a_slow_way_now_and_then_leads_to_no_refusal(seed: int) -> None:
    """What left in time arrives late now and then: the one a second after it must leave later."""
    clock, chance = FakeClock(), random.Random(seed)

    def delay() -> float:
        return chance.random() * (0.002 if chance.random() < 0.95 else 0.05)

    telegram = Limited(clock, lambda _: 30, 3.0, delay)
    await telegram.run(pace_of(30, clock), until=120)
    assert telegram.refusals == []
    assert len(telegram.accepted) >= 0.98 * 30 * 120


@pytest.mark.parametrize("penalty", [0.0, 3.0])
async def test_a_limit_that_falls_is_learnt_and_one_that_rises_again_is_used(
    penalty: float,
) -> None:
    clock = FakeClock()
    telegram = Limited(clock, lambda at: 18 if 60 <= at < 120 else 30, penalty)
    await telegram.run(pace_of(30, clock), until=180)
    assert len(telegram.accepted) >= 0.95 * telegram.allowed(180)
    assert len(telegram.refusals) <= 3
    assert len([at for at in telegram.accepted if at > 170]) > 9 * 29


@pytest.mark.parametrize("fallen", [5, 10, 14, 20, 25, 28, 29])
async def test_a_fall_costs_the_calls_under_way_and_one_more_refusal(fallen: int) -> None:
    """The first refusal says that the limit fell; then we climb until the next one tells it."""
    clock = FakeClock()
    telegram = Limited(clock, lambda at: fallen if at >= 60 else 30, 0.0)
    await telegram.run(pace_of(30, clock), until=110)
    assert len(telegram.refusals) <= (3 if fallen > 7 else 4)  # half of 30 is too much still
    assert len([at for at in telegram.accepted if at > 100]) > 9.5 * fallen


async def test_after_a_single_refusal_the_rate_is_soon_what_it_was() -> None:
    clock = FakeClock()
    telegram = Limited(clock, lambda at: 0 if 60 <= at < 60.1 else 30, 0.0)
    await telegram.run(pace_of(30, clock), until=80)
    assert len([at for at in telegram.accepted if at > 70]) > 9 * 29


@pytest.mark.parametrize(("penalty", "share"), [(0.0, 0.95), (3.0, 0.95), (40.0, 0.8)])
async def test_a_limit_that_stays_low_is_tried_more_and_more_rarely(
    penalty: float, share: float
) -> None:
    clock = FakeClock()
    telegram = Limited(clock, lambda at: 12, penalty)
    await telegram.run(pace_of(30, clock), until=2000)
    assert len(telegram.refusals) <= 20
    assert len(telegram.accepted) >= share * 12 * 2000


async def test_what_was_learnt_before_a_restart_is_climbed_to_at_once() -> None:
    clock = FakeClock()
    telegram = Limited(clock, lambda _: 18, 0.0)
    pace = pace_of(30, clock)
    pace.pause(5, rate=18)
    assert pace.allowed == 18
    await telegram.run(pace, until=35)
    assert telegram.refusals == []
    assert len([at for at in telegram.accepted if at > 15]) > 19 * 18


async def test_a_climb_that_a_restart_interrupts_goes_on_to_its_end() -> None:
    clock = FakeClock()
    telegram = Limited(clock, lambda at: 0 if 10 <= at < 10.1 else 30, 0.0)
    pace = pace_of(30, clock)
    await telegram.run(pace, until=10.5)
    assert telegram.refusals
    again = pace_of(30, clock)
    again.pause(pace.pause_left, pace.allowed)
    await telegram.run(again, until=30)
    assert len([at for at in telegram.accepted if at > 20]) > 9 * 29


async def test_refusals_that_our_speed_did_not_cause_keep_us_down_for_moments_only() -> None:
    """One chat's own limit, say: every twenty seconds one call is refused. A bucket in which much
    is saved up looks the same, and is told by going slower; so this costs a third at worst."""
    clock = FakeClock()
    telegram = Limited(clock, lambda at: 0 if at % 20 < 0.034 else 30, 0.0)
    await telegram.run(pace_of(30, clock), until=600)
    assert len(telegram.refusals) > 20
    assert len(telegram.accepted) > 0.65 * 30 * 600


async def test_an_album_waits_for_as_much_room_as_it_has_parts() -> None:
    clock = FakeClock()
    pace = pace_of(30, clock)
    sent: list[float] = []
    for album in range(30):
        turn = await pace.turn(album + 1)
        assert turn is not None
        wide = await pace.widen(turn, album + 1, 10, NEVER)
        assert wide is not None
        pace.made(wide)
        sent += [clock.time] * 10
    assert most_in_a_second(sent) <= 30
    assert clock.time < 30 * 10 / 30 * 1.01


async def test_an_album_to_a_group_takes_its_share_of_twenty_a_minute() -> None:
    clock = FakeClock()
    pace = pace_of(30, clock)
    turn = await pace.turn(-5)
    assert turn is not None
    assert await pace.widen(turn, -5, 10, NEVER)
    began = clock.time
    assert await pace.turn(-5)
    assert clock.time - began == pytest.approx(30, abs=0.1)


async def test_a_turn_that_was_not_used_and_one_that_failed_at_once_are_given_again() -> None:
    clock = FakeClock()
    pace = pace_of(10, clock)
    for chat in range(200):
        turn = await pace.turn(chat + 1)
        assert turn is not None
        if chat % 4 == 0:
            pace.unused(turn)
        elif chat % 4 == 1:
            pace.failed(turn)
        else:
            pace.made(turn)
    assert clock.time < 200 / 2 / 10 * 1.05


async def test_after_a_pause_one_goes_first_and_the_others_wait_for_its_answer() -> None:
    clock = FakeClock()
    pace = pace_of(100, clock)
    pace.pause(3)
    await pace.end_of_pause(NEVER)
    first = await pace.turn(1)
    assert first is not None
    waiting = asyncio.ensure_future(pace.turn(2))
    await clock.sleep(0.5)
    assert not waiting.done()
    pace.made(first)
    assert await waiting


async def test_a_first_one_that_hangs_holds_up_the_others_for_a_moment_only() -> None:
    clock = FakeClock()
    pace = pace_of(100, clock)
    pace.pause(3)
    await pace.end_of_pause(NEVER)
    assert await pace.turn(1)
    assert await pace.turn(2)
    assert clock.time < 6

"""The courier: what becomes of each message, whatever Telegram says."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from content.courses import load_courses
from content.programme import SHIPPED, load_programme
from content.screen import Screen
from content.texts import load_texts
from scheduler.courier import Courier
from scheduler.letters import Letters
from scheduler.pace import Pace
from scheduler.ports import Rejected, SlowDown, TryLater, Unreachable
from storage.actions import events, outbox, people
from storage.actions.sign_ups import sign_up
from storage.actions.suggestions import decide, submit
from storage.model.delivery import MAX_ATTEMPTS, DeliveryKind, DeliveryState
from storage.model.person import RequestState
from storage.model.suggestion import SuggestionState
from storage.queries.tallies import SOURCES
from storage.tables import deliveries, persons
from tests.storage.district import DAY, NOW, ZONE, District, draft, once

State = DeliveryState
LATER = NOW + timedelta(hours=20)  # after all quiet hours and waits


@dataclass
class Telegram:
    """Accepts what comes, unless a mishap is set for a chat: an exception, each once, in order."""

    mishaps: dict[int, list[Exception]] = field(default_factory=dict)
    sent: list[tuple[int, Screen]] = field(default_factory=list)
    hang: asyncio.Event | None = None
    under_way: int = 0
    most: int = 0

    async def send(self, chat_id: int, screen: Screen) -> int:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await (self.hang.wait() if self.hang else asyncio.sleep(0))
            waiting = self.mishaps.get(chat_id)
            if waiting:
                raise waiting.pop(0)
        finally:
            self.under_way -= 1
        self.sent.append((chat_id, screen))
        return 1000 + len(self.sent)

    def to(self, chat_id: int) -> list[str]:
        return [screen.text for chat, screen in self.sent if chat == chat_id]


@dataclass
class Post:
    """A courier at work in a district, and the clock on its wall."""

    district: District
    telegram: Telegram
    now: datetime = NOW
    pace: Pace = field(default_factory=lambda: Pace(100_000))

    def courier(self, letters: Letters | None = None) -> Courier:
        return Courier(
            self.district.database,
            self.telegram,
            letters or self.letters(),
            self.pace,
            lambda: self.now,
            ZONE,
        )

    def letters(self) -> Letters:
        programme = load_programme(SHIPPED, SOURCES)
        return Letters(
            *(self.district.database, load_texts(ZONE), load_courses(), programme),
            now=lambda: self.now,
        )

    async def deliver(self, letters: Letters | None = None) -> None:
        """Deliver everything that is due now, as a courier that was just started."""
        courier = self.courier(letters)
        running = asyncio.ensure_future(courier.run())
        courier.rounds.wake()
        await self.until(lambda: courier.rounds.stopping or not self.telegram.under_way)
        for _ in range(400):
            due = deliveries.c.due_at <= self.now
            open_states = deliveries.c.state.in_((State.QUEUED, State.CLAIMED))
            if not await self.district.rows(deliveries, due, open_states):
                break
            await asyncio.sleep(0.005)
        courier.rounds.stop()
        await asyncio.wait_for(running, 10)

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not reached():  # noqa: ASYNC110 - plain values tell nobody that they changed
                await asyncio.sleep(0.001)

    async def rows(self) -> list[Any]:
        return list(await self.district.rows(deliveries))

    async def states(self) -> Counter[str]:
        return Counter(row.state for row in await self.rows())


@pytest.fixture
def post(district: District) -> Post:
    return Post(district, Telegram())


async def test_everybody_gets_the_notice_once_and_it_is_recorded(post: Post) -> None:
    crowd = [await post.district.resident(f"p{n}") for n in range(150)]  # more than one claim
    await post.district.event()
    await post.deliver()
    assert Counter(chat for chat, _ in post.telegram.sent) == Counter(p.telegram_id for p in crowd)
    rows = await post.rows()
    assert {row.state for row in rows} == {State.SENT}
    assert {row.sent_at for row in rows} == {NOW}
    assert len({row.message_id for row in rows}) == 150
    assert 1 < post.telegram.most <= 3
    await post.deliver()
    assert len(post.telegram.sent) == 150


async def test_a_refusal_for_good_is_final_and_marks_the_person(post: Post) -> None:
    ana, bo = await post.district.resident("ana"), await post.district.resident("bo")
    await post.district.event()
    post.telegram.mishaps[ana.telegram_id] = [Unreachable("403 Forbidden: bot was blocked")]
    await post.deliver()
    assert await post.states() == {State.SENT: 1, State.UNREACHABLE: 1}
    marked = await post.district.rows(persons, persons.c.unreachable_at.is_not(None))
    assert [row.id for row in marked] == [ana.id]
    await post.district.event()
    post.now = LATER
    await post.deliver()
    assert Counter(chat for chat, _ in post.telegram.sent) == {bo.telegram_id: 2}


async def test_a_refused_message_is_failed_and_says_nothing_of_the_person(post: Post) -> None:
    ana = await post.district.resident("ana")
    await post.district.event()
    post.telegram.mishaps[ana.telegram_id] = [Rejected("400 Bad Request: can't parse entities")]
    await post.deliver()
    post.now = LATER
    await post.deliver()
    [row] = await post.rows()
    assert (row.state, row.attempts, row.sent_at) == (State.FAILED, 0, None)
    assert "can't parse" in row.reason
    assert await post.district.rows(persons, persons.c.unreachable_at.is_not(None)) == []


async def test_a_server_that_fails_is_tried_again_later_and_later_and_at_last_given_up(
    post: Post,
) -> None:
    ana = await post.district.resident("ana")
    await post.district.event()
    post.telegram.mishaps[ana.telegram_id] = [TryLater("502")] * 20
    waits = []
    for attempt in range(1, 11):
        await post.deliver()
        [row] = await post.rows()
        assert (row.state, row.attempts) == (State.QUEUED, attempt)
        waits.append((row.due_at - post.now).total_seconds())
        post.now = row.due_at - timedelta(seconds=1)
        await post.deliver()  # too early: nothing happens
        post.now = row.due_at
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]

    def many_tries(connection: Connection) -> None:
        connection.execute(deliveries.update().values(attempts=MAX_ATTEMPTS))

    await post.district.database.write(many_tries)
    await post.deliver()
    [row] = await post.rows()
    assert (row.state, row.reason) == (State.FAILED, "502")
    assert post.telegram.sent == []


async def test_a_server_that_recovers_gets_the_message(post: Post) -> None:
    ana = await post.district.resident("ana")
    await post.district.event()
    post.telegram.mishaps[ana.telegram_id] = [TryLater("502"), TryLater("timeout")]
    for _ in range(3):
        await post.deliver()
        post.now += timedelta(seconds=60)
    [row] = await post.rows()
    assert (row.state, row.attempts) == (State.SENT, 2)
    assert len(post.telegram.sent) == 1


async def test_too_many_requests_pauses_everybody_for_as_long_as_was_asked(post: Post) -> None:
    clock = FakeClock()
    post.pace = Pace(1000, clock=clock.now, sleep=clock.sleep)
    crowd = [await post.district.resident(f"p{n}") for n in range(20)]
    await post.district.event()
    first = crowd[0].telegram_id
    post.telegram.mishaps[first] = [SlowDown("429 Too Many Requests", 17)]
    times: list[float] = []
    real = post.telegram.send

    async def send(chat_id: int, screen: Screen) -> int:
        times.append(clock.time)
        return await real(chat_id, screen)

    post.telegram.send = send  # type: ignore[method-assign]
    await post.deliver()
    before = [t for t in times if t < 1]
    assert len(before) <= 3, "only what was under way goes on"
    assert all(t >= 17 for t in times[len(before) :])
    post.now += timedelta(seconds=17)
    await post.deliver()
    assert await post.states() == {State.SENT: 20}
    assert Counter(c for c, _ in post.telegram.sent) == Counter(p.telegram_id for p in crowd)


async def test_a_stop_does_not_wait_for_the_end_of_a_long_pause(post: Post) -> None:
    post.pace.pause(10_000)
    for n in range(5):
        await post.district.resident(f"p{n}")
    await post.district.event()
    courier = post.courier()
    running = asyncio.ensure_future(courier.run())
    courier.rounds.wake()
    await asyncio.sleep(0.05)
    assert (await post.states())[State.CLAIMED] == 5
    courier.rounds.stop()
    await asyncio.wait_for(running, 5)
    assert await post.states() == {State.QUEUED: 5}
    assert post.telegram.sent == []


async def test_what_was_in_flight_at_a_crash_is_sent_again_at_the_start(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(10):
        await post.district.resident(f"p{n}")
    await post.district.event()
    post.telegram.hang = asyncio.Event()
    courier = post.courier()
    running = asyncio.ensure_future(courier.run())
    courier.rounds.wake()
    await post.until(lambda: post.telegram.under_way == 3)
    running.cancel()  # as near to kill -9 as one process can come
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await post.states() == {State.CLAIMED: 10}
    post.telegram.hang = None
    with caplog.at_level(logging.WARNING):
        await post.deliver()
    assert await post.states() == {State.SENT: 10}
    assert "in flight when the bot stopped are sent again: 10" in caplog.text


async def test_a_mistake_of_ours_in_one_letter_stops_no_other(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Letters):
        async def write(self, delivery: Any) -> Screen | None:
            if delivery.telegram_id == ana.telegram_id:
                raise KeyError("a text that is not there")
            return await super().write(delivery)

    ana, bo = await post.district.resident("ana"), await post.district.resident("bo")
    await post.district.event()
    whole = post.letters()
    letters = Broken(*(getattr(whole, name) for name in whole.__slots__))
    await post.deliver(letters)
    assert await post.states() == {State.SENT: 1, State.QUEUED: 1}
    assert len(post.telegram.to(bo.telegram_id)) == 1
    assert "could not be put into words" in caplog.text
    post.now += timedelta(minutes=1)
    await post.deliver()
    assert len(post.telegram.to(ana.telegram_id)) == 1, "mended, it goes out"


# Looked at again at the last moment


async def test_a_notice_of_an_event_that_was_cancelled_or_began_is_not_sent(post: Post) -> None:
    write = post.district.database.write
    ana = await post.district.resident("ana")
    off = await post.district.event(title="abgesagt")
    await post.district.event(title="begun", starts_at=NOW + timedelta(minutes=1))
    await post.district.event(title="stays", starts_at=NOW + DAY)
    await write(sign_up, ana.telegram_id, off.id, NOW)
    await write(events.cancel, post.district.mei.id, off.id, NOW, ZONE)
    post.now = NOW + timedelta(minutes=2)
    await post.deliver()
    assert await post.states() == {State.CANCELLED: 2, State.SENT: 2}
    told = post.telegram.to(ana.telegram_id)
    assert ["stays" in text for text in told].count(True) == 1
    assert ["abgesagt" in text for text in told].count(True) == 1, "the cancellation itself"
    assert not any("begun" in text for text in told)


async def test_whoever_moved_away_is_not_told_of_the_old_communitys_events(post: Post) -> None:
    ana = await post.district.resident("ana")
    await post.district.event()
    await post.district.database.write(people.choose_community, ana.id, post.district.west.id)
    await post.deliver()
    assert (await post.states(), post.telegram.sent) == ({State.CANCELLED: 1}, [])


async def test_a_request_that_was_decided_is_no_longer_asked(post: Post) -> None:
    write = post.district.database.write
    kim, ana = await post.district.kim(), await post.district.resident("ana")
    await write(people.ask_membership, ana.id, NOW, ZONE)
    by, accepted = post.district.mei.id, RequestState.ACCEPTED
    await write(people.decide_membership, by, 1, accepted, NOW, ZONE)
    await post.deliver()
    assert post.telegram.to(kim.telegram_id) == []
    assert len(post.telegram.to(ana.telegram_id)) == 1


async def test_an_item_that_was_withdrawn_is_not_pushed(post: Post) -> None:
    await post.district.member("ana")
    schedule = await post.district.schedule(once(NOW), NOW)
    await post.district.database.write(
        outbox.plan_slot, schedule, NOW, "withdrawn-item", False, None, NOW, ZONE
    )
    await post.deliver()
    assert await post.states() == {State.CANCELLED: 1}


async def test_each_kind_of_letter_can_be_written_in_every_language(post: Post) -> None:
    write = post.district.database.write
    kim, ana = await post.district.kim(), await post.district.member("ana")
    bo = await post.district.resident("bo")
    for language in ("zh", "en"):
        for person in (kim, ana, bo):
            await write(people.set_language, person.id, language)
        event = await post.district.event()
        await write(sign_up, ana.telegram_id, event.id, NOW)
        made = await write(submit, ana.id, draft(language), NOW, ZONE)
        await write(people.ask_membership, bo.id, NOW, ZONE)
        schedule = await post.district.schedule(once(NOW), NOW)
        given = (schedule, NOW, "safe-account", False, None, NOW, ZONE)
        await write(outbox.plan_slot, *given)
        await post.deliver()
        await write(events.cancel, kim.id, event.id, NOW, ZONE)
        await write(decide, kim.id, made.id, SuggestionState.ADOPTED, "reply", NOW, ZONE)
        request_id = next(
            row.subject_id
            for row in reversed(await post.rows())
            if row.kind == DeliveryKind.MEMBERSHIP_ASKED
        )
        decision = RequestState.DECLINED
        await write(people.decide_membership, kim.id, request_id, decision, NOW, ZONE)
        await post.deliver()
    assert await post.states() == {State.SENT: len(await post.rows())}
    assert {row.kind for row in await post.rows()} == set(DeliveryKind)


# The pace


class FakeClock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        wake_at = self.time + seconds
        await asyncio.sleep(0)
        self.time = max(self.time, wake_at)


async def turns(pace: Pace, clock: FakeClock, count: int, workers: int = 3) -> list[float]:
    """When each of `count` turns came that some workers asked for as fast as they could."""
    came: list[float] = []

    async def work() -> None:
        while len(came) < count:
            await pace.turn()
            came.append(clock.time)

    await asyncio.gather(*(work() for _ in range(workers)))
    return came[:count]


async def test_turns_come_evenly_from_the_very_first_second() -> None:
    clock = FakeClock()
    came = await turns(Pace(25, clock=clock.now, sleep=clock.sleep), clock, 200)
    for start in range(len(came)):
        within = [t for t in came[start:] if t < came[start] + 1 - 1e-6]
        assert len(within) <= 25
    assert came[-1] == pytest.approx(199 / 25)


async def test_idle_time_saves_up_no_burst() -> None:
    clock = FakeClock()
    pace = Pace(10, clock=clock.now, sleep=clock.sleep)
    await turns(pace, clock, 5, workers=1)
    clock.time += 3600
    began = clock.time
    came = await turns(pace, clock, 11, workers=1)
    assert came[0] == began
    assert came[-1] - began == pytest.approx(1)


async def test_a_pause_holds_back_also_whoever_waited_already() -> None:
    clock = FakeClock()
    pace = Pace(10, clock=clock.now, sleep=clock.sleep)
    await pace.turn()
    waiting = asyncio.ensure_future(pace.turn())
    await asyncio.sleep(0)
    pace.pause(30)
    assert await waiting
    assert clock.time >= 30
    before = clock.time
    await pace.turn()
    assert clock.time - before <= 0.2 + 1e-6


async def test_a_turn_is_given_up_when_the_courier_stops() -> None:
    clock = FakeClock()
    pace = Pace(10, clock=clock.now, sleep=clock.sleep)
    pace.pause(10_000)
    assert await pace.turn(lambda: clock.time > 2) is False
    assert clock.time < 4

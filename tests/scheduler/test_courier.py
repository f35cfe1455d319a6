"""The courier: what becomes of each message, whatever Telegram says."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.telegram.messages import prepare
from content.screen import Screen
from content.splitting import split
from scheduler.claims import Claims
from scheduler.letters import Letters
from scheduler.ports import Rejected, SlowDown, TryLater, Turn, Unreachable, Unsure
from storage.actions import events, outbox, people, slots
from storage.actions.event_changes import change
from storage.actions.groups import link
from storage.actions.leaving import leave
from storage.actions.roster_seats import put_back
from storage.actions.sign_ups import sign_up, take_off
from storage.actions.staff import end_role
from storage.actions.suggestions import decide, submit
from storage.actions.supports import support
from storage.model.delivery import MAX_ATTEMPTS, Outcome
from storage.model.event import Event
from storage.model.event_change import EventChange, facts_of
from storage.model.event_details import Details, Pin
from storage.model.kinds import DeliveryKind
from storage.model.lease import LEASE
from storage.model.message import Media, MediaKind
from storage.model.person import Person, RequestState
from storage.model.quiet_hours import USUAL
from storage.model.roles import Role
from storage.model.schedule import Slot
from storage.model.sign_up import Wish
from storage.model.suggestion import Answer, SuggestionState
from storage.queries import broadcasts as broadcast_queries
from storage.queries.event_details import details
from storage.queries.schedules import due as due_at
from storage.tables import deliveries, membership_requests, persons, roles
from tests.scheduler.clock import FakeClock, pace_of
from tests.storage.district import DAY, NOW, ZONE, draft, once
from tests.waiting import until

from .post import LATER, Post, State, counts, notice


async def test_everybody_gets_the_notice_once_and_it_is_recorded(post: Post) -> None:
    crowd = [await post.district.resident(f"p{n}") for n in range(150)]  # more than one claim
    post.pace, post.telegram.latency = pace_of(100_000), 0.04
    await post.district.event()
    await post.deliver()
    assert Counter(chat for chat, _ in post.telegram.sent) == Counter(p.telegram_id for p in crowd)
    rows = await post.rows()
    assert {row.state for row in rows} == {State.SENT}
    assert {row.sent_at for row in rows} == {NOW}
    assert len({row.message_ids for row in rows}) == 150
    assert 1 < post.telegram.most <= 50
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
    post.pace = pace_of(30)
    crowd = [await post.district.resident(f"p{n}") for n in range(20)]
    await post.district.event()
    first = crowd[0].telegram_id
    post.telegram.mishaps[first] = [SlowDown("429 Too Many Requests", 17)]
    times: list[float] = []
    real = post.telegram.send

    async def send(chat_id: int, screen: Screen, part: int = 0) -> tuple[int, ...]:
        times.append(clock.time)
        return await real(chat_id, screen, part)

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
    await asyncio.sleep(60)
    courier.rounds.stop()
    await asyncio.wait_for(running, 1)
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
    await until(lambda: post.telegram.under_way == 10)
    running.cancel()  # as near to kill -9 as one process can come
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await post.states() == {State.CLAIMED: 10}
    post.telegram.hang = None
    post.now += LEASE
    with caplog.at_level(logging.WARNING):
        await post.deliver()
    assert await post.states() == {State.SENT: 10}
    assert "another courier left behind: 10" in caplog.text
    rows = await post.rows()
    assert {row.unsure_at for row in rows} == {post.now}, "each may have come twice"


async def test_a_mistake_of_ours_in_one_letter_stops_no_other(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Letters):
        async def write(self, delivery: Any) -> Screen | None:
            if delivery.chat_id == ana.telegram_id:
                raise KeyError("a text that is not there")
            return await super().write(delivery)

    ana, bo = await post.district.resident("ana"), await post.district.resident("bo")
    await post.district.event()
    whole = post.letters()
    letters = Broken(*(getattr(whole, field.name) for field in fields(whole)))
    await post.deliver(letters)
    assert await post.states() == {State.SENT: 1, State.QUEUED: 1}
    assert len(post.telegram.to(bo.telegram_id)) == 1
    assert "could not be put into words" in caplog.text
    post.now += timedelta(minutes=1)
    await post.deliver()
    assert len(post.telegram.to(ana.telegram_id)) == 1, "mended, it goes out"


async def test_a_reminder_that_was_promised_for_the_evening_comes_then_and_once(
    post: Post,
) -> None:
    """The event begins before the night ends."""
    starts = datetime(2026, 3, 3, 6, 30, tzinfo=ZONE)
    event = await post.district.event(starts_at=starts, remind_hours=2)
    ana = await post.district.resident("ana", quiet=USUAL)
    write = post.district.database.write
    await write(sign_up, ana.telegram_id, event.id, NOW, ZONE)
    post.now = datetime(2026, 3, 2, 20, 59, tzinfo=ZONE)
    await post.deliver()
    assert post.telegram.sent == []
    post.now += timedelta(minutes=1)
    await post.deliver()
    [reminder] = post.telegram.to(ana.telegram_id)
    assert "别忘了" in reminder
    post.now = starts - timedelta(hours=2)
    [due] = await post.district.database.read(due_at, post.now)
    await write(slots.plan_slot, due, Slot(post.now), post.now)
    await post.deliver()
    assert post.telegram.to(ana.telegram_id) == [reminder]


# Looked at again at the last moment


async def test_a_notice_of_an_event_that_was_cancelled_or_began_is_not_sent(post: Post) -> None:
    write = post.district.database.write
    ana = await post.district.resident("ana")
    off = await post.district.event(title="abgesagt")
    await post.district.event(title="begun", starts_at=NOW + timedelta(minutes=1))
    await post.district.event(title="stays", starts_at=NOW + DAY)
    await write(sign_up, ana.telegram_id, off.id, NOW, ZONE)
    await write(events.cancel, post.district.mei.id, off.id, NOW)
    await post.district.owes()
    post.now = NOW + timedelta(minutes=2)
    await post.deliver()
    assert await post.states() == {State.CANCELLED: 1, State.EXPIRED: 1, State.SENT: 2}
    told = post.telegram.to(ana.telegram_id)
    assert ["stays" in text for text in told].count(True) == 1
    assert ["abgesagt" in text for text in told].count(True) == 1, "the cancellation itself"
    assert not any("begun" in text for text in told)


async def test_whoever_moved_away_is_not_told_of_the_old_communitys_events(post: Post) -> None:
    ana = await post.district.resident("ana")
    await post.district.event()
    west = post.district.west.id
    await post.district.database.write(people.choose_community, ana.id, west, post.now)
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
    await post.district.database.write(slots.plan_slot, schedule, Slot(NOW, "withdrawn-item"), NOW)
    await post.deliver()
    assert await post.states() == {State.CANCELLED: 1}


async def moved(post: Post, event: Event, by: Person) -> None:
    """An event is a day later, which those concerned are told."""
    was = facts_of(event, await post.district.database.read(details, event.id))
    later = EventChange(was, replace(was, starts_at=event.starts_at + DAY))
    await post.district.database.write(change, by.id, event.id, later, NOW, ZONE)


async def test_each_kind_of_letter_can_be_written_in_every_language(post: Post) -> None:
    write = post.district.database.write
    kim, ana = await post.district.kim(), await post.district.member("ana")
    bo = await post.district.resident("bo")
    await write(link, post.district.mei.id, -1001, "东湖大家庭", post.district.east.id, NOW)
    for language in ("zh", "en"):
        for person in (kim, ana, bo):
            await write(people.set_language, person.id, language, NOW)
        event = await post.district.event(capacity=1)
        for person in (ana, bo):
            await write(sign_up, person.telegram_id, event.id, NOW, ZONE)
        await write(take_off, kim.id, event.id, ana.id, NOW, ZONE)  # and bo is offered the seat
        other = await post.district.event(starts_at=event.starts_at + 3 * DAY)
        await write(sign_up, ana.telegram_id, other.id, NOW, ZONE, Wish(anyway=True))
        await write(take_off, kim.id, other.id, ana.id, NOW, ZONE)
        await moved(post, event, kim)
        made = await write(submit, ana.id, draft(language), NOW, ZONE)
        await write(people.ask_membership, bo.id, NOW, ZONE)
        schedule = await post.district.schedule(once(NOW), NOW)
        given = (schedule, Slot(NOW, "safe-account"), NOW)
        await write(slots.plan_slot, *given)
        await post.deliver()
        await write(put_back, kim.id, other.id, ana.id, NOW, ZONE)
        await write(events.cancel, kim.id, event.id, NOW)
        await write(decide, kim.id, made.id, Answer(SuggestionState.ADOPTED, "reply"), NOW, ZONE)
        await write(support, bo.id, made.id, NOW)
        await write(decide, kim.id, made.id, Answer(SuggestionState.IMPLEMENTED, "done"), NOW, ZONE)
        # Of a second request on the same day staff are not told anew.
        request_id = (await post.district.rows(membership_requests))[-1].id
        decision = RequestState.DECLINED
        await write(people.decide_membership, kim.id, request_id, decision, NOW, ZONE)
        li = await post.district.staff(f"li {language}", Role.VIEWER, post.district.east)
        await write(people.set_language, li.id, language, NOW)
        [held] = await post.district.rows(roles, roles.c.person_id == li.id)
        await write(end_role, post.district.mei.id, held.id, NOW, ZONE)
        await post.deliver()
    assert await post.states() == {State.SENT: len(await post.rows())}
    by_staff = {DeliveryKind.NOTICE, DeliveryKind.CORRECTION, DeliveryKind.WITHDRAWAL}
    by_time = {
        DeliveryKind.EVENT_REMINDER,
        DeliveryKind.EVENT_FEEDBACK,
        DeliveryKind.EVENT_OVER,
        DeliveryKind.PLAN_BEHIND,
        DeliveryKind.MONTH_FIGURES,
        DeliveryKind.YEAR_CLOSING,
    }
    assert {row.kind for row in await post.rows()} == set(DeliveryKind) - by_staff - by_time


# Notices


async def test_a_notice_calls_everybody_by_name(post: Post) -> None:
    ana, bo = await post.district.resident("ana"), await post.district.resident("bo")
    await notice(post, "{{ name }} 您好，{{ community }} 明天停水。")
    await post.deliver()
    assert post.telegram.to(ana.telegram_id) == ["ana 您好，东湖社区 明天停水。"]
    assert post.telegram.to(bo.telegram_id) == ["bo 您好，东湖社区 明天停水。"]


async def test_those_who_left_hold_up_nobody_behind_them(post: Post) -> None:
    crowd = [await post.district.resident(f"p{n}") for n in range(8)]
    post.pace = pace_of(30)
    sent = await notice(post)
    await post.district.owes()
    for person in crowd[:6]:
        await post.district.database.write(leave, person.id, NOW, ZONE)
    courier = post.courier()
    running = asyncio.ensure_future(courier.run())
    courier.rounds.wake()  # once: nobody looks again after a second
    await until(lambda: len(post.telegram.sent) == 2)
    courier.rounds.stop()
    await asyncio.wait_for(running, 5)
    assert await counts(post, sent) == {State.CANCELLED: 6, State.SENT: 2}


async def test_who_waits_for_the_next_part_holds_up_nobody(post: Post) -> None:
    """Each chat takes one message a second, but there are many chats."""
    for n in range(10):
        await post.district.resident(f"p{n}")
    post.pace = pace_of(30)
    await notice(post, "\n\n".join("字" * 900 for _ in range(8)))
    await post.deliver()
    chats = [chat for chat, _ in post.telegram.sent]
    assert len(set(chats[:10])) == 10
    assert len(chats) == 20


# What nobody can know, and other mishaps


async def test_what_may_have_arrived_is_sent_again_by_default_and_counted(post: Post) -> None:
    ana = await post.district.resident("ana")
    sent = await notice(post)
    post.telegram.mishaps[ana.telegram_id] = [Unsure("timeout")]
    await post.deliver()
    assert await counts(post, sent) == {State.QUEUED: 1}
    post.now += timedelta(seconds=10)
    await post.deliver()
    assert await counts(post, sent) == {State.SENT: 1}
    assert (await post.district.database.read(broadcast_queries.by_id, sent)).unsure == 1


async def test_at_most_once_means_that_it_is_not_sent_again_but_listed(post: Post) -> None:
    ana = await post.district.resident("ana")
    sent = await notice(post, at_most_once=True)
    post.telegram.mishaps[ana.telegram_id] = [Unsure("timeout")]
    for _ in range(2):
        await post.deliver()
        post.now += DAY
    assert await counts(post, sent) == {State.FAILED: 1}
    assert post.telegram.sent == []
    [listed] = (await post.district.database.read(broadcast_queries.troubles, sent, 0)).items
    assert (listed.name, listed.unsure) == ("ana", True)


async def test_at_most_once_tries_again_what_surely_did_not_arrive(post: Post) -> None:
    ana = await post.district.resident("ana")
    sent = await notice(post, at_most_once=True)
    post.telegram.mishaps[ana.telegram_id] = [TryLater("refused"), SlowDown("429", 1)]
    for _ in range(3):
        await post.deliver()
        post.now += timedelta(minutes=1)
    assert await counts(post, sent) == {State.SENT: 1}
    assert len(post.telegram.sent) == 1


async def test_a_long_text_goes_on_where_it_stopped(post: Post) -> None:
    ana = await post.district.resident("ana")
    text = "\n\n".join("字" * 900 for _ in range(12))
    sent = await notice(post, text)
    whole, real = len(split(text)), post.telegram.send
    parts: list[int] = []

    async def send(chat_id: int, screen: Screen, part: int = 0) -> tuple[int, ...]:
        parts.append(part)
        if parts == [0, 1]:
            raise TryLater("502")
        return await real(chat_id, screen, part)

    post.telegram.send = send  # type: ignore[method-assign]
    for _ in range(2):
        await post.deliver()
        post.now += timedelta(minutes=1)
    assert whole == 3
    assert parts == [0, 1, 1, 2]
    assert await counts(post, sent) == {State.SENT: 1}
    [row] = await post.rows()
    assert len(row.message_ids.split(";")) == whole
    assert len(post.telegram.to(ana.telegram_id)) == whole


async def test_a_kill_between_two_parts_repeats_none_of_them(post: Post) -> None:
    crowd = [await post.district.resident(f"p{n}") for n in range(10)]
    sent = await notice(post, "\n\n".join("字" * 900 for _ in range(12)))
    for known in (10, 20):
        await post.killed_when(lambda known=known: len(post.telegram.sent) == known)  # type: ignore[misc]
    await post.deliver()
    assert Counter(chat for chat, _ in post.telegram.sent) == {p.telegram_id: 3 for p in crowd}
    assert await counts(post, sent) == {State.SENT: 10}
    assert all(row.message_ids.count(";") == 2 for row in await post.rows())


async def test_a_kill_between_the_place_and_the_card_of_an_event_repeats_neither(
    post: Post,
) -> None:
    """With the calls that are really made: a venue, two pictures, and the card with its buttons."""
    made: list[tuple[int, str]] = []

    async def send(chat_id: int, screen: Screen, part: int = 0) -> tuple[int, ...]:
        made.append((chat_id, prepare(screen)[part].method))
        return (len(made),)

    post.telegram.send = send  # type: ignore[method-assign]
    post.telegram.parts = lambda screen: len(prepare(screen))  # type: ignore[method-assign]
    ana = await post.district.resident("ana")
    media = tuple(Media(MediaKind.PHOTO, each) for each in ("a", "b"))
    pinned = Details(media=media, pin=Pin(30.25, 120.15))
    await post.district.event(details=pinned)
    for known in (1, 2):
        await post.killed_when(lambda known=known: len(made) == known)  # type: ignore[misc]
    await post.deliver()
    calls = ("sendVenue", "sendMediaGroup", "sendMessage")
    assert made == [(ana.telegram_id, each) for each in calls]


async def test_a_message_of_one_part_is_written_once(post: Post) -> None:
    await post.district.resident("ana")
    await notice(post)
    written: list[State] = []
    real = Claims.record

    async def record(claims: Claims, outcomes: Sequence[Outcome]) -> None:
        written.extend(outcome.state for outcome in outcomes)
        await real(claims, outcomes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Claims, "record", record)
        await post.deliver()
    assert written == [State.SENT]


async def test_a_pause_survives_a_restart(post: Post) -> None:
    for n in range(5):
        await post.district.resident(f"p{n}")
    sent = await notice(post)
    post.telegram.mishaps[100] = [SlowDown("429 Too Many Requests", 10_000)]
    post.pace = pace_of(30)
    await post.district.owes()
    courier = post.courier()
    running = asyncio.ensure_future(courier.run())
    courier.rounds.wake()
    await until(lambda: post.pace.pause_left > 0)
    courier.rounds.stop()
    await asyncio.wait_for(running, 5)
    first = len(post.telegram.sent)
    assert first <= 3
    rows = await post.rows()
    assert {row.attempts for row in rows} == {0}, "no try is spent on a pause"
    assert {row.state for row in rows} <= {State.QUEUED, State.SENT}
    post.now += timedelta(seconds=5000)
    post.pace = pace_of(30)
    courier = post.courier()
    running = asyncio.ensure_future(courier.run())
    courier.rounds.wake()
    await until(lambda: post.pace.pause_left > 0)
    assert 4990 < post.pace.pause_left < 5010
    await asyncio.sleep(60)
    courier.rounds.stop()
    await asyncio.wait_for(running, 5)
    assert len(post.telegram.sent) == first
    post.now += timedelta(seconds=5001)
    post.pace = pace_of(30)
    await post.deliver()
    assert await counts(post, sent) == {State.SENT: 5}


async def test_nothing_is_sent_that_cannot_be_written_down_and_nothing_is_forgotten(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The disk is full for a while: what was sent is written when there is room again."""
    for n in range(30):
        await post.district.resident(f"p{n}")
    sent = await notice(post)
    await post.district.owes()
    database, full = post.district.database, asyncio.Event()
    full.set()
    real = database.write

    async def write(action: Any, *given: Any, **named: Any) -> Any:
        if full.is_set() and action in (outbox.record, outbox.claim_due) and post.telegram.sent:
            raise OSError(28, "No space left on device")
        return await real(action, *given, **named)

    monkeypatch.setattr(database, "write", write)
    courier = post.courier()
    running = asyncio.ensure_future(courier.run())
    courier.rounds.wake()
    await until(lambda: "cannot be recorded" in caplog.text)
    full.clear()
    for _ in range(500):
        courier.rounds.wake()
        if await post.states() == {State.SENT: 30}:
            break
        await asyncio.sleep(0.01)
    courier.rounds.stop()
    await asyncio.wait_for(running, 10)
    assert await counts(post, sent) == {State.SENT: 30}
    assert len(post.telegram.sent) == 30


@pytest.mark.parametrize("at_most_once", [False, True])
async def test_what_was_claimed_by_a_commit_whose_answer_was_lost_is_sent(
    post: Post, monkeypatch: pytest.MonkeyPatch, at_most_once: bool
) -> None:
    """It is claimed and in nobody's hands; and surely it was not sent, so nobody need be unsure.
    Nor is what was sent and is not written yet taken for one of those."""
    for n in range(30):
        await post.district.resident(f"p{n}")
    sent = await notice(post, at_most_once=at_most_once)
    await post.district.owes()
    post.pace = pace_of(100)
    post.pace.chat_interval = 0.001  # who is written to twice is so at once
    database, losses, slow = post.district.database, [ConnectionError("lost")], asyncio.Event()
    real = database.write

    async def write(action: Any, *given: Any, **named: Any) -> Any:
        if action is outbox.record:
            await slow.wait()
        result = await real(action, *given, **named)
        if action is outbox.claim_due and post.telegram.sent and losses:
            raise losses.pop()
        return result

    monkeypatch.setattr(database, "write", write)
    courier = post.courier()
    running = asyncio.ensure_future(courier.run())
    courier.rounds.wake()
    await until(lambda: not losses)
    for n in range(500):
        courier.rounds.wake()
        if n == 20:  # the next round had to wait until everything was written
            slow.set()
        if await post.states() == {State.SENT: 30}:
            break
        await asyncio.sleep(0.01)
    courier.rounds.stop()
    await asyncio.wait_for(running, 10)
    assert await counts(post, sent) == {State.SENT: 30}
    assert len(post.telegram.sent) == 30
    assert {row.unsure_at for row in await post.rows()} == {None}


async def test_what_could_not_be_written_once_makes_nobody_unsure_later(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, refusing, losing = post.district.database, [True], [False]
    real = database.write

    async def write(action: Any, *given: Any, **named: Any) -> Any:
        if action is outbox.record and refusing[0]:
            raise ValueError("no column holds that")
        result = await real(action, *given, **named)
        if action is outbox.claim_due and result and losing[0]:
            losing[0] = False
            raise ConnectionError("the answer is lost")
        return result

    monkeypatch.setattr(database, "write", write)
    courier = post.courier()
    running = asyncio.ensure_future(courier.run())

    async def owed(name: str) -> int:
        person = await post.district.resident(name)
        await database.write(outbox.owe, person.id, DeliveryKind.NOTICE, 0, post.now, ZONE)
        return person.id

    async def unsure() -> set[int]:
        return {row.person_id for row in await post.rows() if row.unsure_at is not None}

    ana = await owed("ana")
    courier.rounds.wake()
    await until(lambda: courier._records.gave_up)
    refusing[0] = False
    for name in ("bo", "li"):
        losing[0] = True
        person = await owed(name)
        for _ in range(500):
            courier.rounds.wake()
            if State.CLAIMED not in await post.states() and not losing[0]:
                break
            await asyncio.sleep(0.01)
        assert (person in await unsure()) == (name == "bo"), name
    assert ana in await unsure()
    courier.rounds.stop()
    await asyncio.wait_for(running, 10)


async def test_who_was_never_sure_stays_unsure_when_a_delivery_is_given_up(post: Post) -> None:
    ana = await post.district.resident("ana")
    sent = await notice(post)
    await post.district.owes()

    def many_tries(connection: Connection) -> None:
        connection.execute(deliveries.update().values(attempts=MAX_ATTEMPTS))

    await post.district.database.write(many_tries)
    post.telegram.mishaps[ana.telegram_id] = [Unsure("502")]
    await post.deliver()
    assert await counts(post, sent) == {State.FAILED: 1}
    [listed] = (await post.district.database.read(broadcast_queries.troubles, sent, 0)).items
    assert listed.unsure


async def test_what_was_in_hand_when_a_round_failed_is_sent_in_the_next(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(10):
        await post.district.resident(f"p{n}")
    sent = await notice(post)
    await post.district.owes()
    real = post.pace.turn_now

    turns: list[int] = []

    def fails(chat_id: int) -> Any:
        turns.append(chat_id)
        if len(turns) == 4:
            raise RuntimeError("a mistake of ours")
        return real(chat_id)

    monkeypatch.setattr(post.pace, "turn_now", fails)
    courier = post.courier()
    running = asyncio.ensure_future(courier.run())
    courier.rounds.wake()
    await until(lambda: "a round failed" in caplog.text)
    courier.rounds.wake()
    await until(lambda: len({chat for chat, _ in post.telegram.sent}) == 10)
    courier.rounds.stop()
    await asyncio.wait_for(running, 5)
    assert await counts(post, sent) == {State.SENT: 10}


@pytest.mark.parametrize("mishap", [Rejected("400"), Unreachable("403")])
async def test_an_answer_that_refuses_one_message_counts_for_the_pace(
    post: Post, mishap: Exception
) -> None:
    """It may count against the limit, and may have come late, like any other."""
    ana = await post.district.resident("ana")
    await notice(post)
    post.telegram.mishaps[ana.telegram_id] = [mishap]
    made: list[Turn] = []
    post.pace.made = made.append  # type: ignore[assignment]
    await post.deliver()
    assert len(made) == 1

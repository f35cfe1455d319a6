"""Intake: stored before it is confirmed, handled once and in order, set aside if it must be."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram.fsm.storage.base import StorageKey

from bot.conversations import Conversations
from bot.intake import (
    BATCH,
    HANDLERS,
    TOO_FAST,
    CannotParse,
    Intake,
    next_offset,
    sender_of,
)
from bot.lanes import ENOUGH_WAITING, Raw
from storage.actions.people import consent, set_reachable
from storage.database import Database
from storage.model.haste import AT_ONCE
from storage.queries.conversations import all_open
from storage.queries.updates import waiting
from storage.tables import counters, persons, updates
from tests.storage.district import rows_of
from tests.storage.test_database import put_counter
from tests.storage.test_trouble import make_full, make_room_again, put_much
from tests.waiting import HANG, until

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


def said(update_id: int, person: int = 1, text: str = "words") -> Raw:
    """A message as Telegram sends it, as far as the intake looks."""
    return {"update_id": update_id, "message": {"from": {"id": person}, "text": text}}


def make(database: Database, handle: Callable[[Raw], Awaitable[None]]) -> Intake:
    return Intake(database, handle, lambda: NOW)


async def handled_by(intake: Intake, *batches: list[Raw]) -> None:
    """Receive the batches, handle all that waits, and stop."""
    await intake.resume()
    running = asyncio.ensure_future(intake.run())
    for batch in batches:
        await intake.receive(batch)
    await asyncio.wait_for(intake.drained(), HANG)
    intake.stop()
    await asyncio.wait_for(running, HANG)


async def rows(database: Database) -> dict[int, Any]:
    return {row.update_id: row for row in await database.read(rows_of, updates)}


async def test_what_was_received_is_stored_when_receive_returns(sqlite: Database) -> None:
    async def handle(update: Raw) -> None:
        raise AssertionError("nobody runs it")

    await make(sqlite, handle).receive([said(7), said(8, text="您好")])
    stored = dict(await sqlite.read(waiting))
    assert {i: json.loads(body)["message"]["text"] for i, body in stored.items()} == {
        7: "words",
        8: "您好",
    }


async def test_one_persons_updates_are_handled_in_order_and_never_two_at_once(
    sqlite: Database,
) -> None:
    active: set[int] = set()
    order: dict[int, list[int]] = {}
    most = 0

    async def handle(update: Raw) -> None:
        nonlocal most
        person = sender_of(update)
        assert person not in active
        active.add(person)
        most = max(most, len(active))
        await asyncio.sleep(0.001 * (update["update_id"] % 3))
        order.setdefault(person, []).append(update["update_id"])
        active.remove(person)

    batch = [said(n, person=n * n % 7) for n in range(200)]
    await handled_by(make(sqlite, handle), batch[:100], batch[100:])
    assert sum(len(ids) for ids in order.values()) == 200
    assert all(ids == sorted(ids) for ids in order.values())
    assert most == len(order), "different persons are handled side by side"


async def test_a_person_who_says_much_does_not_hold_up_the_others(sqlite: Database) -> None:
    order: list[int] = []

    async def handle(update: Raw) -> None:
        await asyncio.sleep(0)
        order.append(sender_of(update))

    many = [said(n, person=1) for n in range(300)]
    await handled_by(make(sqlite, handle), [*many, said(300, person=2)])
    assert order.index(2) < 50


async def test_a_known_update_is_dropped_whether_it_waits_or_was_handled(
    sqlite: Database,
) -> None:
    seen: list[int] = []

    async def handle(update: Raw) -> None:
        seen.append(update["update_id"])

    await handled_by(make(sqlite, handle), [said(1), said(1), said(2)], [said(2), said(3)])
    await handled_by(make(sqlite, handle), [said(2), said(3), said(4)])
    assert seen == [1, 2, 3, 4]


async def test_what_waited_at_a_stop_is_handled_first_after_the_start(sqlite: Database) -> None:
    seen: list[int] = []

    async def handle(update: Raw) -> None:
        seen.append(update["update_id"])

    await make(sqlite, handle).receive([said(5), said(4)])
    await handled_by(make(sqlite, handle), [said(5), said(6)])
    assert seen == [4, 5, 6]


async def test_texts_are_wiped_once_handled(sqlite: Database) -> None:
    async def handle(update: Raw) -> None:
        if update["update_id"] == 2:
            await sqlite.write(put_counter, "n")

    await handled_by(make(sqlite, handle), [said(1), said(2)])
    assert {i: (row.body, row.handled_at) for i, row in (await rows(sqlite)).items()} == {
        1: (None, NOW),
        2: (None, NOW),
    }


async def test_what_cannot_be_parsed_or_handled_is_kept_aside_and_the_rest_goes_on(
    sqlite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def handle(update: Raw) -> None:
        if update["update_id"] == 1:
            raise CannotParse("half a \ud83d pair\0")
        if update["update_id"] == 2:
            raise ZeroDivisionError("our mistake")
        await sqlite.write(put_counter, f"n{update['update_id']}")

    with caplog.at_level(logging.ERROR):
        await handled_by(make(sqlite, handle), [said(n) for n in range(1, 5)])
    found = await rows(sqlite)
    assert found[1].set_aside == "cannot be parsed: half a ? pair?"
    assert found[2].set_aside == "ZeroDivisionError: our mistake"
    assert json.loads(found[1].body) == said(1), "the operator needs to see what it was"
    assert json.loads(found[2].body) == said(2)
    assert all(row.handled_at is not None for row in found.values())
    assert [row.name for row in await sqlite.read(rows_of, counters)] == ["n3", "n4"]
    assert "update 1 is set aside" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert await sqlite.read(waiting) == []


async def test_what_was_done_before_a_failure_stays_done_once(sqlite: Database) -> None:
    async def handle(update: Raw) -> None:
        await sqlite.write(put_counter, "n")
        raise ZeroDivisionError

    for _ in range(2):
        await handled_by(make(sqlite, handle), [said(1)])
    assert len(await sqlite.read(rows_of, counters)) == 1


async def test_what_the_database_had_no_room_for_is_handled_when_it_has(sqlite: Database) -> None:
    """It is no mistake of the update's: nothing is set aside, nothing done twice."""
    tries: list[int] = []

    async def handle(update: Raw) -> None:
        tries.append(update["update_id"])
        await sqlite.write(put_much, update["update_id"])

    intake = make(sqlite, handle)
    await intake.receive([said(1), said(2)])
    await sqlite.write(make_full)
    running = asyncio.ensure_future(intake.run())
    await until(lambda: len(tries) == 2)
    await make_room_again(sqlite)
    await asyncio.wait_for(intake.drained(), HANG)
    intake.stop()
    await asyncio.wait_for(running, HANG)
    found = await rows(sqlite)
    assert [(row.handled_at, row.set_aside) for row in found.values()] == [(NOW, None)] * 2
    assert sorted(row.value for row in await sqlite.read(rows_of, counters)) == [1, 2]


async def test_a_stop_does_not_wait_for_room_and_the_rest_stays_stored(sqlite: Database) -> None:
    tried = asyncio.Event()

    async def handle(_: Raw) -> None:
        tried.set()
        await sqlite.write(put_much, 1)

    intake = make(sqlite, handle)
    await intake.receive([said(1)])
    await sqlite.write(make_full)
    running = asyncio.ensure_future(intake.run())
    await asyncio.wait_for(tried.wait(), HANG)
    intake.stop()
    await asyncio.wait_for(running, HANG)
    assert [update_id for update_id, _ in await sqlite.read(waiting)] == [1]


async def test_half_a_surrogate_pair_stops_nobody(sqlite: Database) -> None:
    """JSON allows it, UTF-8 does not: stored as text it would fail the whole batch for ever."""
    seen: list[str] = []

    async def handle(update: Raw) -> None:
        seen.append(update["message"]["text"])

    broken = json.loads(r'{"update_id": 1, "message": {"from": {"id": 1}, "text": "\ud83d"}}')
    await handled_by(make(sqlite, handle), [broken, said(2)])
    assert seen == ["\ud83d", "words"]


async def test_stop_ends_after_what_is_being_handled_and_the_rest_stays_stored(
    sqlite: Database,
) -> None:
    begun: list[int] = []
    gate, full = asyncio.Event(), asyncio.Event()

    async def handle(update: Raw) -> None:
        begun.append(update["update_id"])
        if len(begun) == HANDLERS:
            full.set()
        await gate.wait()

    intake = make(sqlite, handle)
    running = asyncio.ensure_future(intake.run())
    await intake.receive([said(n, person=n) for n in range(HANDLERS * 3)])
    await full.wait()
    intake.stop()
    await asyncio.sleep(0.02)
    assert not running.done(), "what is being handled is finished"
    gate.set()
    await asyncio.wait_for(running, HANG)
    assert len(begun) == HANDLERS
    left = [update_id for update_id, _ in await sqlite.read(waiting)]
    assert sorted([*left, *begun]) == list(range(HANDLERS * 3))


async def test_the_poller_is_held_up_while_too_much_waits(sqlite: Database) -> None:
    gate = asyncio.Event()

    async def handle(_: Raw) -> None:
        await gate.wait()

    intake = make(sqlite, handle)
    await intake.receive([said(n, person=n) for n in range(ENOUGH_WAITING)])
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(intake.room(), 0.05)
    running = asyncio.ensure_future(intake.run())
    gate.set()
    await asyncio.wait_for(intake.room(), HANG)
    await asyncio.wait_for(intake.drained(), HANG)
    intake.stop()
    await running


async def test_one_persons_many_messages_hold_up_nobody_else(sqlite: Database) -> None:
    gate, seen = asyncio.Event(), list[int]()

    async def handle(update: Raw) -> None:
        seen.append(sender_of(update))
        if sender_of(update) == 1:
            await gate.wait()

    intake, count = make(sqlite, handle), ENOUGH_WAITING + 100
    slowly = [said(n) for n in range(count)]  # two a second, for an hour in which we were away
    for n, update in enumerate(slowly):
        update["message"]["date"] = int(NOW.timestamp()) - (count - n) // 2
    running = asyncio.ensure_future(intake.run())
    await intake.receive(slowly)
    await asyncio.wait_for(intake.room(), HANG)
    await intake.receive([said(count, person=2)])
    await until(lambda: 2 in seen)
    assert seen.count(1) <= 1
    gate.set()
    await asyncio.wait_for(intake.drained(), HANG)
    intake.stop()
    await running
    assert seen.count(1) == count


async def test_whoever_writes_can_be_reached_again(sqlite: Database) -> None:
    async def handle(_: Raw) -> None:
        """Nothing to do."""

    await sqlite.write(consent, 77, "ana", "zh", NOW)
    await sqlite.write(set_reachable, 77, False, NOW)
    await handled_by(make(sqlite, handle), [said(1, person=77)])
    [row] = await sqlite.read(rows_of, persons)
    assert row.unreachable_at is None


@pytest.mark.parametrize(
    ("update", "sender"),
    [
        ({"update_id": 1, "message": {"from": {"id": 5}, "chat": {"id": 6}}}, 5),
        ({"update_id": 1, "callback_query": {"id": "9", "from": {"id": 5}}}, 5),
        ({"update_id": 1, "poll_answer": {"user": {"id": 5}}}, 5),
        ({"update_id": 1, "channel_post": {"chat": {"id": -6}}}, -6),
        ({"update_id": 1, "poll": {"id": "x"}}, 0),
        ({"update_id": 1, "message": {"from": "x", "chat": {"id": "y"}}}, 0),
        ({"update_id": 1, "something_new": 5}, 0),
        ({"update_id": 1}, 0),
    ],
)
def test_who_caused_an_update_is_known_whatever_its_kind(update: Raw, sender: int) -> None:
    assert sender_of(update) == sender


# Conversations

KEY = StorageKey(bot_id=42, chat_id=1, user_id=1)
FORM = StorageKey(bot_id=42, chat_id=1, user_id=1, destiny="aiogd:context:x")


async def test_what_a_failed_handler_changed_in_a_conversation_is_undone(sqlite: Database) -> None:
    talk = Conversations(sqlite, lambda: NOW)
    async with talk.step():
        await talk.set_data(KEY, {"text": "before"})
        await talk.set_state(KEY, "Form:text")
    before = await sqlite.read(all_open)

    async def fail() -> None:
        async with talk.step():
            await talk.set_data(KEY, {"text": "after"})
            await talk.set_state(KEY, None)
            await talk.set_data(FORM, {"new": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await talk.get_data(KEY) == {"text": "before"}
    assert await talk.get_state(KEY) == "Form:text"
    assert await talk.get_data(FORM) == {}
    assert await sqlite.read(all_open) == before


async def test_conversations_are_taken_up_after_a_restart_and_deleted_when_over(
    sqlite: Database,
) -> None:
    talk = Conversations(sqlite, lambda: NOW)
    async with talk.step():
        await talk.set_data(KEY, {"文": [1, None]})
        await talk.set_state(FORM, "Form:text")
    again = Conversations(sqlite, lambda: NOW)
    await again.load()
    assert await again.get_data(KEY) == {"文": [1, None]}
    assert await again.get_state(FORM) == "Form:text"
    async with again.step():
        await again.set_data(KEY, {})
        await again.set_state(FORM, None)
    assert await sqlite.read(all_open) == {}


async def test_a_step_that_changes_nothing_writes_nothing(sqlite: Database) -> None:
    talk = Conversations(sqlite, lambda: NOW)
    async with talk.step():
        await talk.set_data(KEY, {"a": 1})
    later = Conversations(sqlite, lambda: NOW + timedelta(days=1))
    await later.load()
    async with later.step():
        await later.set_data(KEY, {"a": 2})
        await later.set_data(KEY, {"a": 1})
        await later.set_state(FORM, None)
    [(_, updated_at)] = await sqlite.read(
        lambda c: [tuple(r) for r in c.exec_driver_sql("SELECT key, updated_at FROM conversations")]
    )
    assert updated_at.startswith("2026-03-02")


MONTH = timedelta(days=31)
STACK = replace(FORM, destiny="aiogd:stack:")
TOP = replace(FORM, destiny="aiogd:context:top")
OTHER = replace(FORM, chat_id=2, user_id=2)


async def test_what_nobody_touched_for_a_month_is_forgotten_here_and_in_the_database(
    sqlite: Database,
) -> None:
    times = [NOW]
    talk = Conversations(sqlite, lambda: times[-1])
    for key in (KEY, FORM, OTHER):
        async with talk.step():
            await talk.set_data(key, {"draft": 1})
        times.append(times[-1] + timedelta(days=1))
    times.append(NOW + MONTH + timedelta(days=1))
    await talk.sweep()
    assert [await talk.get_data(key) for key in (KEY, FORM)] == [{}, {}]
    assert await talk.get_data(OTHER) == {"draft": 1}
    again = Conversations(sqlite, lambda: times[-1])
    await again.load()
    assert [await again.get_data(key) for key in (KEY, FORM)] == [{}, {}]
    assert await again.get_data(OTHER) == {"draft": 1}


async def test_a_form_that_waits_is_kept_as_long_as_the_person_fills_in_another(
    sqlite: Database,
) -> None:
    """Without it, the one on top could never be ended: it ends with a look at the one below."""
    times = [NOW]
    talk = Conversations(sqlite, lambda: times[-1])
    for key in (KEY, STACK, FORM, TOP, OTHER):
        async with talk.step():
            await talk.set_data(key, {"draft": 1})
    times.append(NOW + MONTH)
    async with talk.step():
        await talk.set_data(TOP, {"draft": 2})
    await talk.sweep()
    again = Conversations(sqlite, lambda: times[-1])
    await again.load()
    for each in (talk, again):
        for waiting_one in (KEY, STACK, FORM):
            assert await each.get_data(waiting_one) == {"draft": 1}
        assert await each.get_data(OTHER) == {}


async def test_a_step_in_a_conversation_is_handled_with_its_last_write(sqlite: Database) -> None:
    """Killed between its two writes, it is handled again; see also the kill test."""
    talk = Conversations(sqlite, lambda: NOW)
    async with talk.step():
        await talk.set_data(KEY, {"draft": 1})
    marked: list[bool] = []

    async def handle(update: Raw) -> None:
        async with talk.step():
            if update["update_id"] == 1:
                await talk.get_data(KEY)
            await sqlite.write(put_counter, f"n{update['update_id']}")
            found = await rows(sqlite)
            marked.append(found[update["update_id"]].handled_at is not None)
            if update["update_id"] == 1:
                await talk.set_data(KEY, {})

    await handled_by(make(sqlite, handle), [said(1, person=1)], [said(2, person=2)])
    assert sorted(marked) == [False, True]
    assert await sqlite.read(waiting) == []
    assert await sqlite.read(all_open) == {}


async def test_a_flood_of_one_person_takes_nobody_elses_turn_and_is_answered_once(
    sqlite: Database,
) -> None:
    """The whole flood passes without waiting, and nothing of the rest is written or handled."""
    seen: list[Raw] = []

    async def handle(update: Raw) -> None:
        seen.append(update)

    flood = [said(n, person=1) for n in range(10_000)]
    batches = [flood[n : n + 100] for n in range(0, len(flood), 100)]
    pressed = {"update_id": 10_001, "my_chat_member": {"from": {"id": 1}}}
    await handled_by(make(sqlite, handle), *batches, [said(10_000, person=2), pressed])
    assert [u["update_id"] for u in seen if sender_of(u) == 1 and "message" in u] == [
        *range(AT_ONCE + 1)
    ]
    assert [u["update_id"] for u in seen if TOO_FAST in u] == [AT_ONCE]
    assert {10_000, 10_001} <= {u["update_id"] for u in seen}, "others, and what Telegram says"
    assert len(await rows(sqlite)) == AT_ONCE + 3


async def test_while_a_flood_is_fetched_others_are_handled_and_the_flood_is_not(
    sqlite: Database,
) -> None:
    """Of whoever has much waiting nothing is handled between two full batches: what comes behind
    it is fetched the sooner."""
    seen: list[int] = []

    async def handle(update: Raw) -> None:
        seen.append(sender_of(update))

    intake = make(sqlite, handle)
    flood = [said(n, person=1) for n in range(BATCH - 1)]
    running = asyncio.ensure_future(intake.run())
    await intake.receive([*flood, said(BATCH, person=2)])
    await asyncio.wait_for(intake.drained(), HANG)
    intake.stop()
    await running
    assert seen == [2, *[1] * len(flood)]


async def test_of_a_flood_of_presses_each_is_answered_or_left_to_be(sqlite: Database) -> None:
    """Once each, also when a batch comes again; what is no press is not left to anybody."""
    seen: list[int] = []
    left: list[str] = []

    async def handle(update: Raw) -> None:
        seen.append(update["update_id"])

    def pressed(n: int) -> Raw:
        return {"update_id": n, "callback_query": {"from": {"id": 1}, "id": f"q{n}"}}

    flood = [pressed(n) for n in range(AT_ONCE + 300)]
    words = [said(n) for n in range(1_000, 1_000 + AT_ONCE + 100)]
    odd: list[Raw] = [{"update_id": 5_000, "callback_query": {"from": {"id": 1}}}]
    intake = Intake(sqlite, handle, lambda: NOW, left.append)
    batches = [flood[n : n + 100] for n in range(0, len(flood), 100)]
    await handled_by(intake, *batches, words, odd)
    assert left == [*(f"q{n}" for n in range(AT_ONCE + 1, AT_ONCE + 300))]
    assert seen == [*range(AT_ONCE + 1), *range(1_000, 1_000 + AT_ONCE + 1)]


async def test_a_flood_leaves_a_batch_judged_when_it_comes_again(sqlite: Database) -> None:
    seen: list[int] = []

    async def handle(update: Raw) -> None:
        seen.append(update["update_id"])

    batch = [said(n) for n in range(100)]
    await handled_by(make(sqlite, handle), *[batch] * 5, [said(100)])
    assert seen == [*range(101)]


async def test_what_was_written_while_the_bot_was_away_is_no_flood(sqlite: Database) -> None:
    seen: list[int] = []

    async def handle(update: Raw) -> None:
        seen.append(update["update_id"])

    away = [said(n) for n in range(500)]
    for update in away:
        update["message"]["date"] = int(NOW.timestamp()) - 3_600 + update["update_id"]
    await handled_by(make(sqlite, handle), away)
    assert seen == [*range(500)]


@pytest.mark.parametrize("odd", [2**63, 2**70, 10**400, -(2**63) - 1])
async def test_an_id_beyond_what_a_column_holds_stops_nobody(sqlite: Database, odd: int) -> None:
    seen: list[str] = []

    async def handle(update: Raw) -> None:
        seen.append(update["message"]["text"])

    batch = [said(1), said(odd, text="odd"), said(odd + 1, person=odd, text="next"), said(2)]
    await handled_by(make(sqlite, handle), batch, batch)
    assert sorted(seen) == ["next", "odd", "words", "words"]
    assert len(await rows(sqlite)) == 4
    assert next_offset(batch) == 3
    assert next_offset(batch[:3]) == odd + 2


async def test_what_is_no_update_stops_nobody(
    sqlite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[int] = []

    async def handle(update: Raw) -> None:
        seen.append(update["update_id"])

    strange: list[Any] = [
        None,
        5,
        "a secret",
        [],
        {},
        *({"update_id": i} for i in (None, "7", 1.5, True)),
    ]
    await handled_by(make(sqlite, handle), [*strange, said(3), *strange])
    assert seen == [3]
    assert "a secret" not in caplog.text
    assert next_offset([*strange, said(3), *strange]) == 4
    assert next_offset(strange) is None

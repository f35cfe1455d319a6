"""Corrections and withdrawals on their way: each call in its turn, nothing left behind."""

from datetime import time, timedelta
from functools import partial
from typing import Any

from content.screen import Screen
from scheduler.courier import _Hand
from scheduler.ports import Edit, SlowDown, TryLater, Unsure
from storage.actions import broadcasts, outbox, retries
from storage.model.delivery import MessageIds, Outcome
from storage.model.message import Message
from storage.model.person import Quiet
from tests.scheduler.clock import FakeClock, pace_of
from tests.storage.district import COURIER, NOW, ZONE

from .post import LATER, Post, State, counts, notice


async def test_a_correction_edits_what_was_sent_and_changes_what_is_not(post: Post) -> None:
    ana = await post.district.resident("ana")
    bo = await post.district.resident("bo", quiet=Quiet(time(11), time(13)))
    kim = await post.district.kim()
    first = await notice(post)
    await post.deliver()
    assert post.telegram.to(ana.telegram_id) == ["停水通知"]
    new = Message({"zh": "停水改到周五"}).to_json()
    change = await post.district.database.write(
        broadcasts.correct, kim.id, first, new, "draft", post.now
    )
    await post.deliver()
    [(chat, screen, before)] = post.telegram.edited
    assert (chat, screen.text, before) == (ana.telegram_id, "停水改到周五", ((1001,),))
    post.now = LATER
    await post.deliver()
    assert post.telegram.to(bo.telegram_id) == ["停水改到周五"]
    assert await counts(post, change) == {State.SENT: 1}
    assert await counts(post, first) == {State.SENT: 2}


async def test_what_is_changed_twice_is_changed_where_it_is_now(post: Post) -> None:
    """The first correction needed other messages than the notice; the next one is about those."""
    await post.district.resident("ana")
    kim, write = await post.district.kim(), post.district.database.write
    first = await notice(post)
    await post.deliver()

    async def edit() -> tuple[int, ...]:
        return (2002,)

    def edits(chat_id: int, screen: Screen, sent: MessageIds, *, whole: bool = True) -> list[Edit]:
        post.telegram.edited.append((chat_id, screen, sent))
        return [(1001,), edit]

    post.telegram.edits = edits  # type: ignore[method-assign]
    for text in ("新", "更新"):
        content = Message({"zh": text}).to_json()
        await write(broadcasts.correct, kim.id, first, content, text, post.now)
        await post.deliver()
    assert [before for _, _, before in post.telegram.edited] == [((1001,),), ((1001,), (2002,))]
    await write(broadcasts.withdraw, kim.id, first, "draft", post.now)
    await post.deliver()
    assert [i for _, i in post.telegram.deleted] == [1001, 2002]


def in_three_calls(post: Post, mishaps: list[Exception]) -> list[str]:
    """A correction is to make three calls, beside an album that stays: it edits a part, adds one,
    and deletes one. Returns the list of those that were made; a mishap comes before each second."""
    made: list[str] = []

    def edits(chat_id: int, screen: Screen, sent: MessageIds, *, whole: bool = True) -> list[Edit]:
        async def step(name: str, ids: tuple[int, ...]) -> tuple[int, ...]:
            if made and mishaps:
                raise mishaps.pop(0)
            made.append(f"{name} {screen.text}")
            return ids

        added = sent[2] if len(sent) > 2 else (3,)
        return [
            sent[0],
            lambda: step("edits", sent[1]),
            lambda: step("adds", added),
            lambda: step("deletes", ()),
        ]

    post.telegram.edits = edits  # type: ignore[method-assign]
    return made


async def sent_in_parts(post: Post, **given: Any) -> int:
    """A notice that ana has as two messages; the first is an album."""
    await post.district.resident("ana")
    first = await notice(post, **given)
    await post.district.owes()
    [held] = await post.district.database.write(outbox.claim_due, COURIER, NOW, 9, ZONE)
    arrived = Outcome(held.id, first, State.SENT, sent=((1, 10), (2,)))
    await post.district.database.write(outbox.record, COURIER, [arrived], NOW)
    return first


async def test_each_call_of_a_correction_waits_for_a_turn_of_its_own(post: Post) -> None:
    first = await sent_in_parts(post)
    made = in_three_calls(post, [])
    clock = FakeClock()
    post.pace = pace_of(30)
    kim, new = await post.district.kim(), Message({"zh": "新"}).to_json()
    write = post.district.database.write
    change = await write(broadcasts.correct, kim.id, first, new, "draft", post.now)
    await post.deliver()
    assert made == ["edits 新", "adds 新", "deletes 新"]
    assert clock.time >= 2 * post.pace.chat_interval
    old, row = await post.rows()
    assert (row.broadcast_id, row.state) == (change, State.SENT)
    assert old.message_ids == row.message_ids == "1,10;2;3"


async def test_a_correction_goes_on_where_a_pause_found_it(post: Post) -> None:
    first = await sent_in_parts(post)
    made = in_three_calls(post, [SlowDown("429", 1), TryLater("reset"), Unsure("502")])
    kim, new = await post.district.kim(), Message({"zh": "新"}).to_json()
    write = post.district.database.write
    change = await write(broadcasts.correct, kim.id, first, new, "draft", post.now)
    for done in (1, 1, 1, 3):
        await post.deliver()
        assert len(made) == done
        post.now += timedelta(seconds=10)
    assert made == ["edits 新", "adds 新", "deletes 新"]
    assert await counts(post, change) == {State.SENT: 1}
    assert [row.message_ids for row in await post.rows()] == ["1,10;2;3"] * 2


async def test_a_correction_goes_on_where_a_kill_found_it(post: Post) -> None:
    first = await sent_in_parts(post)
    made = in_three_calls(post, [])
    kim, new = await post.district.kim(), Message({"zh": "新"}).to_json()
    write = post.district.database.write
    change = await write(broadcasts.correct, kim.id, first, new, "draft", post.now)
    await post.killed_when(lambda: len(made) == 2)
    await post.deliver()
    assert made == ["edits 新", "adds 新", "deletes 新"], "nothing is added twice"
    assert await counts(post, change) == {State.SENT: 1}
    assert [row.message_ids for row in await post.rows()] == ["1,10;2;3"] * 2


async def test_what_half_a_correction_added_is_known_to_the_next_change(post: Post) -> None:
    """The other half never comes: a withdrawal, say, must delete the new piece all the same."""
    first = await sent_in_parts(post)
    made = in_three_calls(post, [])
    kim, new = await post.district.kim(), Message({"zh": "新"}).to_json()
    write, every_step = post.district.database.write, post.telegram.edits

    def breaks(chat_id: int, screen: Screen, sent: MessageIds, *, whole: bool = True) -> list[Edit]:
        async def refused() -> tuple[int, ...]:
            raise TryLater("reset")

        return [*every_step(chat_id, screen, sent)[:3], refused]

    post.telegram.edits = breaks  # type: ignore[method-assign]
    change = await write(broadcasts.correct, kim.id, first, new, "draft", post.now)
    await post.deliver()
    assert made == ["edits 新", "adds 新"]
    assert await counts(post, change) == {State.QUEUED: 1}
    await write(broadcasts.withdraw, kim.id, first, "draft 2", post.now)
    await post.deliver()
    assert [i for _, i in post.telegram.deleted] == [1, 10, 2, 3]


async def test_a_withdrawal_of_many_messages_waits_for_a_turn_for_each_call(post: Post) -> None:
    first = await notice(post)
    ana = await post.district.resident("ana")
    await post.district.owes()
    [held] = await post.district.database.write(outbox.claim_due, COURIER, NOW, 9, ZONE)
    arrived = Outcome(held.id, first, State.SENT, sent=tuple((n,) for n in range(1, 231)))
    await post.district.database.write(outbox.record, COURIER, [arrived], NOW)
    clock = FakeClock()
    post.pace = pace_of(30)
    kim = await post.district.kim()
    await post.district.database.write(broadcasts.withdraw, kim.id, first, "draft", post.now)
    await post.deliver()
    assert post.telegram.deleted == [(ana.telegram_id, n) for n in range(1, 231)]
    assert clock.time >= 2 * post.pace.chat_interval


async def test_a_second_correction_ends_the_first(post: Post) -> None:
    for n in range(3):
        await post.district.resident(f"p{n}")
    kim, write = await post.district.kim(), post.district.database.write
    first = await notice(post)
    await post.deliver()
    for text in ("新", "更新"):
        content = Message({"zh": text}).to_json()
        last = await write(broadcasts.correct, kim.id, first, content, text, post.now)
        await post.district.owes()
    await post.deliver()
    assert [screen.text for _, screen, _ in post.telegram.edited] == ["更新"] * 3
    assert await counts(post, last) == {State.SENT: 3}


async def test_a_withdrawal_deletes_what_was_sent_and_sends_no_more(post: Post) -> None:
    ana = await post.district.resident("ana")
    bo = await post.district.resident("bo", quiet=Quiet(time(11), time(13)))
    kim = await post.district.kim()
    first = await notice(post)
    await post.deliver()
    change = await post.district.database.write(
        broadcasts.withdraw, kim.id, first, "draft", post.now
    )
    await post.district.database.write(broadcasts.sweep, first, post.now)
    await post.deliver()
    assert post.telegram.deleted == [(ana.telegram_id, 1001)]
    post.now = LATER
    await post.deliver()
    assert post.telegram.to(bo.telegram_id) == []
    assert await counts(post, change) == {State.SENT: 1}
    assert await counts(post, first) == {State.SENT: 1, State.CANCELLED: 1}


async def test_what_is_corrected_while_it_is_on_its_way_is_edited_when_it_arrived(
    post: Post,
) -> None:
    ana = await post.district.resident("ana")
    kim = await post.district.kim()
    first = await notice(post)
    await post.district.owes()
    write = post.district.database.write
    [held] = await write(outbox.claim_due, COURIER, NOW, 9, ZONE)
    new = Message({"zh": "新"}).to_json()
    change = await write(broadcasts.correct, kim.id, first, new, "draft", post.now)
    await post.district.owes()
    [delivery] = await write(outbox.claim_due, COURIER, NOW, 9, ZONE)
    assert delivery.before == ()
    outcome = await post.courier()._deliver(_Hand(delivery, (), None))
    assert (outcome.state, outcome.failed_try) == (State.QUEUED, True)
    arrived = Outcome(held.id, first, State.SENT, sent=((5,),))
    await write(outbox.record, COURIER, [outcome, arrived], NOW)
    post.now += timedelta(seconds=10)
    await post.deliver()
    assert [(c, s.text) for c, s, _ in post.telegram.edited] == [(ana.telegram_id, "新")]
    assert await counts(post, change) == {State.SENT: 1}


# Changes of what is half sent


async def sent_by_half(post: Post) -> tuple[int, list[str]]:
    """A notice of three parts, the second of which a server refused for now. Returns its id and
    the list of texts that ana has, which goes on with what she is sent and how it changes."""
    await post.district.resident("ana")
    first = await notice(post, "\n\n".join("旧" * 900 for _ in range(12)))
    has: list[str] = []
    troubles = [TryLater("502")]

    async def send(chat_id: int, screen: Screen, part: int = 0) -> tuple[int, ...]:
        if part == 1 and troubles:
            raise troubles.pop()
        has.append(f"{screen.text[0]}{part}")
        return (1000 + len(has),)

    def edits(chat_id: int, screen: Screen, sent: MessageIds, *, whole: bool = True) -> list[Edit]:
        assert not whole

        async def edit(part: int) -> tuple[int, ...]:
            has[part] = f"{screen.text[0]}{part}"
            return sent[part]

        parts = range(post.telegram.parts(screen))
        changed = [partial(edit, part) for part in parts[: len(sent)]]
        return [*changed, *(partial(send, chat_id, screen, part) for part in parts[len(sent) :])]

    post.telegram.send = send  # type: ignore[method-assign]
    post.telegram.edits = edits  # type: ignore[method-assign]
    await post.deliver()
    assert has == ["旧0"]
    assert await counts(post, first) == {State.QUEUED: 1}
    return first, has


async def test_what_is_half_sent_is_corrected_and_each_part_comes_once(post: Post) -> None:
    first, has = await sent_by_half(post)
    kim, new = await post.district.kim(), "\n\n".join("新" * 900 for _ in range(12))
    content = Message({"zh": new}).to_json()
    post.now += timedelta(minutes=1)
    change = await post.district.database.write(
        broadcasts.correct, kim.id, first, content, "draft", post.now
    )
    for _ in range(3):
        await post.deliver()
        post.now += timedelta(seconds=2)
    assert has == ["新0", "新1", "新2"]
    assert await counts(post, change) == await counts(post, first) == {State.SENT: 1}
    assert [row.message_ids for row in await post.rows()] == ["1001;1002;1003"] * 2


async def test_what_is_half_sent_is_taken_back(post: Post) -> None:
    first, has = await sent_by_half(post)
    kim, write = await post.district.kim(), post.district.database.write
    change = await write(broadcasts.withdraw, kim.id, first, "draft", post.now)
    await post.district.owes()  # as the planner does: before it sweeps
    await write(broadcasts.sweep, first, post.now)
    post.now = LATER
    await post.deliver()
    assert [i for _, i in post.telegram.deleted] == [1001]
    assert has == ["旧0"], "and nothing more was sent"
    assert await counts(post, change) == {State.SENT: 1}


async def test_a_correction_knows_whether_all_of_it_was_sent(post: Post) -> None:
    """A poll, say, that may have come or not is no text."""
    ana = await post.district.resident("ana")
    first = await notice(post, "\n\n".join("旧" * 900 for _ in range(8)), at_most_once=True)
    real, edits = post.telegram.send, post.telegram.edits
    told: list[bool] = []

    async def send(chat_id: int, screen: Screen, part: int = 0) -> tuple[int, ...]:
        if part == 1 and not told:
            raise Unsure("timeout")
        return await real(chat_id, screen, part)

    def telling(
        chat_id: int, screen: Screen, sent: MessageIds, *, whole: bool = True
    ) -> list[Edit]:
        told.append(whole)
        return edits(chat_id, screen, sent)

    post.telegram.send = send  # type: ignore[method-assign]
    post.telegram.edits = telling  # type: ignore[method-assign]
    await post.deliver()
    assert await counts(post, first) == {State.FAILED: 1}
    kim, write = await post.district.kim(), post.district.database.write
    for draft_key in ("one", "two"):
        new = Message({"zh": draft_key}).to_json()
        await write(broadcasts.correct, kim.id, first, new, draft_key, post.now)
        await post.deliver()
        await write(retries.retry, kim.id, first, post.now)
        await post.deliver()
    assert told == [False, True]
    assert {chat for chat, _, _ in post.telegram.edited} == {ana.telegram_id}

"""Progress cards: edited when something changed, never in anybody's way, ended in good order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, text, update

from content.screen import Button, Screen
from content.screens.broadcasts import Drawer, fingerprint
from scheduler.cards import Cards
from scheduler.pace import Pace
from scheduler.ports import Rejected, SlowDown, TryLater, Turn, Unreachable
from storage.actions import broadcasts as actions
from storage.actions import cards as card_actions
from storage.actions import pauses, retries
from storage.actions.outbox import claim_due, record
from storage.actions.study import acknowledge
from storage.database import Database
from storage.model.audience import Audience
from storage.model.broadcast import NewBroadcast
from storage.model.delivery import DeliveryState, MessageIds, Outcome
from storage.model.kinds import DeliveryKind
from storage.model.message import Message
from storage.model.person import Person, Quiet
from storage.model.roles import Role
from storage.queries import cards as queries
from storage.queries import pauses as pause_queries
from storage.tables import broadcasts, cards, roles
from tests.scheduler.clock import FakeClock, pace_of
from tests.scheduler.post import COURSES, TEXTS
from tests.storage.district import COURIER, NOW, ZONE, District
from tests.waiting import until

State = DeliveryState


@dataclass
class Telegram:
    """Edits what it is asked to, unless mishaps are set for a chat, each once, in order."""

    mishaps: dict[int, list[Exception]] = field(default_factory=dict)
    edits: list[tuple[int, int, Screen]] = field(default_factory=list)
    tries: int = 0

    def parts(self, screen: Screen) -> int:
        return 1

    def messages(self, screen: Screen, part: int) -> int:
        return 1

    async def send(self, chat_id: int, screen: Screen, part: int = 0) -> tuple[int, ...]:
        raise AssertionError("a card is never sent by itself")

    async def edit(self, chat_id: int, screen: Screen, sent: MessageIds) -> MessageIds:
        self.tries += 1
        if waiting := self.mishaps.get(chat_id):
            raise waiting.pop(0)
        [[message_id]] = sent
        self.edits.append((chat_id, message_id, screen))
        return sent

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> None:
        raise AssertionError("a card is never deleted")


@dataclass
class Desk:
    """Staff with cards in their chats."""

    district: District
    telegram: Telegram = field(default_factory=Telegram)
    clock: FakeClock = field(default_factory=FakeClock)
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.pace = pace_of(1000)
        self.cards = self.started()

    def started(self) -> Cards:
        """As after a restart."""
        drawer = Drawer(TEXTS, COURSES)
        given = (self.district.database, self.telegram, self.pace, drawer)
        return Cards(*given, now=lambda: self.now, clock=self.clock.now)

    async def looks(self, after: float = 3.0) -> list[str]:
        """Another round, `after` seconds; what it changed the cards into."""
        self.clock.skip(after)
        before = len(self.telegram.edits)
        await self.cards.refresh()
        return [screen.text for _, _, screen in self.telegram.edits[before:]]

    async def begins(self, **given: Any) -> int:
        """A notice to the eastern community."""
        new: dict[str, Any] = {
            "kind": DeliveryKind.NOTICE,
            "node_id": self.district.east.id,
            "audience": Audience(self.district.east.id),
            "slot_at": NOW,
            "content": Message({"zh": "今晚停水"}).to_json(),
        }
        write = self.district.database.write
        broadcast = await write(actions.begin, NewBroadcast(**(new | given)), NOW)
        await self.district.owes()
        return broadcast

    async def follows(self, broadcast: int, person: Person, message_id: int = 7) -> None:
        given = (broadcast, person.id, message_id, "as it was")
        await self.district.database.write(card_actions.follow, *given)

    async def delivers(self, most: int, state: State = State.SENT) -> None:
        write = self.district.database.write
        for claimed in await write(claim_due, COURIER, NOW, most, ZONE):
            reason = None if state is State.SENT else "400 no"
            outcome = Outcome(claimed.id, claimed.broadcast_id, state, reason=reason)
            await write(record, COURIER, [outcome], NOW)
        await write(actions.finish, NOW)

    async def rows(self) -> list[Any]:
        return list(await self.district.rows(cards))


@pytest.fixture
async def desk(district: District) -> Desk:
    for n in range(10):
        await district.resident(f"p{n}")
    return Desk(district)


async def test_a_card_lives_until_its_broadcast_is_done(desk: Desk) -> None:
    kim = await desk.district.kim()
    broadcast = await desk.begins()
    await desk.follows(broadcast, kim)
    [first] = await desk.looks()
    assert "今晚停水" in first
    assert "发送中 ░░░░░░░░░░ 0 %\n0/10 · 等待 10" in first
    await desk.delivers(5)
    [second] = await desk.looks()
    assert "▓▓▓▓▓░░░░░ 50 %\n5/10 · 送达 5 · 等待 5\n" in second
    assert "每秒 1.7 条 · 约剩 3 秒" in second
    await desk.delivers(4)
    await desk.delivers(1, State.FAILED)
    [last] = await desk.looks()
    assert "✅ 完成：送达 9 · 失败 1" in last
    chat, message, screen = desk.telegram.edits[-1]
    assert (chat, message) == (kim.telegram_id, 7)
    assert any(f"broadcast_lost:{broadcast}" in b.press for row in screen.rows for b in row)
    assert await desk.rows() == []
    assert await desk.looks() == []


async def test_what_did_not_change_is_not_edited(desk: Desk) -> None:
    broadcast = await desk.begins()
    await desk.follows(broadcast, await desk.district.kim())
    await desk.looks()
    [waits] = await desk.looks()
    assert "排在别的群发后面" in waits
    for _ in range(3):
        assert await desk.looks() == []
    assert desk.telegram.tries == 2


async def test_a_restart_goes_on_with_the_cards_and_repeats_nothing(desk: Desk) -> None:
    broadcast = await desk.begins()
    await desk.follows(broadcast, await desk.district.kim())
    await desk.looks()
    desk.cards = desk.started()
    assert await desk.looks() == []
    await desk.delivers(10)
    desk.cards = desk.started()
    [last] = await desk.looks()
    assert "✅ 完成：送达 10" in last


async def test_the_rate_is_that_of_the_last_looks(desk: Desk) -> None:
    broadcast = await desk.begins()
    await desk.follows(broadcast, await desk.district.kim())
    await desk.looks()
    for _ in range(4):
        await desk.delivers(1)
        await desk.looks()
    await desk.delivers(4)
    [seen] = await desk.looks(30)
    assert "每秒 0.1 条 · 约剩 15 秒" in seen
    await desk.delivers(1, State.FAILED)
    await desk.looks()
    await desk.district.database.write(retries.retry, desk.district.mei.id, broadcast, NOW)
    [again] = await desk.looks()  # fewer are done than before: measured anew
    assert "每秒" not in again


async def test_a_card_that_cannot_be_edited_is_given_up_and_the_others_go_on(desk: Desk) -> None:
    broadcast = await desk.begins()
    kim, li = await desk.district.kim(), await east_staff(desk, "li")
    refusals = [Rejected("400 message to edit not found"), Unreachable("403 bot was blocked")]
    for person, error in zip((kim, desk.district.mei), refusals, strict=True):
        await desk.follows(broadcast, person)
        desk.telegram.mishaps[person.telegram_id] = [error]
    await desk.follows(broadcast, li, 9)
    assert len(await desk.looks()) == 1
    assert [(row.person_id, row.message_id) for row in await desk.rows()] == [(li.id, 9)]


async def east_staff(desk: Desk, name: str) -> Person:
    return await desk.district.staff(name, Role.COMMUNITY, desk.district.east)


async def test_when_telegram_is_away_the_next_look_tries_again(desk: Desk) -> None:
    kim = await desk.district.kim()
    await desk.follows(await desk.begins(), kim)
    desk.telegram.mishaps[kim.telegram_id] = [TryLater("502")]
    assert await desk.looks() == []
    assert len(await desk.looks()) == 1


async def test_when_telegram_asks_to_wait_nothing_is_tried_until_then(desk: Desk) -> None:
    kim, broadcast = await desk.district.kim(), await desk.begins()
    await desk.follows(broadcast, kim)
    await desk.follows(broadcast, desk.district.mei)
    desk.telegram.mishaps[kim.telegram_id] = [SlowDown("429", 60.0)]
    assert len(await desk.looks()) == 1  # mei's; then kim's was refused
    for _ in range(10):
        assert await desk.looks(5) == []
    assert desk.telegram.tries == 2
    await desk.looks(10)
    assert kim.telegram_id in {chat for chat, _, _ in desk.telegram.edits}


async def test_when_telegram_asks_a_card_to_wait_pushes_wait_too_also_after_a_restart(
    desk: Desk,
) -> None:
    kim = await desk.district.kim()
    await desk.follows(await desk.begins(), kim)
    desk.telegram.mishaps[kim.telegram_id] = [SlowDown("429", 30.0)]
    await desk.looks()
    assert desk.pace.pause_left == 30
    assert desk.pace.turn_now(100) is None
    kept = await desk.district.database.read(pause_queries.last)
    assert kept == (NOW + timedelta(seconds=30), 1000)  # it was not for our speed


async def test_a_card_that_is_refused_at_the_limit_teaches_that_the_limit_fell(desk: Desk) -> None:
    kim = await desk.district.kim()
    await desk.follows(await desk.begins(), kim)
    desk.pace = pace_of(30)
    desk.cards = desk.started()
    for n in range(40):
        desk.pace.made(await turn_of(desk.pace, 1000 + n))
    desk.telegram.mishaps[kim.telegram_id] = [SlowDown("429", 30.0)]
    await desk.looks(after=0)
    assert desk.pace.allowed < 30
    kept = await desk.district.database.read(pause_queries.last)
    assert kept == (NOW + timedelta(seconds=30), desk.pace.allowed)


async def turn_of(pace: Pace, chat_id: int) -> Turn:
    turn = await pace.turn(chat_id)
    assert turn is not None
    return turn


async def test_a_longer_pause_that_a_card_is_told_of_in_a_pause_holds_for_all(desk: Desk) -> None:
    kim = await desk.district.kim()
    await desk.follows(await desk.begins(), kim)
    desk.telegram.mishaps[kim.telegram_id] = [SlowDown("429", 60.0)]
    desk.pace.pause(10)
    await desk.looks()
    assert desk.pace.pause_left == 60
    kept = await desk.district.database.read(pause_queries.last)
    assert kept == (NOW + timedelta(seconds=60), 1000)


async def test_a_pause_that_cannot_be_written_down_is_kept_all_the_same(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    kim = await desk.district.kim()
    await desk.follows(await desk.begins(), kim)

    def fill(connection: Connection) -> None:
        full = "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        connection.execute(text(f"CREATE TRIGGER full BEFORE INSERT ON pauses {full}"))

    await desk.district.database.write(fill)
    desk.telegram.mishaps[kim.telegram_id] = [SlowDown("429", 30.0)]
    with caplog.at_level(logging.ERROR):
        assert await desk.looks() == []
    assert "the pause that Telegram asks for cannot be recorded" in caplog.text
    assert desk.pace.pause_left == 30
    assert await desk.looks() == []
    assert desk.telegram.tries == 1


@pytest.mark.parametrize("mishap", [[], [Rejected("400 message to edit not found")]])
async def test_an_edit_counts_against_the_limit_when_it_was_answered(
    desk: Desk, mishap: list[Exception]
) -> None:
    """It may have arrived as late as that: the turn after it has to keep its distance."""
    kim = await desk.district.kim()
    await desk.follows(await desk.begins(), kim)
    desk.telegram.mishaps[kim.telegram_id] = mishap
    desk.pace = pace_of(1)
    desk.pace.made(await turn_of(desk.pace, 1000))  # calls take no time as a rule
    desk.cards = desk.started()
    edit = desk.telegram.edit

    async def edit_late(chat_id: int, screen: Screen, sent: MessageIds) -> MessageIds:
        desk.clock.skip(0.9)
        return await edit(chat_id, screen, sent)

    desk.telegram.edit = edit_late  # type: ignore[method-assign]
    await desk.looks()
    desk.clock.skip(0.5)
    assert desk.pace.turn_now(1001) is None
    desk.clock.skip(0.6)
    assert desk.pace.turn_now(1001) is not None


async def test_a_pause_of_the_courier_is_told_once(desk: Desk) -> None:
    await desk.follows(await desk.begins(), await desk.district.kim())
    await desk.looks()
    await desk.district.database.write(pauses.remember, NOW + timedelta(hours=2), 20.0)
    desk.pace.pause(7200)
    [told] = await desk.looks()
    assert "Telegram 要求稍候，14:00 继续。" in told
    assert await desk.looks() == []
    desk.now = NOW + timedelta(hours=2)
    [again] = await desk.looks(7200)
    assert "要求稍候" not in again


async def test_who_waits_for_the_end_of_quiet_hours_is_told(desk: Desk) -> None:
    for n in range(3):
        await desk.district.resident(f"q{n}", quiet=Quiet(time(11), time(14)))
    await desk.follows(await desk.begins(), await desk.district.kim())
    [seen] = await desk.looks()
    assert "3 人在免打扰时段，14:00 起发送。" in seen
    await desk.delivers(10)
    [seen] = await desk.looks()
    assert "76 %\n10/13" in seen
    assert "约剩" not in seen
    await desk.looks(30)
    assert await desk.looks() == []


ITEM = {"course_id": "resident-basics", "item_id": "safe-account"}


async def test_acknowledgements_are_counted_in(desk: Desk) -> None:
    ana = await desk.district.member("ana")
    broadcast = await desk.begins(kind=DeliveryKind.STUDY_ITEM, content=None, **ITEM)
    await desk.delivers(100)
    write = desk.district.database.write
    await write(acknowledge, ana.telegram_id, ITEM["course_id"], ITEM["item_id"], NOW)
    await desk.follows(broadcast, await desk.district.kim())
    [seen] = await desk.looks()
    assert "第 1 课《" in seen
    assert "已学习 1" in seen


class Slow:
    """A database with so many acknowledgements that counting them takes 0.6 seconds."""

    def __init__(self, inner: Database, clock: FakeClock) -> None:
        self._inner = inner
        self._clock = clock
        self.counted = 0

    async def write(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self._inner.write(action, *args, **kwargs)

    async def read(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if query is queries.acknowledged:
            self.counted += 1
            self._clock.skip(0.6)
        return await self._inner.read(query, *args, **kwargs)

    async def close(self) -> None:
        await self._inner.close()


async def test_counting_that_takes_long_is_done_seldom(desk: Desk) -> None:
    await desk.district.member("ana")
    broadcast = await desk.begins(kind=DeliveryKind.STUDY_ITEM, content=None, **ITEM)
    await desk.follows(broadcast, desk.district.mei)
    desk.district.database = slow = Slow(desk.district.database, desk.clock)
    desk.cards = desk.started()
    for _ in range(20):  # a minute
        await desk.looks()
    assert slow.counted == 2


async def test_whoever_may_not_any_more_is_shown_nothing_new(desk: Desk) -> None:
    kim = await desk.district.kim()
    await desk.follows(await desk.begins(), kim)

    def take_away(connection: Connection) -> None:
        connection.execute(delete(roles).where(roles.c.person_id == kim.id))

    await desk.district.database.write(take_away)
    assert await desk.looks() == []
    assert await desk.rows() == []


class Busy(Pace):
    """While a turn is waited for, somebody presses."""

    pressed: Callable[[], Awaitable[None]]

    async def turn(self, chat_id: int, stopping: Callable[[], bool] = lambda: False) -> Turn | None:
        await self.pressed()
        return await super().turn(chat_id, stopping)


async def test_a_message_that_became_something_else_meanwhile_is_left_alone(desk: Desk) -> None:
    kim = await desk.district.kim()
    await desk.follows(await desk.begins(), kim)

    async def press() -> None:
        await desk.district.database.write(card_actions.forget, kim.id, 7)

    desk.pace = busy = Busy(1000, clock=desk.clock.now)
    busy.pressed = press
    desk.cards = desk.started()
    assert await desk.looks() == []
    assert desk.telegram.tries == 0


async def test_many_cards_take_few_turns_and_all_have_theirs(desk: Desk) -> None:
    broadcast = await desk.begins()
    staff = [await east_staff(desk, f"s{n}") for n in range(14)]
    for person in staff:
        await desk.follows(broadcast, person)
    assert len(await desk.looks()) == 10
    assert len(await desk.looks()) == 10
    assert {chat for chat, _, _ in desk.telegram.edits} == {p.telegram_id for p in staff}


async def test_one_bad_card_does_not_stop_the_others(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = await desk.begins(), await desk.begins()
    await desk.follows(bad, await desk.district.kim())
    await desk.follows(good, desk.district.mei)

    def spoil(connection: Connection) -> None:
        connection.execute(update(broadcasts).where(broadcasts.c.id == bad).values(content="?"))

    await desk.district.database.write(spoil)
    with caplog.at_level(logging.ERROR):
        assert len(await desk.looks()) == 1
    assert f"a card of broadcast {bad} is not up to date" in caplog.text


async def test_the_rounds_go_on_when_woken_and_end_when_stopped(desk: Desk) -> None:
    await desk.follows(await desk.begins(), await desk.district.kim())
    running = asyncio.ensure_future(desk.cards.rounds.run())
    desk.cards.rounds.wake()
    await until(lambda: desk.telegram.edits)
    desk.cards.rounds.stop()
    await asyncio.wait_for(running, 10)


def test_a_fingerprint_tells_texts_and_buttons_apart() -> None:
    one, two = Screen("a"), Screen("a", ((Button("x", "y"),),))
    assert fingerprint(one) == fingerprint(Screen("a")) != fingerprint(two)
    assert len(fingerprint(one)) == 64

"""A courier on a small district, and a Telegram that does as it is told."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from content.courses import load_courses
from content.programme import SHIPPED, load_programme
from content.screen import Screen
from content.splitting import split
from content.texts import load_texts
from scheduler.claims import Claims
from scheduler.courier import Courier
from scheduler.letters import Letters
from scheduler.pace import Pace
from scheduler.ports import Edit
from storage.actions import broadcasts
from storage.model.audience import Audience
from storage.model.broadcast import NewBroadcast
from storage.model.delivery import DeliveryState, MessageIds
from storage.model.kinds import DeliveryKind
from storage.model.lease import LEASE
from storage.model.message import Message
from storage.queries import outbox as outbox_queries
from storage.tables import deliveries
from tests.clock import monday_noon
from tests.scheduler.clock import pace_of
from tests.storage.district import COURIER, NOW, ZONE, District
from tests.waiting import until

State = DeliveryState
LATER = NOW + timedelta(hours=20)  # after all quiet hours and waits
_LOOK, _LOOKS = 0.5, 200  # virtual seconds between looks, and how many: longer than any pause here

TEXTS, COURSES, PROGRAMME = load_texts(ZONE, monday_noon), load_courses(), load_programme(SHIPPED)


@dataclass
class Telegram:
    """Accepts what comes, unless a mishap is set for a chat: an exception, each once, in order."""

    mishaps: dict[int, list[Exception]] = field(default_factory=dict)
    sent: list[tuple[int, Screen]] = field(default_factory=list)
    edited: list[tuple[int, Screen, MessageIds]] = field(default_factory=list)
    deleted: list[tuple[int, int]] = field(default_factory=list)
    hang: asyncio.Event | None = None
    latency: float = 0.0  # seconds that a call takes
    under_way: int = 0
    most: int = 0

    def parts(self, screen: Screen) -> int:
        return len(split(screen.text))

    def messages(self, screen: Screen, part: int) -> int:
        return 1

    async def send(self, chat_id: int, screen: Screen, part: int = 0) -> tuple[int, ...]:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await (self.hang.wait() if self.hang else asyncio.sleep(self.latency))
            waiting = self.mishaps.get(chat_id)
            if waiting:
                raise waiting.pop(0)
        finally:
            self.under_way -= 1
        self.sent.append((chat_id, screen))
        return (1000 + len(self.sent),)

    async def send_poll(self, chat_id: int, screen: Screen) -> tuple[tuple[int, ...], str]:
        ids = await self.send(chat_id, screen)
        return ids, f"poll {ids[0]}"

    def edits(
        self, chat_id: int, screen: Screen, sent: MessageIds, *, whole: bool = True
    ) -> list[Edit]:
        async def edit() -> tuple[int, ...]:
            if waiting := self.mishaps.get(chat_id):
                raise waiting.pop(0)
            self.edited.append((chat_id, screen, sent))
            return sent[0]

        return [edit, *sent[1:]]

    async def edit(self, chat_id: int, screen: Screen, sent: MessageIds) -> MessageIds:
        raise AssertionError("this is for cards")

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> None:
        self.deleted += [(chat_id, i) for i in message_ids]

    def to(self, chat_id: int) -> list[str]:
        return [screen.text for chat, screen in self.sent if chat == chat_id]


def quick() -> Pace:
    """A pace that makes nobody wait but for a second message to one chat."""
    return pace_of(100_000)


@dataclass
class Post:
    """A courier at work in a district, and the clock on its wall."""

    district: District
    telegram: Telegram
    now: datetime = NOW
    pace: Pace = field(default_factory=quick)
    couriers: int = COURIER

    def courier(self, letters: Letters | None = None) -> Courier:
        """A new one each time, as after a start."""
        self.couriers += 1
        claims = self.claims(self.couriers)
        database = self.district.database
        letters = letters or self.letters()
        return Courier(claims, self.telegram, letters, self.pace, database, lambda: self.now)

    def claims(self, courier: int) -> Claims:
        return Claims(self.district.database, courier, lambda: self.now, ZONE)

    def letters(self) -> Letters:
        return Letters(self.district.database, TEXTS, COURSES, PROGRAMME, now=lambda: self.now)

    async def deliver(self, letters: Letters | None = None) -> None:
        """Deliver everything that is due now, as a courier that was just started."""
        await self.district.owes(self.now)
        courier = self.courier(letters)
        running = asyncio.ensure_future(courier.run())
        courier.rounds.wake()
        await until(lambda: courier.rounds.stopping or not self.telegram.under_way)
        for _ in range(_LOOKS):
            due = deliveries.c.due_at <= self.now
            open_states = deliveries.c.state.in_((State.QUEUED, State.CLAIMED))
            if not await self.district.rows(deliveries, due, open_states):
                break
            await asyncio.sleep(_LOOK)
        courier.rounds.stop()
        await asyncio.wait_for(running, 10)

    async def killed_when(self, half_done: Callable[[], bool]) -> None:
        """Deliver, and end half a second after something is half done, while what comes next waits
        for its second: as near to kill -9 as one process can come. Its lease runs out."""
        await self.district.owes(self.now)
        courier = self.courier()
        running = asyncio.ensure_future(courier.run())
        courier.rounds.wake()
        await until(half_done)
        await asyncio.sleep(0.5)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        self.now += LEASE

    async def rows(self) -> list[Any]:
        return list(await self.district.rows(deliveries))

    async def states(self) -> Counter[str]:
        return Counter(row.state for row in await self.rows())


async def notice(post: Post, text: str = "停水通知", **given: Any) -> int:
    """A notice to everybody of the eastern community."""
    east = post.district.east.id
    new = NewBroadcast(
        **{
            "kind": DeliveryKind.NOTICE,
            "node_id": east,
            "audience": Audience(east),
            "slot_at": post.now,
            "content": Message({"zh": text}).to_json(),
            **given,
        }
    )
    return await post.district.database.write(broadcasts.begin, new, post.now)


async def counts(post: Post, broadcast_id: int) -> dict[DeliveryState, int]:
    """The counts of a broadcast; they must be those of its rows."""
    rows = [row for row in await post.rows() if row.broadcast_id == broadcast_id]
    kept = await post.district.database.read(outbox_queries.states, broadcast_id)
    assert kept == Counter(row.state for row in rows)
    return kept

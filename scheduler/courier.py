"""The courier: claims what is due, sends it at the allowed pace, records what became of it."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias, TypeVar

from content.screen import Screen
from content.screens.broadcasts import fingerprint
from scheduler import calls
from scheduler.claims import Claims
from scheduler.flight import Flight
from scheduler.letters import Letters
from scheduler.ports import (
    DELETED_AT_ONCE,
    Corrector,
    Moved,
    SlowDown,
    TryLater,
    Turn,
    Turns,
    Undelivered,
    Unreachable,
    Unsure,
)
from scheduler.records import Records
from scheduler.rounds import Rounds
from scheduler.supply import Supply
from storage.database import Database
from storage.model.delivery import (
    MAX_ATTEMPTS,
    Claimed,
    DeliveryState,
    MessageIds,
    Outcome,
    backoff,
)
from storage.model.kinds import CHANGES, DeliveryKind
from storage.queries import outbox as outbox_queries
from storage.queries import pauses as pause_queries

logger = logging.getLogger(__name__)
T = TypeVar("T")
_Go: TypeAlias = tuple[Turn, int]  # a turn, and the number of the call to make in it

# Claimed ahead of being sent, in seconds: a kill leaves few of them of which nobody can know
# whether they arrived, and a pause or a stop takes effect at once. More where a claim takes longer
# (a database on another machine): so many times as long as it takes, or it would hold up the calls.
_AHEAD, _AHEAD_OF_CLAIM = 0.03, 3.0
_SMOOTH = 0.2  # the share of the newest claim in the time that one takes
_GATHER = 0.01  # seconds: a commit for every message would hold up the answers to people
# Outcomes that wait to be written, and the seconds in which they come: after a kill, these may be
# sent again.
_UNRECORDED, _UNRECORDED_SECONDS = 100, 0.1
# Claimed ahead, or not written yet, at any pace: with fewer, a slow disk would hold up the fastest.
_MOST_IN_HAND = 500
_MOST_SECONDS = 2.0  # of calls at the full rate are under way, with those that hang
_MOST_CALLS = 1000
_MOST_WAITING = 200  # deliveries in hand that wait for their own chat
_RATE_HOLDS = 3600.0  # seconds: a rate that was learnt longer ago is tried anew
_TRIES_TO_EDIT = 5  # a message that is to be corrected may itself be on its way still


class Courier:
    """Delivers at least once: what was in flight when the bot was killed is sent again."""

    def __init__(
        self,
        claims: Claims,
        sender: Corrector,
        letters: Letters,
        pace: Turns,
        database: Database,
        now: Callable[[], datetime],
    ) -> None:
        self._claims = claims
        self._database = database
        self._sender = sender
        self._letters = letters
        self._pace = pace
        self._now = now
        self._most = min(_MOST_CALLS, math.ceil(pace.limit * _MOST_SECONDS))
        self._calls = Flight(pace.limit, self._most)
        unrecorded = round(pace.limit * _UNRECORDED_SECONDS)
        self._records = Records(
            claims,
            max(_UNRECORDED, min(_MOST_IN_HAND, unrecorded)),
            stopping=lambda: self.rounds.stopping,
            # Worth it if more than one comes meanwhile, and not as many as fill a commit anyway.
            gather=_GATHER if 1 <= pace.limit * _GATHER < _UNRECORDED else 0.0,
        )
        self._claim_seconds = 0.0
        self._strays = self._killed = True  # as far as anybody knows
        self.rounds = Rounds(self._deliver_due)

    async def run(self) -> None:
        """Deliver until stopped. What a killed process left claimed is dealt with first."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._records.run())
            await self.rounds.run()
            await self._records.end()
        await self._claims.release()

    async def _take_up(self) -> None:
        """Go on where a killed process was: what it had in flight, and the pause it was in."""
        await self._requeue()
        last = await self._database.read(pause_queries.last)
        if last is not None:
            until_at, rate = last
            left = (until_at - self._now()).total_seconds()
            self._pace.pause(max(0.0, left), rate if left > -_RATE_HOLDS else None)
        self._killed = False

    async def _requeue(self) -> None:
        """Queue again what is claimed while we have nothing in hand. None of it was sent by us,
        unless that could not be recorded; of what a killed process had, nobody can know."""
        await self._records.written()
        unsure = self._killed or self._records.gave_up
        again = await self._claims.requeue(unsure=unsure)
        if again:
            logger.warning("deliveries claimed and in nobody's hands: %d", again)
        self._strays = self._records.gave_up = False

    async def _deliver_due(self) -> None:
        """Deliver until nothing is due, or Telegram asks for a pause."""
        if self._records.failing:
            return  # what cannot be written down is not sent
        if self._killed:
            await self._take_up()
        if self._strays:
            await self._requeue()
        await self._claims.take_up()
        await self._pace.end_of_pause(lambda: self.rounds.stopping)
        first = await self._claim()
        if not first:
            return
        supply = Supply(first, self._claim, lambda: self._ahead // 2)
        room = asyncio.Semaphore(self._most + min(_MOST_WAITING, math.ceil(self._pace.limit)))
        self._killed = True  # if this fails, what is in hand is lost as by a kill
        async with self._claims.kept(), asyncio.TaskGroup() as group:
            group.create_task(supply.fill())
            while (hand := await self._next(supply)) is not None:
                await room.acquire()
                group.create_task(self._handle(hand, room))
        self._killed = False

    @property
    def _ahead(self) -> int:
        """How many deliveries to claim before they are sent."""
        seconds = max(_AHEAD, self._claim_seconds * _AHEAD_OF_CLAIM)
        return min(_MOST_IN_HAND, math.ceil(self._pace.limit * seconds))

    async def _claim(self) -> list[Claimed]:
        """What is due and may go out; nothing if nothing is due, or nothing can be sent now."""
        try:
            while not (self.rounds.stopping or self._pace.pause_left or self._records.failing):
                clock = asyncio.get_running_loop().time  # a test's own, too
                began = clock()
                claimed = await self._claims.claim(self._ahead)
                took = clock() - began
                self._claim_seconds += _SMOOTH * (took - self._claim_seconds)
                # What is not wanted any more is no reason to think that there is nothing else.
                now = self._now()
                if claimed or not await self._database.read(outbox_queries.anything_due, now):
                    return claimed
        except Exception:  # a full disk, say: what is in our hands is dealt with, then again
            logger.exception("nothing can be claimed; again at the next look")
            self._strays = True  # if only the answer was lost, they are claimed
        return []

    async def _next(self, supply: Supply) -> "_Hand | None":
        """The next delivery, once a call can be made and has its turn: what waits for those stays
        in the supply, and goes back from there. Without a turn if its own chat is busy."""
        call = await self._calls.begin()
        await self._pace.ready(lambda: self.rounds.stopping)
        delivery = await supply.take()
        turn = delivery and self._pace.turn_now(delivery.chat_id)
        if turn is None:
            self._calls.end(call)
        return delivery and _Hand(delivery, delivery.sent, (turn, call) if turn else None)

    async def _handle(self, hand: "_Hand", room: asyncio.Semaphore) -> None:
        try:
            await self._records.put(await self._deliver(hand))
        finally:
            if hand.go is not None:  # it needed no call
                turn, call = hand.go
                self._pace.unused(turn)
                self._calls.end(call)
            room.release()

    async def _deliver(self, hand: "_Hand") -> Outcome:
        delivery = hand.delivery
        try:
            if delivery.kind in CHANGES:
                return await self._change(hand)
            screen = await self._letters.write(delivery)
            if screen is None:
                return _outcome(hand, DeliveryState.CANCELLED, reason="no longer true")
            if delivery.kind is DeliveryKind.EVENT_GROUP:
                hand.shown = fingerprint(screen)
            parts = self._sender.parts(screen)
            for part in range(len(hand.sent), parts):
                send = partial(self._sender.send, delivery.chat_id, screen, part)
                if screen.poll is not None and part == parts - 1:
                    send = partial(self._poll, hand, screen)
                messages = self._sender.messages(screen, part)
                hand.sent = (*hand.sent, await self._in_turn(hand, send, messages))
        except _NotNow:
            return _outcome(hand, DeliveryState.QUEUED)
        except Undelivered as error:
            return self._undelivered(hand, error)
        except Exception as error:  # one bad message must not stop all the others
            logger.exception("delivery %d could not be put into words", delivery.id)
            return self._undelivered(hand, TryLater(type(error).__name__))
        return _outcome(hand, DeliveryState.SENT)

    async def _poll(self, hand: "_Hand", screen: Screen) -> tuple[int, ...]:
        ids, hand.poll_id = await self._sender.send_poll(hand.delivery.chat_id, screen)
        return ids

    async def _change(self, hand: "_Hand") -> Outcome:
        """Edit or delete what was sent before."""
        delivery = hand.delivery
        if not delivery.before:
            if delivery.attempts >= _TRIES_TO_EDIT:
                return _outcome(hand, DeliveryState.CANCELLED, reason="nothing was sent")
            raise TryLater("what is to be changed is on its way still")
        if delivery.kind is DeliveryKind.WITHDRAWAL:
            all_ids = [i for part in delivery.before for i in part]
            for start in range(0, len(all_ids), DELETED_AT_ONCE):
                some = all_ids[start : start + DELETED_AT_ONCE]
                await self._in_turn(hand, partial(self._sender.delete, delivery.chat_id, some))
            return _outcome(hand, DeliveryState.SENT)
        screen = await self._letters.write(delivery)
        if screen is None:
            return _outcome(hand, DeliveryState.CANCELLED, reason="no longer true")
        edits = self._sender.edits(
            delivery.chat_id, screen, delivery.before, whole=delivery.before_is_whole
        )
        for edit in edits[len(hand.sent) :]:
            ids = edit if isinstance(edit, tuple) else await self._in_turn(hand, edit)
            if ids:
                hand.sent = (*hand.sent, ids)
            hand.there = (*hand.sent, *(each for each in delivery.before if each not in hand.sent))
        hand.there = hand.sent
        return _outcome(hand, DeliveryState.SENT)

    async def _in_turn(
        self, hand: "_Hand", call: Callable[[], Awaitable[T]], messages: int = 1
    ) -> T:
        """Make a call to Telegram, which sends so many messages, when its turn comes. What earlier
        calls made is recorded while it waits. Raises Undelivered, or _NotNow."""
        if hand.sent != hand.recorded:
            hand.recorded = hand.sent
            await self._records.put(_outcome(hand, DeliveryState.CLAIMED))
        (turn, number), hand.go = hand.go or await self._go(hand.delivery.chat_id), None
        answered = False
        try:
            if messages > 1:
                turn = await self._widened(turn, hand.delivery.chat_id, messages)
            if self._records.failing or not self._claims.holds(hand.delivery.id):
                self._pace.unused(turn)
                raise _NotNow
            self._calls.called(number)
            made = await calls.make(call, turn, self._pace, self._database, self._now)
            answered = True
            return made
        finally:
            self._calls.end(number, answered=answered)

    async def _go(self, chat_id: int) -> _Go:
        """A turn, and a call to go with it. Raises _NotNow."""
        # Its own chat first: who waits for that holds up nobody else.
        if not await self._pace.chat_ready(chat_id, lambda: self.rounds.stopping):
            raise _NotNow
        call = await self._calls.begin()
        turn = await self._pace.turn(chat_id, lambda: self.rounds.stopping)
        if turn is None:
            self._calls.end(call)
            raise _NotNow
        return turn, call

    async def _widened(self, turn: Turn, chat_id: int, messages: int) -> Turn:
        wide = await self._pace.widen(turn, chat_id, messages, lambda: self.rounds.stopping)
        if wide is None:
            raise _NotNow
        return wide

    def _undelivered(self, hand: "_Hand", error: Undelivered) -> Outcome:
        delivery, reason, now = hand.delivery, str(error), self._now()
        # One of many: the end of the broadcast says how many, and `linli broadcasts` who.
        level = logging.INFO if delivery.broadcast_id is None else logging.DEBUG
        logger.log(level, "delivery %d was not sent: %s", delivery.id, reason)
        unsure = isinstance(error, Unsure)
        match error:
            case Unreachable():
                return _outcome(hand, DeliveryState.UNREACHABLE, reason=reason)
            case Moved(chat_id=chat_id):
                return _outcome(hand, DeliveryState.QUEUED, reason=reason, moved_to=chat_id)
            case SlowDown(seconds=seconds):
                again_at = now + timedelta(seconds=seconds)
                return _outcome(hand, DeliveryState.QUEUED, reason=reason, again_at=again_at)
            case TryLater() if delivery.attempts < MAX_ATTEMPTS and not (
                unsure and delivery.at_most_once
            ):
                return _outcome(
                    hand,
                    DeliveryState.QUEUED,
                    reason=reason,
                    again_at=now + backoff(delivery.attempts + 1),
                    failed_try=True,
                    unsure=unsure,
                )
            case _:
                return _outcome(hand, DeliveryState.FAILED, reason=reason, unsure=unsure)


class _NotNow(Exception):
    """A pause, a stop, the end of our lease: the delivery goes back to the queue as it is."""


@dataclass(slots=True)
class _Hand:
    """A delivery in hand: the parts that are with the person already, and leave for the next.

    `recorded`: those of the parts that a kill cannot make us forget. `there`: all the messages that
    are there, in the middle of a correction and afterwards.
    """

    delivery: Claimed
    sent: MessageIds
    go: _Go | None
    there: MessageIds | None = None
    poll_id: str | None = None
    shown: str | None = None
    recorded: MessageIds = field(init=False)

    def __post_init__(self) -> None:
        self.recorded = self.sent


def _outcome(hand: _Hand, state: DeliveryState, **more: Any) -> Outcome:
    delivery = hand.delivery
    if hand.there not in (None, delivery.before):
        more |= {"corrects": delivery.content_id, "there": hand.there}
    more |= {"poll_id": hand.poll_id} if hand.poll_id else {}
    more |= {"shown": hand.shown} if hand.shown else {}
    return Outcome(delivery.id, delivery.broadcast_id, state, hand.sent, **more)

"""The courier: claims what is due, sends it at the allowed pace, records what became of it."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from scheduler.letters import Letters
from scheduler.pace import Pace
from scheduler.ports import Moved, Sender, SlowDown, TryLater, Undelivered, Unreachable, Unsure
from scheduler.records import Records
from scheduler.rounds import Rounds
from scheduler.supply import Supply
from storage.actions import outbox, pauses
from storage.database import Database
from storage.model.delivery import (
    MAX_ATTEMPTS,
    Claimed,
    DeliveryKind,
    DeliveryState,
    MessageIds,
    Outcome,
    backoff,
)
from storage.queries import pauses as pause_queries

logger = logging.getLogger(__name__)
T = TypeVar("T")

# Claimed ahead of being sent, in seconds: a kill leaves few of them of which nobody can know
# whether they arrived, and a pause or a stop takes effect at once.
_AHEAD = 0.03
_MOST_AHEAD = 250
_UNRECORDED = 100  # outcomes that wait to be written: after a kill, these may be sent again
# Calls under way at once: two or three use 30 a second at usual latencies, fifty use a thousand;
# a hundred were slower than fifty.
_FEWEST_CALLS, _MOST_CALLS, _CALLS_PER_TURN = 3, 50, 1 / 20
_TRIES_TO_EDIT = 5  # a message that is to be corrected may itself be on its way still


class Courier:
    """Delivers at least once: what was in flight when the bot was killed is sent again."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        letters: Letters,
        pace: Pace,
        now: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._database = database
        self._sender = sender
        self._letters = letters
        self._pace = pace
        self._now = now
        self._zone = zone
        self._taking = asyncio.Lock()
        self._records = Records(database, now, _UNRECORDED)
        self._taken_up = False
        self.rounds = Rounds(self._deliver_due)

    async def run(self) -> None:
        """Deliver until stopped. What a killed process left claimed is dealt with first."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._records.run())
            await self.rounds.run()
            await self._records.end()

    async def _take_up(self) -> None:
        """Go on where a killed process was: what it had in flight, and the pause it was in."""
        again = await self._database.write(outbox.requeue_claimed, self._now())
        if again:
            logger.warning("deliveries in flight when the bot stopped: %d", again)
        last = await self._database.read(pause_queries.last)
        if last is not None:
            until_at, rate = last
            self._pace.pause(max(0.0, (until_at - self._now()).total_seconds()), rate)
        self._taken_up = True

    async def _deliver_due(self) -> None:
        """Deliver until nothing is due, or Telegram asks for a pause."""
        if not self._taken_up:
            await self._take_up()
        await self._pace.end_of_pause(lambda: self.rounds.stopping)
        rate = self._pace.rate
        ahead = min(_MOST_AHEAD, math.ceil(rate * _AHEAD))
        calls = max(_FEWEST_CALLS, min(_MOST_CALLS, round(rate * _CALLS_PER_TURN)))
        supply = Supply(partial(self._claim, ahead), ahead // 2)
        async with asyncio.TaskGroup() as group:
            for _ in range(calls):
                group.create_task(self._work(supply))
            await supply.fill()

    async def _claim(self, most: int) -> list[Claimed]:
        if self.rounds.stopping or self._pace.pause_left or self._records.failing:
            return []
        try:
            return await self._database.write(outbox.claim_due, self._now(), most, self._zone)
        except Exception:  # a full disk, say: what is in our hands is dealt with, then again
            logger.exception("nothing can be claimed; again at the next look")
            return []

    async def _take(self, supply: Supply) -> Claimed | None:
        """The next delivery, once there is a turn for it: what waits stays in the queue."""
        async with self._taking:
            await self._pace.ready(lambda: self.rounds.stopping)
            return await supply.take()

    async def _work(self, supply: Supply) -> None:
        while (delivery := await self._take(supply)) is not None:
            try:
                outcome = await self._deliver(delivery)
            except Exception as error:  # one bad message must not stop all the others
                logger.exception("delivery %d could not be put into words", delivery.id)
                trouble = TryLater(type(error).__name__)
                outcome = self._undelivered(delivery, trouble, delivery.sent)
            await self._records.put(outcome)

    async def _deliver(self, delivery: Claimed) -> Outcome:
        progress = _Progress(delivery.sent)
        try:
            if delivery.kind in (DeliveryKind.CORRECTION, DeliveryKind.WITHDRAWAL):
                return await self._change(delivery)
            screen = await self._letters.write(delivery)
            if screen is None:
                return _outcome(delivery, DeliveryState.CANCELLED, reason="no longer true")
            for part in range(len(progress.sent), self._sender.parts(screen)):
                send = partial(self._sender.send, delivery.chat_id, screen, part)
                progress.sent = (*progress.sent, await self._in_turn(delivery, send))
        except _NotNow:
            return _outcome(delivery, DeliveryState.QUEUED, sent=progress.sent)
        except Undelivered as error:
            return self._undelivered(delivery, error, progress.sent)
        return _outcome(delivery, DeliveryState.SENT, sent=progress.sent)

    async def _change(self, delivery: Claimed) -> Outcome:
        """Edit or delete what was sent before."""
        if not delivery.before:
            if delivery.attempts >= _TRIES_TO_EDIT:
                return _outcome(delivery, DeliveryState.CANCELLED, reason="nothing was sent")
            raise TryLater("what is to be changed is on its way still")
        if delivery.kind is DeliveryKind.WITHDRAWAL:
            ids = [i for part in delivery.before for i in part]
            await self._in_turn(delivery, partial(self._sender.delete, delivery.chat_id, ids))
            return _outcome(delivery, DeliveryState.SENT)
        screen = await self._letters.write(delivery)
        if screen is None:
            return _outcome(delivery, DeliveryState.CANCELLED, reason="no longer true")
        edit = partial(self._sender.edit, delivery.chat_id, screen, delivery.before)
        return _outcome(delivery, DeliveryState.SENT, sent=await self._in_turn(delivery, edit))

    async def _in_turn(self, delivery: Claimed, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call to Telegram when its turn comes. Raises Undelivered, or _NotNow."""
        turn = await self._pace.turn(delivery.chat_id, lambda: self.rounds.stopping)
        if turn is None:
            raise _NotNow
        try:
            answer = await call()
        except SlowDown as error:
            self._pace.refused(error.seconds, turn)
            await self._remember_pause()
            raise
        self._pace.made(turn)
        return answer

    async def _remember_pause(self) -> None:
        until_at = self._now() + timedelta(seconds=self._pace.pause_left)
        try:
            await self._database.write(pauses.remember, until_at, self._pace.rate)
        except Exception:  # a full disk, say: we wait all the same, only a restart would forget it
            logger.exception("the pause that Telegram asks for cannot be recorded")

    def _undelivered(self, delivery: Claimed, error: Undelivered, sent: MessageIds) -> Outcome:
        logger.info("delivery %d was not sent: %s", delivery.id, error)
        reason, now = str(error), self._now()
        match error:
            case Unreachable():
                return _outcome(delivery, DeliveryState.UNREACHABLE, reason=reason)
            case Moved(chat_id=chat_id):
                return _outcome(delivery, DeliveryState.QUEUED, reason=reason, moved_to=chat_id)
            case SlowDown(seconds=seconds):
                again_at = now + timedelta(seconds=seconds)
                return _outcome(
                    delivery, DeliveryState.QUEUED, sent=sent, reason=reason, again_at=again_at
                )
            case Unsure() if delivery.at_most_once:
                return _outcome(delivery, DeliveryState.FAILED, reason=reason, unsure=True)
            case TryLater() if delivery.attempts < MAX_ATTEMPTS:
                return _outcome(
                    delivery,
                    DeliveryState.QUEUED,
                    sent=sent,
                    reason=reason,
                    again_at=now + backoff(delivery.attempts + 1),
                    failed_try=True,
                    unsure=isinstance(error, Unsure),
                )
            case _:
                return _outcome(delivery, DeliveryState.FAILED, sent=sent, reason=reason)


class _NotNow(Exception):
    """A pause or a stop: the delivery goes back to the queue as it is."""


@dataclass(slots=True)
class _Progress:
    """The parts of one message that are with the person already."""

    sent: MessageIds


def _outcome(delivery: Claimed, state: DeliveryState, **more: Any) -> Outcome:
    return Outcome(delivery.id, delivery.broadcast_id, state, **more)

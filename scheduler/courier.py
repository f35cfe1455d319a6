"""The courier: claims what is due, sends it at the allowed pace, records what became of it."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.letters import Letters
from scheduler.pace import Pace
from scheduler.ports import Sender, SlowDown, TryLater, Undelivered, Unreachable
from scheduler.rounds import Rounds
from storage.actions import outbox
from storage.database import Database
from storage.model.delivery import MAX_ATTEMPTS, Claimed, DeliveryState, Outcome, backoff

logger = logging.getLogger(__name__)

_CLAIM = 100  # at most so many are claimed ahead of being sent
_IN_FLIGHT = 3  # enough to use 30 messages a second at usual latencies


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
        self.rounds = Rounds(self._deliver_due)

    async def run(self) -> None:
        """Deliver until stopped. What a killed process left claimed is queued again first."""
        again = await self._database.write(outbox.requeue_claimed)
        if again:
            logger.warning("deliveries in flight when the bot stopped are sent again: %d", again)
        await self.rounds.run()
        await self._database.write(outbox.requeue_claimed)

    async def _deliver_due(self) -> None:
        while not self.rounds.stopping and await self._deliver_some():
            continue

    async def _deliver_some(self) -> bool:
        """Deliver one claim; False if nothing was due."""
        claimed = await self._database.write(outbox.claim_due, self._now(), _CLAIM, self._zone)
        todo = iter(claimed)

        async def worker() -> None:
            for delivery in todo:
                if self.rounds.stopping:
                    return
                await self._deliver(delivery)

        async with asyncio.TaskGroup() as group:
            for _ in range(_IN_FLIGHT):
                group.create_task(worker())
        return bool(claimed)

    async def _deliver(self, delivery: Claimed) -> None:
        if not await self._pace.turn(lambda: self.rounds.stopping):
            return  # it is queued again at the end
        try:
            outcome = await self._send(delivery)
        except Exception as error:  # one bad message must not stop all the others
            logger.exception("delivery %d could not be put into words", delivery.id)
            outcome = self._undelivered(delivery, TryLater(type(error).__name__))
        await self._database.write(outbox.record, [outcome], self._now())

    async def _send(self, delivery: Claimed) -> Outcome:
        screen = await self._letters.write(delivery)
        if screen is None:
            return Outcome(delivery.id, DeliveryState.CANCELLED, reason="no longer true")
        try:
            message_id = await self._sender.send(delivery.telegram_id, screen)
        except Undelivered as error:
            logger.info("delivery %d was not sent: %s", delivery.id, error)
            return self._undelivered(delivery, error)
        return Outcome(delivery.id, DeliveryState.SENT, message_id=message_id)

    def _undelivered(self, delivery: Claimed, error: Undelivered) -> Outcome:
        match error:
            case Unreachable():
                return Outcome(delivery.id, DeliveryState.UNREACHABLE, reason=str(error))
            case SlowDown(seconds=seconds):
                self._pace.pause(seconds)
                return self._again(delivery, error, timedelta(seconds=seconds), failed=False)
            case TryLater() if delivery.attempts < MAX_ATTEMPTS:
                return self._again(delivery, error, backoff(delivery.attempts + 1), failed=True)
            case _:
                return Outcome(delivery.id, DeliveryState.FAILED, reason=str(error))

    def _again(
        self, delivery: Claimed, error: Undelivered, wait: timedelta, *, failed: bool
    ) -> Outcome:
        return Outcome(
            delivery.id,
            DeliveryState.QUEUED,
            reason=str(error),
            again_at=self._now() + wait,
            failed_try=failed,
        )

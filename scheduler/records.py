"""Writing down what became of deliveries: many in one commit, none forgotten."""

import asyncio
import logging
from collections.abc import Callable

from scheduler.claims import Claims
from storage.model.delivery import DeliveryState, Outcome
from storage.trouble import is_about_the_values

logger = logging.getLogger(__name__)

_WAITS = (0.1, 0.5, 2.0, 5.0)  # seconds between tries while the database cannot be written
_FEW = 10  # outcomes, for which a commit is too much
_LAST_TRIES = 3  # when the process ends


class Records:
    """Takes outcomes and writes whatever has gathered, again and again; with only a few of them
    it waits for more, `gather` seconds at most, so that the database is free for others.

    While the database cannot be written (a full disk, say), outcomes are kept and whoever brings
    more has to wait: nothing is sent that cannot be written down. Once `stopping()` they are given
    up after a few more tries: what is not written counts as in flight at the next start. An outcome
    that the database refuses is no reason to wait: the others are written without it.
    """

    def __init__(
        self,
        claims: Claims,
        room: int,
        stopping: Callable[[], bool],
        gather: float = 0.0,
    ) -> None:
        self._claims = claims
        self._waiting: asyncio.Queue[Outcome | None] = asyncio.Queue(room)
        self._failures = 0  # in a row
        self._stopping = stopping
        self._gather = gather
        self.gave_up = False  # what became of some delivery is not written, and never will be

    @property
    def failing(self) -> bool:
        """Whether the last try to write failed: no time to send more."""
        return self._failures > 0

    async def put(self, outcome: Outcome) -> None:
        """Hand over an outcome; waits while too many are not written yet."""
        await self._waiting.put(outcome)

    async def written(self) -> None:
        """Wait until everything that was handed over is written or given up."""
        await self._waiting.join()

    async def run(self) -> None:
        """Write until `end`."""
        while (outcome := await self._waiting.get()) is not None:
            outcomes = [outcome]
            ending = False
            if self._gather and self._waiting.qsize() < _FEW:
                await asyncio.sleep(self._gather)
            while not ending and not self._waiting.empty():
                more = self._waiting.get_nowait()
                if more is None:
                    ending = True
                else:
                    outcomes.append(more)
            # What came of a delivery last says all that was said before.
            await self._write(list({each.delivery_id: each for each in outcomes}.values()))
            for _ in outcomes:
                self._waiting.task_done()
            if ending:
                return

    async def end(self) -> None:
        """Let `run` end once everything is written or given up."""
        await self._waiting.put(None)

    async def _write(self, outcomes: list[Outcome]) -> None:
        """Write them together or, if the database refuses one of them, each alone."""
        if await self._insist(outcomes):
            return
        for outcome in outcomes:
            if await self._insist([outcome]) or outcome.state is DeliveryState.CLAIMED:
                continue  # of what is in hand still, there will be another word
            if not await self._insist([_unknown(outcome)]):
                # It stays claimed until the next look for strays or the next start.
                self.gave_up = True

    async def _insist(self, outcomes: list[Outcome]) -> bool:
        """Write them in one commit, again and again while the database fails. False if it refuses
        them, whenever it is asked."""
        while True:
            try:
                await self._claims.record(outcomes)
            except Exception as error:
                if is_about_the_values(error):
                    self._failures = 0
                    ids = [outcome.delivery_id for outcome in outcomes]
                    logger.exception("the database refuses what became of deliveries %s", ids)
                    return False
                self._failures += 1
                if self._stopping() and self._failures > _LAST_TRIES:
                    logger.exception("%d deliveries are not recorded", len(outcomes))
                    self.gave_up = True
                    return True
                wait = _WAITS[min(self._failures, len(_WAITS)) - 1]
                logger.exception(
                    "%d deliveries cannot be recorded; again in %.1f s", len(outcomes), wait
                )
                await asyncio.sleep(wait)
            else:
                self._failures = 0
                return True


def _unknown(outcome: Outcome) -> Outcome:
    """What can be written of an outcome that cannot: it is not sent again, and staff find it."""
    failed = DeliveryState.FAILED
    return Outcome(
        outcome.delivery_id, outcome.broadcast_id, failed, reason="not recorded", unsure=True
    )

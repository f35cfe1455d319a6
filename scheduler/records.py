"""Writing down what became of deliveries: many in one commit, none forgotten."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from storage.actions import outbox
from storage.database import Database
from storage.model.delivery import Outcome

logger = logging.getLogger(__name__)

_WAITS = (0.1, 0.5, 2.0, 5.0)  # seconds between tries while the database cannot be written
_LAST_TRIES = 3  # when the process ends


class Records:
    """Takes outcomes and writes whatever has gathered, again and again.

    While the database cannot be written (a full disk, say), outcomes are kept and whoever brings
    more has to wait: nothing is sent that cannot be written down. Once `stopping()` they are given
    up after a few more tries: what is not written counts as in flight at the next start.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        room: int,
        stopping: Callable[[], bool],
    ) -> None:
        self._database = database
        self._now = now
        self._waiting: asyncio.Queue[Outcome | None] = asyncio.Queue(room)
        self._failures = 0  # in a row
        self._stopping = stopping

    @property
    def failing(self) -> bool:
        """Whether the last try to write failed: no time to send more."""
        return self._failures > 0

    async def put(self, outcome: Outcome) -> None:
        """Hand over an outcome; waits while too many are not written yet."""
        await self._waiting.put(outcome)

    async def run(self) -> None:
        """Write until `end`."""
        while (outcome := await self._waiting.get()) is not None:
            outcomes = [outcome]
            ending = False
            while not ending and not self._waiting.empty():
                more = self._waiting.get_nowait()
                if more is None:
                    ending = True
                else:
                    outcomes.append(more)
            await self._write(outcomes)
            if ending:
                return

    async def end(self) -> None:
        """Let `run` end once everything is written or given up."""
        await self._waiting.put(None)

    async def _write(self, outcomes: list[Outcome]) -> None:
        while True:
            try:
                await self._database.write(outbox.record, outcomes, self._now())
            except Exception:
                self._failures += 1
                if self._stopping() and self._failures > _LAST_TRIES:
                    logger.exception("%d deliveries are not recorded", len(outcomes))
                    return
                wait = _WAITS[min(self._failures, len(_WAITS)) - 1]
                logger.exception(
                    "%d deliveries cannot be recorded; again in %.1f s", len(outcomes), wait
                )
                await asyncio.sleep(wait)
            else:
                self._failures = 0
                return

"""What wakes the periodic jobs: spans of time that passed, whatever any clock shows meanwhile."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

logger = logging.getLogger(__name__)

_STEP = timedelta(seconds=1)  # less is how clocks are kept right, and puts nothing off


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so many seconds."""

    name: str
    every: float
    work: Callable[[], Awaitable[None]]


async def beat(jobs: Iterable[Job], stop: asyncio.Event) -> None:
    """Do every job again and again until `stop`, and what was begun to its end."""
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(_repeat(job, stop))


async def _repeat(job: Job, stop: asyncio.Event) -> None:
    # The loop's timers are monotonic. One that sleeps until an instant by the clock, as schedulers
    # do, sleeps for as long as the clock is set back, and nothing tells anybody.
    while not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), job.every)
            return
        try:
            await job.work()
        except Exception:  # a full disk, say: that ends neither this job nor the others
            logger.exception("%s failed; again in %g s", job.name, job.every)


class Steps:
    """Tells when the clock was set, by how far it moved and how much time passed."""

    def __init__(
        self, now: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._now = now
        self._clock = clock
        self.accept()

    def accept(self) -> None:
        """The clock is right as it is."""
        self._at, self._since = self._now(), self._clock()

    def expected(self) -> datetime:
        """What the clock would show now, had nobody set it."""
        return self._at + timedelta(seconds=self._clock() - self._since)

    def found(self) -> timedelta | None:
        """How far it was set forward (or, below zero, back); None if it was not. Once it was
        dealt with, `accept`."""
        step = self._now() - self.expected()
        if abs(step) >= _STEP:
            return step
        self.accept()
        return None

"""The part that says how many log lines were left out."""

import asyncio

from bot.thinning import Thinning
from scheduler.beat import Job, beat

_EVERY = 10.0  # seconds


class LogPart:
    """Sums up what `logs` left out, and the rest at the end."""

    def __init__(self, logs: Thinning) -> None:
        self._logs = logs

    async def run(self, stop: asyncio.Event) -> None:
        await beat((Job("summing up the log", _EVERY, self._sum_up),), stop)

    async def _sum_up(self) -> None:
        self._logs.sum_up_what_is_over()

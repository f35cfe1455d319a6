"""The part that wakes the others: the periodic jobs."""

import asyncio

from bot.parts.courier import CourierPart
from bot.parts.ground import Ground
from bot.parts.planner import PlannerPart
from scheduler.jobs import make_clock


class ClockPart:
    """APScheduler with every periodic job (scheduler/jobs.py lists them)."""

    def __init__(self, ground: Ground, planner: PlannerPart, courier: CourierPart) -> None:
        parts = (planner.planner, courier.courier, courier.cards)
        self._clock = make_clock(ground.database, *parts, ground.now, ground.settings.tick_seconds)

    async def run(self, stop: asyncio.Event) -> None:
        self._clock.start()
        try:
            await stop.wait()
        finally:
            self._clock.shutdown(wait=False)

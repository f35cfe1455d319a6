"""The part that turns slots into what is owed."""

import asyncio
from collections.abc import Callable

from bot.parts.ground import Ground
from scheduler.planner import Planner


class PlannerPart:
    """The planner. `planned` is called when there is something to send."""

    def __init__(self, ground: Ground, planned: Callable[[], object]) -> None:
        content = ground.content
        self.planner = Planner(
            ground.database,
            content.courses,
            ground.settings.zone,
            ground.now,
            planned,
            content.holidays,
        )

    async def run(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.planner.rounds.run())
            await stop.wait()
            self.planner.rounds.stop()

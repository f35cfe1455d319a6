"""The part that wakes the others: the periodic jobs."""

import asyncio

from bot.parts.courier import CourierPart
from bot.parts.ground import Ground
from bot.parts.planner import PlannerPart
from scheduler.askings import Askings
from scheduler.beat import beat
from scheduler.jobs import Woken, periodic_jobs
from scheduler.monthly import Monthly
from scheduler.nudges import Nudges
from scheduler.offers import Offers
from storage.shares import Kept


class ClockPart:
    """Every periodic job (scheduler/jobs.py lists them)."""

    def __init__(self, ground: Ground, planner: PlannerPart, courier: CourierPart) -> None:
        sweep, settings = ground.conversations.sweep, ground.settings
        programme, holidays = ground.content.programme, ground.content.holidays
        kept = Kept(settings.zone, programme.shares)
        given = (ground.database, settings.zone, ground.now, courier.courier.rounds.wake)
        woken = Woken(
            planner=planner.planner,
            courier=courier.courier,
            cards=courier.cards,
            group_cards=courier.group_cards,
            door_pictures=courier.door_pictures,
            nudges=Nudges(*given, programme.plannable, holidays),
            monthly=Monthly(*given),
            askings=Askings(*given),
            offers=Offers(*given),
        )
        self._jobs = periodic_jobs(
            ground.database, woken, sweep, ground.now, settings.tick_seconds, kept
        )

    async def run(self, stop: asyncio.Event) -> None:
        await beat(self._jobs, stop)

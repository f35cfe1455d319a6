"""The list of periodic jobs. Rows are the truth; APScheduler is only the clock that wakes them."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.cards import Cards
from scheduler.courier import Courier
from scheduler.planner import Planner
from storage.actions import conversations, updates
from storage.database import Database

CARDS = 3.0  # seconds: how often a card is edited at most
HOUR = 3600.0


def make_clock(
    database: Database,
    planner: Planner,
    courier: Courier,
    cards: Cards,
    now: Callable[[], datetime],
    tick: float,
) -> AsyncIOScheduler:
    """APScheduler with every periodic job, not started. `tick` is how often, in seconds, the
    planner and the courier look for what is due."""

    # Coroutines, because APScheduler runs plain functions in threads.
    async def plan() -> None:
        planner.rounds.wake()

    async def deliver() -> None:
        courier.rounds.wake()

    async def show_progress() -> None:
        cards.rounds.wake()

    async def prune() -> None:
        await database.write(updates.prune, now())
        await database.write(conversations.sweep, now())

    jobs: list[tuple[str, float, Callable[[], Awaitable[None]]]] = [
        ("plan", tick, plan),
        ("deliver", tick, deliver),
        ("show progress", CARDS, show_progress),
        ("prune", HOUR, prune),
    ]
    clock = AsyncIOScheduler(
        job_defaults={
            "max_instances": 1,
            "coalesce": True,
            "misfire_grace_time": None,  # the default drops a job that is a second late
        }
    )
    for name, seconds, job in jobs:
        clock.add_job(job, IntervalTrigger(seconds=seconds), id=name)
    return clock

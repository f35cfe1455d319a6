"""The list of periodic jobs. Rows are the truth; these only wake those who look at them."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from scheduler.beat import Job, Steps
from scheduler.cards import Cards
from scheduler.courier import Courier
from scheduler.planner import Planner
from storage.actions import conversations, still_due, updates
from storage.database import Database

logger = logging.getLogger(__name__)

CARDS = 3.0  # seconds: how often a card is edited at most
HOUR = 3600.0


def periodic_jobs(
    database: Database,
    planner: Planner,
    courier: Courier,
    cards: Cards,
    now: Callable[[], datetime],
    tick: float,
) -> tuple[Job, ...]:
    """All of them. `tick` is how often, in seconds, the planner and the courier look for what is
    due."""
    steps = Steps(now)

    async def look() -> None:
        planner.rounds.wake()
        courier.rounds.wake()
        if (step := steps.found()) is not None:
            await follow(step)

    async def follow(step: timedelta) -> None:
        was, back = steps.expected(), step < timedelta(0)
        while back and await database.write(still_due.keep_due, was, now()):
            courier.rounds.wake()
        steps.accept()
        logger.warning("the clock was set %s by %s", "back" if back else "forward", abs(step))

    async def show_progress() -> None:
        cards.rounds.wake()

    async def prune() -> None:
        await database.write(updates.prune, now())
        await database.write(conversations.sweep, now())

    return (
        Job("looking for what is due", tick, look),
        Job("showing progress", CARDS, show_progress),
        Job("pruning", HOUR, prune),
    )

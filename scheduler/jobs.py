"""The list of periodic jobs. Rows are the truth; these only wake those who look at them."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.askings import Askings
from scheduler.beat import Job, Steps
from scheduler.building import build_rollups
from scheduler.cards import Cards
from scheduler.courier import Courier
from scheduler.door_pictures import DoorPictures
from scheduler.group_cards import GroupCards
from scheduler.monthly import Monthly
from scheduler.nudges import Nudges
from scheduler.offers import Offers
from scheduler.planner import Planner
from scheduler.sweeping import forget_old
from storage.actions import still_due
from storage.database import Database
from storage.shares import Kept

logger = logging.getLogger(__name__)

CARDS = 3.0  # seconds: how often a card is edited at most
BUILDING = 3.0
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Woken:
    """Those who look at the rows."""

    planner: Planner
    courier: Courier
    cards: Cards
    group_cards: GroupCards
    door_pictures: DoorPictures
    nudges: Nudges
    monthly: Monthly
    askings: Askings
    offers: Offers


def periodic_jobs(
    database: Database,
    woken: Woken,
    sweep: Callable[[], Awaitable[None]],
    now: Callable[[], datetime],
    tick: float,
    kept: Kept,
) -> tuple[Job, ...]:
    """All of them. `tick` is how often, in seconds, the planner and the courier look for what is
    due; `sweep` forgets conversations that nobody goes on with; `kept` is what figures are
    read from."""
    steps = Steps(now)

    async def look() -> None:
        woken.planner.rounds.wake()
        woken.courier.rounds.wake()
        if (step := steps.found()) is not None:
            await follow(step)

    async def follow(step: timedelta) -> None:
        was, back = steps.expected(), step < timedelta(0)
        while back and await database.write(still_due.keep_due, was, now()):
            woken.courier.rounds.wake()
        steps.accept()
        logger.warning("the clock was set %s by %s", "back" if back else "forward", abs(step))

    async def show_progress() -> None:
        woken.cards.rounds.wake()
        woken.group_cards.rounds.wake()
        woken.door_pictures.rounds.wake()

    async def prune() -> None:
        await forget_old(database, now())
        await sweep()

    async def build() -> None:
        await build_rollups(database, kept)

    return (
        Job("looking for what is due", tick, look),
        Job("showing progress", CARDS, show_progress),
        Job("building figures", BUILDING, build),
        Job("looking for who is behind", tick, woken.nudges.look),
        Job("looking for who gets the month's figures", tick, woken.monthly.look),
        Job("asking about events that are over", tick, woken.askings.look),
        Job("looking for offers that are over", tick, woken.offers.look),
        Job("pruning", HOUR, prune),
    )

"""When the product has done all that it was told to do, and all that is due: no story waits for a
moment of quiet, which on a busy machine comes before the answer."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import Connection, select

from bot.app import App
from bot.simulator import Simulator
from scheduler.rounds import Rounds
from storage.database import Database
from storage.model.delivery import DeliveryState
from storage.queries import outbox, schedules, seats
from storage.tables import deliveries
from tests.waiting import HANG, until

Rests = Callable[[], Awaitable[None]]


async def rest(simulator: Simulator, app: App, database: Database) -> None:
    """Wait until every update is handled, and until the planner and the courier have looked since,
    and have nothing left to do at this instant of the simulated clock. Raises TimeoutError."""
    looking = app.planner.planner.rounds, app.courier.courier.rounds
    async with asyncio.timeout(HANG):
        while True:
            await until(lambda: not simulator.world.updates.pending)
            await app.intake.intake.drained()
            await looked(*looking)
            if not await database.read(_anything_left, simulator.clock.now()):
                return


async def looked(*all_rounds: Rounds) -> None:
    """Wake each, and wait until a round of each that began after this has ended."""
    for rounds in all_rounds:
        begun = rounds.begun
        rounds.wake()
        await until(lambda rounds=rounds, begun=begun: rounds.ended > begun)  # type: ignore[misc]


def _anything_left(connection: Connection, now: datetime) -> bool:
    in_hand = select(deliveries.c.id).where(deliveries.c.state == DeliveryState.CLAIMED).limit(1)
    return (
        connection.execute(in_hand).first() is not None
        or outbox.anything_due(connection, now)
        or outbox.finished(connection)
        or any(look(connection) for look in (outbox.unplanned, outbox.unretried, outbox.unswept))
        or bool(schedules.due(connection, now))
        or bool(seats.over_offers(connection, now))
    )

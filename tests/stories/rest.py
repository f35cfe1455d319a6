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
    and have nothing left to do at this instant of the simulated clock; in a pause that Telegram
    asked for, the courier has not. Raises TimeoutError."""
    pace = app.ground.pace
    async with asyncio.timeout(HANG):
        while True:
            await until(lambda: not simulator.world.updates.pending)
            await app.intake.intake.drained()
            await looked(app.planner.planner.rounds)
            await looked(app.courier.courier.rounds, or_else=lambda: pace.pause_left)
            look = _anything_to_plan if pace.pause_left else _anything_left
            if not await database.read(look, simulator.clock.now()):
                return


async def looked(rounds: Rounds, or_else: Callable[[], object] = lambda: False) -> None:
    """Wake it, and wait until a round that began after this has ended, or something else is so."""
    begun = rounds.begun
    rounds.wake()
    await until(lambda: rounds.ended > begun or or_else())


def _anything_left(connection: Connection, now: datetime) -> bool:
    in_hand = select(deliveries.c.id).where(deliveries.c.state == DeliveryState.CLAIMED).limit(1)
    return (
        _anything_to_plan(connection, now)
        or connection.execute(in_hand).first() is not None
        or outbox.anything_due(connection, now)
        or outbox.finished(connection)
    )


def _anything_to_plan(connection: Connection, now: datetime) -> bool:
    return (
        any(look(connection) for look in (outbox.unplanned, outbox.unretried, outbox.unswept))
        or bool(schedules.due(connection, now))
        or bool(seats.over_offers(connection, now))
    )

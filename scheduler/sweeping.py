"""Forgetting, every hour, what is of no use any more (docs/operations.md lists what, and when)."""

import logging
from datetime import datetime

from storage.actions.sweeps import SWEEPS, Sweep
from storage.database import Database
from storage.steps import in_steps

logger = logging.getLogger(__name__)

_FOUND = 50_000  # keys in one look, of which the steps are cut


async def forget_old(database: Database, now: datetime) -> None:
    """Forget what is over at `now`, of one table after the other."""
    for sweep in SWEEPS:
        if gone := await _forget(database, sweep, now):
            logger.info("forgotten, because nobody needs them any more: %d %s", gone, sweep.name)


async def _forget(database: Database, sweep: Sweep, now: datetime) -> int:
    gone, full = 0, True
    while full and (keys := await database.read(sweep.find, now, _FOUND)):
        gone += sum([n async for n in in_steps(database, keys, sweep.drop, now)])
        full = len(keys) == _FOUND
    return gone

"""Building what figures are read from (storage/rollups.py), from all that there was before it."""

import asyncio
import logging

from storage.actions.rollups import build, prepare, take_in
from storage.database import Database
from storage.model.sweep import FEWEST, next_size
from storage.queries.rollups import is_prepared, unbuilt
from storage.shares import Kept
from storage.steps import timed

logger = logging.getLogger(__name__)

STEPS = 40  # in a round: so many take a second or two


async def build_rollups(database: Database, kept: Kept) -> None:
    """Build some more of what is not built yet, in transactions of some 25 ms each, with as much
    time in between for everybody else. Until all is built, figures are counted from their
    records."""
    if not await database.read(is_prepared, kept):
        await database.write(prepare, kept)
    await database.write(take_in)
    names = await database.read(unbuilt)
    size = FEWEST
    for _ in range(STEPS):
        if not names:
            return
        more, seconds = await timed(database, build, kept, names[0], size)
        if not more:
            logger.info("built, so that figures need not be counted: %s", names.pop(0))
        size = next_size(size, seconds)
        await asyncio.sleep(seconds)

"""A pause that Telegram asks for is kept, so that a restart does not forget it."""

import logging
from datetime import datetime, timedelta

from scheduler.pace import Pace
from storage.actions import pauses
from storage.database import Database

logger = logging.getLogger(__name__)


async def remember_pause(database: Database, pace: Pace, now: datetime) -> None:
    """Write down until when `pace` gives no turns, and the rate that it thinks is allowed.

    Call after `pace.refused`, with the time of that. A failure is logged, not raised.
    """
    try:
        until_at = now + timedelta(seconds=pace.pause_left)
        await database.write(pauses.remember, until_at, pace.allowed)
    except Exception:  # a full disk, say: we wait all the same, only a restart would forget it
        logger.exception("the pause that Telegram asks for cannot be recorded")

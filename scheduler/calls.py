"""Calls to Telegram: what the answer to one tells everybody."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from scheduler.ports import SlowDown, TryLater, Turn, Turns, Undelivered
from storage.actions import pauses
from storage.database import Database

logger = logging.getLogger(__name__)
T = TypeVar("T")


async def make(
    call: Callable[[], Awaitable[T]],
    turn: Turn | None,
    pace: Turns,
    database: Database,
    now: Callable[[], datetime],
) -> T:
    """Make a call in its turn and tell `pace` of the answer. Raises Undelivered as the call does.

    A request to slow down is for everybody, and a restart does not forget it. Without a turn the
    call was made within such a pause.
    """
    try:
        answer = await call()
    except SlowDown as error:
        if turn is None:
            pace.pause(error.seconds)
        else:
            pace.refused(error.seconds, turn)
        await _remember_pause(database, pace, now())
        raise
    except TryLater:  # that was no answer of Telegram's
        if turn is not None:
            pace.failed(turn)
        raise
    except Undelivered:  # it may count against the limit, too
        _made(pace, turn)
        raise
    _made(pace, turn)
    return answer


def _made(pace: Turns, turn: Turn | None) -> None:
    if turn is not None:
        pace.made(turn)


async def _remember_pause(database: Database, pace: Turns, now: datetime) -> None:
    try:
        until_at = now + timedelta(seconds=pace.pause_left)
        await database.write(pauses.remember, until_at, pace.allowed)
    except Exception:  # a full disk, say: we wait all the same, only a restart would forget it
        logger.exception("the pause that Telegram asks for cannot be recorded")

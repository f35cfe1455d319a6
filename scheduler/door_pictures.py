"""The pictures of check-in codes: renewed where they stand, as long as somebody shows them.

The rows tell which there are and until when each is good, so a restart goes on with them, and after
a sleep each is renewed once, whatever was missed.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from content.screens.doors import code as picture_of
from content.texts import Texts
from scheduler import calls
from scheduler.ports import Redrawer, SlowDown, TryLater, Turns, Undelivered
from scheduler.rounds import Rounds
from storage.actions import shown_codes as actions
from storage.database import Database
from storage.model.shown_code import ShownCode
from storage.queries import shown_codes as queries

logger = logging.getLogger(__name__)

_MOST_EDITS = 10  # in one round: each takes a turn that a push could have had


class DoorPictures:
    """Keeps each picture up to date."""

    def __init__(
        self,
        database: Database,
        sender: Redrawer,
        pace: Turns,
        texts: Texts,
        now: Callable[[], datetime],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._sender = sender
        self._pace = pace
        self._texts = texts
        self._now = now
        self._clock = clock
        self._refused_until = -math.inf
        self.rounds = Rounds(self.refresh)

    async def refresh(self) -> None:
        """Renew those whose code is taken no more, the oldest first."""
        if self._clock() < self._refused_until or self._pace.pause_left:
            return
        for each in (await self._database.read(queries.stale, self._now()))[:_MOST_EDITS]:
            if self.rounds.stopping:
                return
            try:
                await self._refresh(each)
            except SlowDown as error:
                self._refused_until = self._clock() + error.seconds
                return
            except Exception:  # one bad picture must not stop the others
                logger.exception("the code of event %d is not renewed", each.event.id)

    async def _refresh(self, shown: ShownCode) -> None:
        """Raises SlowDown."""
        now = self._now()
        if shown.is_over(now):
            await self._database.write(actions.drop, shown)
            return
        turn = await self._pace.turn(shown.chat_id, lambda: self.rounds.stopping)
        if turn is None:
            return
        now = self._now()
        say, link = self._texts.in_(shown.language), shown.link + shown.door.payload(now)
        screen = await asyncio.to_thread(picture_of, say, shown.event, shown.door, link, now)
        edit = partial(self._sender.redraw, shown.chat_id, shown.message_id, screen)
        try:
            await calls.make(edit, turn, self._pace, self._database, self._now)
        except SlowDown:
            raise
        except TryLater as error:
            logger.info("the code of event %d is not renewed: %s", shown.event.id, error)
        except Undelivered as error:  # it was deleted, say
            logger.info("the code of event %d is given up: %s", shown.event.id, error)
            await self._database.write(actions.drop, shown)
        else:
            await self._database.write(actions.renewed, shown, now)

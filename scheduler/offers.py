"""Seats that were offered and not answered for pass on to the next in line."""

import logging

from scheduler.looker import Looker
from storage.actions.seats import lapse
from storage.queries.seats import over_offers

logger = logging.getLogger(__name__)


class Offers(Looker):
    """Looks for offers that are over."""

    async def look(self) -> None:
        """Let pass on what is over, event by event; `owed` is called if somebody is offered a seat
        by that."""
        now = self._now()
        for event_id in await self._database.read(over_offers, now):
            if await self._database.write(lapse, event_id, now, self._zone):
                logger.info("offers of event %d passed on", event_id)
                self._owed()

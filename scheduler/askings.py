"""After an event: whoever posted it is asked whether it took place, and those who came how it
was."""

import logging
from datetime import datetime, timedelta

from scheduler.looker import Looker
from storage.actions.askings import ask_whether_held
from storage.actions.feedback import ask
from storage.model.asking import asked_by_now, feedback_at
from storage.queries.askings import unconfirmed_lately
from storage.queries.feedback import unasked

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)  # as often as it looks


class Askings(Looker):
    """Looks for events that are over; of what was missed meanwhile only the last is asked."""

    _looked_at: datetime | None = None

    async def look(self) -> None:
        """Owe what is to be asked now, if anything is; `owed` is called then."""
        now = self._now()
        if self._looked_at is not None and timedelta(0) <= now - self._looked_at < EVERY:
            return
        for event, asked in await self._database.read(unconfirmed_lately, now):
            number = asked_by_now(event.over_at, now, self._zone)
            if number > asked and await self._database.write(
                ask_whether_held, event, number, now, self._zone
            ):
                logger.info("asked whether event %d took place (%d)", event.id, number)
                self._owed()
        for event in await self._database.read(unasked, now):
            due = feedback_at(event.over_at, self._zone) <= now
            if due and await self._database.write(ask, event, now, self._zone):
                logger.info("asked those who came how event %d was", event.id)
                self._owed()
        self._looked_at = now

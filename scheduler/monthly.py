"""On the first of each month: the figures of the month before, to whoever subscribed to them."""

import logging

from scheduler.looker import Looker
from storage.actions.subscriptions import publish
from storage.model.period import Period
from storage.model.subscription import month_due

logger = logging.getLogger(__name__)


class Monthly(Looker):
    """Owes them as soon as it is time."""

    _done: Period | None = None

    async def look(self) -> None:
        """Owe what is to be sent now, if anything is; `owed` is called then."""
        now = self._now()
        month = month_due(now.astimezone(self._zone))
        if month is None or month == self._done:
            return
        told = await self._database.write(publish, now, self._zone)
        self._done = month
        if told:
            logger.info("the figures of %s are sent to %d", f"{month.first_on:%Y-%m}", told)
            self._owed()

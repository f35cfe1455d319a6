"""On the first of each month: the figures of the month before, to whoever subscribed to them."""

import logging
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from storage.actions.subscriptions import publish
from storage.database import Database
from storage.model.period import Period
from storage.model.subscription import month_due

logger = logging.getLogger(__name__)


class Monthly:
    """Owes them as soon as it is time. Rows say what was owed: neither a restart nor a second
    process does it again."""

    def __init__(
        self,
        database: Database,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        owed: Callable[[], object],
    ) -> None:
        self._database = database
        self._zone = zone
        self._now = now
        self._owed = owed
        self._done: Period | None = None

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

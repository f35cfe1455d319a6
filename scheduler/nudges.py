"""Once a month: who is behind their plan is told so."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler.looker import Looker
from storage.actions.nudges import nudge
from storage.database import Database
from storage.model.holidays import Holidays
from storage.model.nudge import is_owed, is_time
from storage.model.period import Days, year_of
from storage.model.plan import Plannable
from storage.queries import nodes as node_queries
from storage.queries.nudges import is_looked_at
from storage.queries.plans import progress_below

logger = logging.getLogger(__name__)


class Nudges(Looker):
    """Looks at the plans of all communities on the first morning of a month that is one of a
    working day, or on the first such morning on which the bot runs."""

    def __init__(
        self,
        database: Database,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        owed: Callable[[], object],
        plannable: Mapping[str, Plannable],
        holidays: Holidays,
    ) -> None:
        super().__init__(database, zone, now, owed)
        self._plannable = plannable
        self._holidays = holidays
        self._done: tuple[int, int] | None = None

    async def look(self) -> None:
        """Owe what is to be told now, if anything is; `owed` is called then."""
        now = self._now()
        local = now.astimezone(self._zone)
        month = (local.year, local.month)
        if month == self._done or not is_time(local, self._holidays):
            return
        if not await self._database.read(is_looked_at, *month):
            await self._tell(now)
        self._done = month

    async def _tell(self, now: datetime) -> None:
        district = await self._database.read(node_queries.root)
        if district is None:
            return
        local = now.astimezone(self._zone)
        days = Days(year_of(local.date()), self._zone, now)
        found = await self._database.read(progress_below, district, days, self._plannable)
        looked = {each.node.id: is_owed(each, local.month) for each in found}
        told = await self._database.write(nudge, looked, now, self._zone)
        logger.info("the plans of %d communities were looked at; %d are told", len(looked), told)
        if told:
            self._owed()

"""What looks from time to time whether something is due, and owes it to whom it is for."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from storage.database import Database


class Looker:
    """`zone` is the district's; `owed` is called when something is owed. Rows say what was done:
    neither a restart nor a second process does it again."""

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

"""What is known where a day or a time is typed."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from storage.model.holidays import Holidays
from storage.model.period import day_of


@dataclass(frozen=True, slots=True)
class Calendar:
    """The moment, whose clock it is told by, and the days off and festivals that are known."""

    now: datetime
    zone: ZoneInfo
    holidays: Holidays

    @property
    def today(self) -> date:
        return day_of(self.now, self.zone)

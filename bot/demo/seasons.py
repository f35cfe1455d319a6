"""When in a year things happen: the weeks around the Spring Festival and the summer are seen."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from random import Random

from storage.model.holidays import Holidays

# How much falls into each month, from January on.
_USUAL = (7, 4, 10, 9, 9, 9, 7, 7, 10, 9, 11, 8)
_SUMMER = (6, 3, 6, 7, 8, 11, 18, 17, 7, 7, 5, 5)  # children are at home, evenings are long
_VISITS = (30, 9, 5, 5, 5, 5, 8, 8, 10, 6, 4, 5)  # before the Spring Festival
_CAMPAIGNS = (4, 2, 13, 8, 8, 14, 5, 5, 12, 8, 16, 5)
_MEETINGS = (8, 3, 11, 8, 8, 10, 4, 4, 11, 8, 11, 14)
_SEASONS = {
    "home_visits": _VISITS,
    "service": _SUMMER,
    "unity": _SUMMER,
    "visit": _SUMMER,
    "governance": _SUMMER,
    "campaign": _CAMPAIGNS,
    "policy": _CAMPAIGNS,
    "venue_safety_checks": _CAMPAIGNS,
    "meeting": _MEETINGS,
    "training": _MEETINGS,
    "exchange": _MEETINGS,
}
_ON_DAYS_OFF = frozenset({"service", "unity", "governance", "study"})  # when people have time


def day_for(what: str, year: int, chance: Random, holidays: Holidays) -> date:
    """A day of `year` on which `what` (a category or an indicator) may happen."""
    month = chance.choices(range(1, 13), _SEASONS.get(what, _USUAL))[0]
    days = [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
    return chance.choice(_fitting(what, days, chance, holidays) or days)


def _fitting(what: str, days: Sequence[date], chance: Random, holidays: Holidays) -> list[date]:
    """Those on which staff work, or people have time; on public holidays nothing happens."""
    off = what in _ON_DAYS_OFF and chance.random() < 0.5
    return [
        day for day in days if day not in holidays.days_off and holidays.is_working(day) is not off
    ]

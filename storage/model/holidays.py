"""The working calendar: which days people have off, and which they work instead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from storage.model.period import Period

# Festivals that are on another day each year.
MOVING = ("除夕", "春节", "元宵", "清明", "端午", "七夕", "中秋", "重阳", "冬至", "腊八")
_DAY = timedelta(days=1)
_NEXT_IS_DUE = 11  # the month from which the next year's holidays should be known


@dataclass(frozen=True, slots=True)
class Holidays:
    """The statutory holidays of the years that are known.

    `days_off` has every date of a holiday, weekends inside it included, and no other weekend;
    `working_weekends` the Saturdays and Sundays that are worked in exchange. `festivals` has the
    days of those that are on another one each year: by name, and by year.
    """

    days_off: frozenset[date] = frozenset()
    working_weekends: frozenset[date] = frozenset()
    known_years: frozenset[int] = frozenset()
    festivals: Mapping[str, Mapping[int, date]] = field(default_factory=dict, hash=False)

    def is_working(self, day: date) -> bool:
        """Whether people work on it; in a year that is not known yet, from Monday to Friday."""
        usual = day.weekday() < 5 and day not in self.days_off
        return usual or day in self.working_weekends

    def days_off_around(self, day: date) -> Period | None:
        """The days off, one after the other, among which `day` is; None if it is none of them."""
        if day not in self.days_off:
            return None
        first = last = day
        while first - _DAY in self.days_off:
            first -= _DAY
        while last + _DAY in self.days_off:
            last += _DAY
        return Period(first, last)

    def promised_on(self, day: date, working_days: int) -> date:
        """The last day on which something is done within so many working days after `day`."""
        while working_days:
            day += timedelta(days=1)
            working_days -= self.is_working(day)
        return day

    def last_overdue(self, today: date, working_days: int) -> date:
        """The latest day of which so many working days are over before `today`."""
        day = today - timedelta(days=1)
        while self.promised_on(day, working_days) >= today:
            day -= timedelta(days=1)
        return day

    def covers(self, day: date) -> bool:
        """Whether the holidays of the year of `day` are known. If not, nothing is said of it."""
        return day.year in self.known_years

    def unknown_year(self, today: date) -> int | None:
        """The year whose holidays should be known by now and are not: this one, or from November on
        the next one. None if there is none."""
        coming = [today.year, today.year + 1] if today.month >= _NEXT_IS_DUE else [today.year]
        return next((year for year in coming if year not in self.known_years), None)


def unknown(year: int) -> str:
    """The line for the operator."""
    return (
        f"holidays.yaml: the holidays of {year} are not in it; until they are, what leaves out "
        "holidays is sent on them"
    )

"""The working calendar: which days people have off, and which they work instead."""

from dataclasses import dataclass
from datetime import date, timedelta

_NEXT_IS_DUE = 11  # the month from which the next year's holidays should be known


@dataclass(frozen=True, slots=True)
class Holidays:
    """The statutory holidays of the years that are known.

    `days_off` has every date of a holiday, weekends inside it included, and no other weekend;
    `working_weekends` the Saturdays and Sundays that are worked in exchange.
    """

    days_off: frozenset[date] = frozenset()
    working_weekends: frozenset[date] = frozenset()
    known_years: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether people work on it; in a year that is not known yet, from Monday to Friday."""
        usual = day.weekday() < 5 and day not in self.days_off
        return usual or day in self.working_weekends

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

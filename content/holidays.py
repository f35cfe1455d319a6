"""Statutory holidays: which days are off, as announced year by year. Data, not code."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from content.problems import parse, read_text
from content.programme import SHIPPED, Strict
from storage.model.typed.days import read_dated


def _weekend(day: date) -> date:
    if day.weekday() < 5:
        raise ValueError(f"expected a Saturday or a Sunday; {day} is a {day:%A}")
    return day


Day = Annotated[date, BeforeValidator(lambda day: read_dated(day) if isinstance(day, str) else day)]


class _Break(Strict):
    first_on: Day
    last_on: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_on < self.first_on:
            raise ValueError(f"expected last_on not before first_on, {self.first_on}")
        return self

    @property
    def days(self) -> frozenset[date]:
        length = (self.last_on - self.first_on).days + 1
        return frozenset(self.first_on + timedelta(days=n) for n in range(length))


class _Year(Strict):
    days_off: list[_Break] = Field(min_length=1)
    working_weekends: list[Annotated[Day, AfterValidator(_weekend)]]


class _File(Strict):
    years: dict[int, _Year] = Field(min_length=1)

    @model_validator(mode="after")
    def _days_of_their_year(self) -> Self:
        for number, year in self.years.items():
            off = frozenset[date]().union(*(each.days for each in year.days_off))
            # New Year's days off may begin in the December before.
            december, end = date(number - 1, 12, 1), date(number, 12, 31)
            for day in sorted(off.union(year.working_weekends)):
                if not december <= day <= end:
                    raise ValueError(f"{day} stands in the year {number}")
            for day in year.working_weekends:
                if day in off:
                    raise ValueError(f"{day} is both a day off and a working weekend")
        return self


@dataclass(frozen=True, slots=True)
class Holidays:
    """The statutory holidays of the years that are known.

    `days_off` has every date of a holiday, weekends inside it included, and no other weekend;
    `working_weekends` the Saturdays and Sundays that are worked in exchange.
    """

    days_off: frozenset[date]
    working_weekends: frozenset[date]
    known_years: frozenset[int]

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


def load_holidays(folder: Path = SHIPPED) -> Holidays:
    """Read `holidays.yaml` in `folder`.

    Raises ContentError naming file, line and what was expected, all problems at once.
    """
    path = folder / "holidays.yaml"
    years = parse(path, read_text(path), _File).years
    return Holidays(
        days_off=frozenset(
            day for year in years.values() for each in year.days_off for day in each.days
        ),
        working_weekends=frozenset(day for year in years.values() for day in year.working_weekends),
        known_years=frozenset(years),
    )

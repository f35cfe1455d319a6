"""Statutory holidays: which days are off, as announced year by year. Data, not code."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from content.problems import Strict, parse, read_text
from content.programme import SHELF
from storage.model.holidays import MOVING, Holidays
from storage.model.typed.days import read_dated

NAME = "holidays.yaml"


def _weekend(day: date) -> date:
    if day.weekday() < 5:
        raise ValueError(f"expected a Saturday or a Sunday; {day} is a {day:%A}")
    return day


def _festival(name: str) -> str:
    if name not in MOVING:
        raise ValueError(f"expected one of {', '.join(MOVING)}")
    return name


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
    festivals: dict[Annotated[str, AfterValidator(_festival)], Day] = Field(default_factory=dict)


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
            for name, day in year.festivals.items():
                if day.year != number:
                    raise ValueError(f"{name}, {day}, stands in the year {number}")
        return self


def load_holidays(*folders: Path) -> Holidays:
    """Read `holidays.yaml` in each of `folders` (without any, in what is shipped); the years of a
    later one take the place of those before.

    Raises ContentError naming file, line and what was expected, all problems at once.
    """
    years: dict[int, _Year] = {}
    for folder in folders or (SHELF,):
        path = folder / NAME
        years |= parse(path, read_text(path), _File).years
    return Holidays(
        days_off=frozenset(
            day for year in years.values() for each in year.days_off for day in each.days
        ),
        working_weekends=frozenset(day for year in years.values() for day in year.working_weekends),
        known_years=frozenset(years),
        festivals={
            name: {number: y.festivals[name] for number, y in years.items() if name in y.festivals}
            for name in MOVING
        },
    )


def holidays_of(programme: Path) -> Holidays:
    """The holidays that are shipped, and those of a programme's own `holidays.yaml`, which go
    before. Raises ContentError."""
    own = (programme,) if (programme / NAME).exists() else ()
    return load_holidays(SHELF, *own)

"""Periods in which things are counted: days of the district's own zone, ends included."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

YEARS = range(1900, 2201)  # beyond, a day is a slip of the finger


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first_on` to `last_on`, both included."""

    first_on: date
    last_on: date

    @property
    def compact(self) -> str:
        """For a button: "20260301-20260531"."""
        return f"{self.first_on:%Y%m%d}-{self.last_on:%Y%m%d}"

    @property
    def is_year(self) -> bool:
        """Whether it is one whole year: the time for which something can be planned."""
        return self == year_of(self.first_on)

    def year_before(self) -> "Period":
        """The same days of the year before; of 29 February the day before it, and of whole months
        the same ones whole: of a February that has 28 days one may have 29."""
        before = Period(_year_before(self.first_on), _year_before(self.last_on))
        whole = self.first_on.day == 1 and self.last_on == month_of(self.last_on).last_on
        return replace(before, last_on=month_of(before.last_on).last_on) if whole else before

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The instants [from, to) of these days in `zone`, as aware UTC."""
        starts = datetime.combine(self.first_on, time(), tzinfo=zone)
        ends = datetime.combine(self.last_on + timedelta(days=1), time(), tzinfo=zone)
        return starts.astimezone(UTC), ends.astimezone(UTC)


_DAY = timedelta(days=1)
_HALF = 16  # the day from which on the rest of a month is less than what is gone of it
_HARDLY = 45  # days


@dataclass(frozen=True, slots=True)
class ByMonths:
    """Days as `whole` months, with those that are `lacking` in these, and without the `surplus`."""

    whole: "Days"
    lacking: list["Days"]
    surplus: list["Days"]


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a period as they are lived in a zone, looked at from the instant `now`."""

    period: Period
    zone: ZoneInfo
    now: datetime

    def bounds(self, *, begun: bool = False) -> tuple[datetime, datetime]:
        """The instants [from, to) of these days, as aware UTC; with `begun` up to this very moment,
        without what is still to come."""
        since, until = self.period.bounds(self.zone)
        return since, min(until, self.now + timedelta.resolution) if begun else until

    def whole_months(self) -> tuple[int, int] | None:
        """The first and the last month, such as 202603, if the days are whole months."""
        first, last = self.period.first_on, self.period.last_on
        if first.day != 1 or last != month_of(last).last_on:
            return None
        return first.year * 100 + first.month, last.year * 100 + last.month

    def by_months(self) -> "ByMonths | None":
        """The same days as whole months, and what these lack or have too many at either end; None
        for days that are hardly more than one month."""
        first, last = self.period.first_on, self.period.last_on
        if last - first < timedelta(days=_HARDLY):
            return None
        least, most = month_of(first), month_of(last)
        begins, ends, lacking, surplus = least.first_on, most.last_on, [], []
        if first.day > _HALF:
            begins = least.last_on + _DAY
            lacking.append(Period(first, least.last_on))
        elif first > begins:
            surplus.append(Period(begins, first - _DAY))
        if last.day < _HALF:
            ends = most.first_on - _DAY
            lacking.append(Period(most.first_on, last))
        elif last < ends:
            surplus.append(Period(last + _DAY, ends))
        whole = replace(self, period=Period(begins, ends))
        around = ([replace(self, period=each) for each in some] for some in (lacking, surplus))
        return ByMonths(whole, *around)

    @property
    def running(self) -> bool:
        """Whether the day of `now` is one of them."""
        return self.period.first_on <= day_of(self.now, self.zone) <= self.period.last_on

    def year_before(self) -> "Days":
        """The same days of the year before; of a period that goes on, those up to today."""
        period = self.period
        if self.running:
            period = replace(period, last_on=day_of(self.now, self.zone))
        return replace(self, period=period.year_before())

    def to_the_months_end(self) -> "Days":
        """The same days, and those that their last month has besides."""
        last_on = month_of(self.period.last_on).last_on
        return replace(self, period=replace(self.period, last_on=last_on))

    def months(self) -> list["Days"]:
        """The same days, month by month."""
        found: list[Days] = []
        first = self.period.first_on
        while first <= self.period.last_on:
            last = min(month_of(first).last_on, self.period.last_on)
            found.append(replace(self, period=Period(first, last)))
            first = last + timedelta(days=1)
        return found


def read_period(text: str) -> Period:
    """Read what a button carries: "20260301-20260531". Raises ValueError."""
    first, _, last = text.partition("-")
    return Period(_compact_day(first), _compact_day(last))


def _compact_day(text: str) -> date:
    if not re.fullmatch(r"\d{8}", text):
        raise ValueError(text)
    day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if day.year not in YEARS:
        raise ValueError(text)
    return day


def _year_before(day: date) -> date:
    last_of_month = calendar.monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last_of_month))


def day_of(now: datetime, zone: ZoneInfo) -> date:
    """The district's own day at the instant `now`."""
    return now.astimezone(zone).date()


def year_of(day: date) -> Period:
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def half_year_of(day: date) -> Period:
    return _months(day.year, 1 if day.month <= 6 else 7, 6)


def quarter_of(day: date) -> Period:
    return _months(day.year, (day.month - 1) // 3 * 3 + 1, 3)


def month_of(day: date) -> Period:
    return _months(day.year, day.month, 1)


def _months(year: int, first: int, count: int) -> Period:
    last = first + count - 1
    return Period(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


# The spans that staff ask for most, each around a given day.
SPANS: dict[str, Callable[[date], Period]] = {
    "month": month_of,
    "quarter": quarter_of,
    "half": half_year_of,
    "year": year_of,
}

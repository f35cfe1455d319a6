"""Rhythms for properties: of every kind, with every bound."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from storage.model.holidays import Holidays
from storage.model.rhythm import LAST, WEEKDAYS, Rhythm, ScheduleKind, after_joining, before_event

DAY = timedelta(days=1)
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
INSTANTS = st.datetimes(datetime(2023, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_YEARS = range(2023, 2031)
# National days: seven days off in a row, each year; the weekend after them is worked instead.
_AFTER = (date(year, 10, day) for year in _YEARS for day in range(8, 15))
HOLIDAYS = Holidays(
    days_off=frozenset(date(year, 10, day) for year in _YEARS for day in range(1, 8)),
    working_weekends=frozenset(day for day in _AFTER if day.weekday() > 4),
    known_years=frozenset(_YEARS),
)


@st.composite
def recurring(draw: st.DrawFn) -> Rhythm:
    """A rhythm from daily to yearly."""
    own: dict[str, Any]
    kind, own = draw(
        st.one_of(
            st.tuples(st.just(ScheduleKind.DAILY), _with(every=st.integers(1, 40))),
            st.tuples(
                st.just(ScheduleKind.WEEKLY),
                _with(every=st.integers(1, 9), days=_weekdays(7)),
            ),
            st.tuples(st.just(ScheduleKind.MONTHLY), _with(day_of_month=st.integers(1, 31))),
            st.tuples(
                st.just(ScheduleKind.MONTHLY_WEEKDAY),
                _with(days=_weekdays(1), nth=st.sampled_from((1, 2, 3, 4, LAST))),
            ),
            st.tuples(
                st.just(ScheduleKind.YEARLY),
                _with(month=st.integers(1, 12), day_of_month=st.integers(1, 28)),
            ),
            st.just((ScheduleKind.YEARLY, {"month": 2, "day_of_month": 29})),
        )
    )
    starts_on = draw(st.none() | st.dates(date(2023, 1, 1), date(2027, 12, 31)))
    if starts_on is None:
        own["every"] = 1
    first = starts_on or date(2024, 1, 1)
    return Rhythm(
        kind,
        at=draw(CLOCKS),
        starts_on=starts_on,
        until_on=draw(st.none() | st.integers(0, 900).map(lambda n: first + n * DAY)),
        count=draw(st.none() | st.integers(1, 30)) if starts_on else None,
        skip_on=draw(st.frozensets(st.integers(0, 60).map(lambda n: first + n * DAY), max_size=9)),
        skip_holidays=draw(st.booleans()),
        **own,
    )


def _with(**each: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(each)


def _weekdays(most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=most, unique=True).map(tuple)


RHYTHMS = st.one_of(
    recurring(),
    INSTANTS.map(lambda at: Rhythm(ScheduleKind.ONCE, once_at=at)),
    st.builds(after_joining, st.sampled_from(("basics", "课")), st.integers(0, 400), CLOCKS),
    st.builds(before_event, st.integers(0, 400)),
)

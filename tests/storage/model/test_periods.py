"""Periods as whole months with what is around them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.model.period import Days, Period, month_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)
A_DAY = st.dates(date(2023, 1, 1), date(2027, 12, 31))


def each_day(days: Days) -> list[date]:
    first, last = days.period.first_on, days.period.last_on
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@given(A_DAY, st.integers(0, 1200))
def test_whole_months_with_what_they_lack_and_without_the_surplus_are_the_days(
    first: date, more: int
) -> None:
    days = Days(Period(first, first + timedelta(days=more)), ZoneInfo("Asia/Shanghai"), NOW)
    found = days.by_months()
    if found is None:
        assert more < 45
        return
    assert found.whole.whole_months()
    lacking = [day for part in found.lacking for day in each_day(part)]
    surplus = [day for part in found.surplus for day in each_day(part)]
    assert len(lacking) + len(surplus) <= 32, "the shorter way is taken"
    whole = each_day(found.whole)
    assert sorted({*whole, *lacking} - {*surplus}) == each_day(days)
    assert not {*whole} & {*lacking}
    assert {*surplus} <= {*whole}


@example(date(2025, 2, 5), 0)
@given(A_DAY, st.integers(0, 30))
def test_the_year_before_of_whole_months_is_whole_months(first: date, more: int) -> None:
    begins = month_of(first).first_on
    last = month_of(begins + timedelta(days=30 * more)).last_on
    before = Period(begins, last).year_before()
    assert before.first_on == begins.replace(year=begins.year - 1)
    assert before.last_on == month_of(last.replace(year=last.year - 1, day=1)).last_on


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (
            Period(date(2025, 2, 1), date(2025, 2, 28)),
            Period(date(2024, 2, 1), date(2024, 2, 29)),
        ),
        (
            Period(date(2024, 2, 1), date(2024, 2, 29)),
            Period(date(2023, 2, 1), date(2023, 2, 28)),
        ),
        (
            Period(date(2025, 2, 28), date(2025, 2, 28)),
            Period(date(2024, 2, 28), date(2024, 2, 28)),
        ),
    ],
)
def test_a_leap_day_is_in_the_year_before_of_its_month(period: Period, before: Period) -> None:
    assert period.year_before() == before

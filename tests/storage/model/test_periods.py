"""Periods as whole months with what is around them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from storage.model.period import Days, Period

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

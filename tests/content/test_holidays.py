"""Statutory holidays: what the notices say, and where a file is wrong."""

from datetime import date
from pathlib import Path

import pytest

from content.holidays import holidays_of, load_holidays
from content.problems import ContentError
from content.programme import SHELF, SHIPPED
from storage.model.holidays import MOVING
from storage.model.period import Period


def problems_after(tmp_path: Path, old: str, new: str) -> tuple[list[str], int]:
    """The problems of the shipped file with `old` made `new`, and the line where that stands."""
    text = (SHELF / "holidays.yaml").read_text(encoding="utf-8")
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    (tmp_path / "holidays.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        load_holidays(tmp_path)
    return [each.removeprefix(f"{tmp_path}/") for each in raised.value.problems], line


def test_the_shipped_days_are_as_many_as_the_notices_say():
    shipped = load_holidays()
    assert shipped.known_years == {2025, 2026}
    # 1 + 8 + 3 + 5 + 3 + 8, and 3 + 9 + 3 + 5 + 3 + 3 + 7: the lengths that the notices give
    assert sum(day.year == 2025 for day in shipped.days_off) == 28
    assert sum(day.year == 2026 for day in shipped.days_off) == 33
    # 全国年节及纪念日放假办法 (2024) gives everybody thirteen days; where one falls on a weekend, a
    # weekday is off for it. All other weekdays off are worked on weekends.
    for year in shipped.known_years:
        off = sum(day.year == year and day.weekday() < 5 for day in shipped.days_off)
        worked = sum(day.year == year for day in shipped.working_weekends)
        assert off - worked == 13


@pytest.mark.parametrize(
    ("day", "off", "worked"),
    [
        (date(2025, 1, 26), False, True),
        (date(2025, 1, 28), True, False),
        (date(2025, 2, 4), True, False),
        (date(2025, 2, 5), False, False),
        (date(2025, 10, 8), True, False),
        (date(2025, 10, 9), False, False),
        (date(2026, 1, 4), False, True),
        (date(2026, 2, 14), False, True),
        (date(2026, 2, 23), True, False),
        (date(2026, 9, 26), True, False),
        (date(2026, 9, 28), False, False),
        (date(2026, 10, 8), False, False),
        (date(2026, 10, 10), False, True),
        (date(2026, 10, 17), False, False),  # an ordinary Saturday is no holiday
    ],
)
def test_a_day_is_what_its_notice_makes_it(day: date, off: bool, worked: bool):
    shipped = load_holidays()
    assert (day in shipped.days_off, day in shipped.working_weekends) == (off, worked)
    assert shipped.covers(day)


def test_a_year_without_a_notice_is_told_and_not_guessed():
    shipped = load_holidays()
    assert not shipped.covers(date(2024, 12, 31))
    assert not shipped.covers(date(2027, 1, 1))
    assert date(2027, 1, 1) not in shipped.days_off


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("last_on: 2025-02-04", "last_on: 2025-01-04", "expected last_on not before first_on"),
        ("2026-05-09", "2026-05-08", "expected a Saturday or a Sunday; 2026-05-08 is a Friday"),
        ("2025-09-28", "soon", "valid date"),
        ("last_on: 2026-10-07", "lats_on: 2026-10-07", "Field required"),
        ("端午: 2026-06-19", "端午: 6月的第三个周五", "valid date"),
        ("端午: 2026-06-19", "端五: 2026-06-19", "expected one of 除夕"),
    ],
)
def test_a_wrong_day_is_named_with_its_line(tmp_path: Path, old: str, new: str, expected: str):
    problems, line = problems_after(tmp_path, old, new)
    [problem] = [each for each in problems if expected in each]
    assert problem.startswith(f"holidays.yaml:{line}: years.")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("last_on: 2025-02-04", "last_on: 2026-02-04", "2026-01-01 stands in the year 2025"),
        ("2026-02-14", "2026-02-15", "2026-02-15 is both a day off and a working weekend"),
        ("端午: 2026-06-19", "端午: 2027-06-09", "端午, 2027-06-09, stands in the year 2026"),
        ("years:", "year:", "Field required"),
    ],
)
def test_days_that_contradict_each_other_are_named(
    tmp_path: Path, old: str, new: str, expected: str
):
    problems, _ = problems_after(tmp_path, old, new)
    assert any(expected in problem for problem in problems)


def test_each_year_that_is_shipped_has_its_festivals_among_its_days_off():
    shipped = load_holidays()
    for name in MOVING:
        assert shipped.festivals[name].keys() == shipped.known_years
    for name in ("春节", "除夕", "清明", "端午", "中秋"):
        assert {*shipped.festivals[name].values()} <= shipped.days_off
    assert shipped.days_off_around(date(2026, 6, 19)) == Period(
        date(2026, 6, 19), date(2026, 6, 21)
    )
    assert shipped.days_off_around(date(2026, 6, 22)) is None


def test_days_off_may_begin_in_the_december_before(tmp_path: Path):
    text = (SHELF / "holidays.yaml").read_text(encoding="utf-8")
    text = text.replace("first_on: 2026-01-01", "first_on: 2025-12-31")
    (tmp_path / "holidays.yaml").write_text(text, encoding="utf-8")
    assert date(2025, 12, 31) in load_holidays(tmp_path).days_off


def test_a_missing_file_is_one_problem(tmp_path: Path):
    with pytest.raises(ContentError, match=r"holidays\.yaml: cannot be read"):
        load_holidays(tmp_path)


NEXT = """years:
  2027:
    days_off:
      - {first_on: 2027-01-01, last_on: 2027-01-03}
    working_weekends: []
"""


def test_a_programmes_own_file_adds_its_years_to_those_that_are_shipped(tmp_path: Path):
    assert holidays_of(tmp_path) == holidays_of(SHIPPED) == load_holidays()
    (tmp_path / "holidays.yaml").write_text(NEXT, encoding="utf-8")
    own = holidays_of(tmp_path)
    assert own.known_years == load_holidays().known_years | {2027}
    assert (date(2027, 1, 1) in own.days_off, date(2026, 10, 1) in own.days_off) == (True, True)
    (tmp_path / "holidays.yaml").write_text(NEXT.replace("2027", "2026"), encoding="utf-8")
    changed = holidays_of(tmp_path)
    assert (date(2026, 1, 1) in changed.days_off, date(2026, 10, 1) in changed.days_off) == (
        *(True, False),
    )


def test_a_mistake_in_a_programmes_own_file_is_named(tmp_path: Path):
    (tmp_path / "holidays.yaml").write_text(NEXT.replace("01-03", "01-00"), encoding="utf-8")
    with pytest.raises(ContentError, match=f"{tmp_path}/holidays.yaml:4"):
        holidays_of(tmp_path)


@pytest.mark.parametrize(
    ("today", "unknown"),
    [
        (date(2026, 10, 31), None),
        (date(2026, 11, 1), 2027),
        (date(2026, 12, 31), 2027),
        (date(2027, 1, 1), 2027),
        (date(2025, 11, 1), None),
        (date(2028, 11, 1), 2028),
    ],
)
def test_from_november_on_the_next_year_should_be_known(today: date, unknown: int | None):
    assert load_holidays().unknown_year(today) == unknown

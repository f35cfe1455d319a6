"""The plan as arithmetic: how much of a year is gone, what is due, and who is behind."""

from datetime import date
from decimal import Decimal

import pytest

from storage.model.figure import Adds, Count, Figure, Measure
from storage.model.plan import Light, Missing, Pace, Plannable, done, pace, share_gone

VISITS = Plannable(Measure.of("ledger", Adds.SUM))
MEMBERS = Count("members", adds=Adds.PERSONS)
REGISTER = Plannable(Measure((MEMBERS,)))
COVERAGE = Plannable(Measure((Count("acknowledgements", adds=Adds.PERSONS),), MEMBERS), decimals=1)


@pytest.mark.parametrize(
    ("year", "today", "days", "of"),
    [
        (2026, date(2026, 1, 1), 1, 365),
        (2026, date(2026, 12, 31), 365, 365),
        (2028, date(2028, 2, 29), 60, 366),
        (2025, date(2026, 1, 1), 1, 1),
        (2027, date(2026, 12, 31), 0, 1),
    ],
)
def test_how_much_of_a_year_is_gone(year: int, today: date, days: int, of: int) -> None:
    assert share_gone(year, today) == Decimal(days) / of


@pytest.mark.parametrize(
    ("target", "actual", "due", "gap", "light"),
    [
        (150, 75, 75, 0, Light.ON_PLAN),
        (200, 95, 100, 5, Light.ON_PLAN),
        (200, 94, 100, 6, Light.NEARLY),
        (200, 80, 100, 20, Light.NEARLY),
        (200, 79, 100, 21, Light.BEHIND),
        (3, 1, 1, 0, Light.ON_PLAN),  # half an event is not held
        (1, 0, 0, 0, Light.ON_PLAN),
        (2, 0, 1, 1, Light.BEHIND),
        (0, 0, 0, 0, Light.ON_PLAN),
        (4, 9, 2, 0, Light.ON_PLAN),
    ],
)
def test_who_is_behind_in_the_middle_of_a_year(
    target: int, actual: int, due: int, gap: int, light: Light
) -> None:
    found = pace(Decimal(target), Figure(Decimal(actual)), VISITS, Decimal("0.5"))
    assert isinstance(found, Pace)
    assert (int(found.due), int(found.gap)) == (due, gap)
    assert found.light is light


def test_what_lasts_is_due_whole_and_a_share_grows() -> None:
    half = Decimal("0.5")
    members = pace(Decimal(300), Figure(Decimal(290)), REGISTER, half)
    assert isinstance(members, Pace)
    assert members.due == 300
    assert members.light is Light.ON_PLAN
    reached = pace(Decimal(85), Figure(Decimal(2), Decimal(5)), COVERAGE, half)
    assert isinstance(reached, Pace)
    assert (reached.actual, reached.due) == (Decimal(40), Decimal("42.5"))
    assert reached.light is Light.NEARLY


def test_what_is_missing_is_no_nought() -> None:
    half = Decimal("0.5")
    assert pace(None, Figure(Decimal(7)), VISITS, half) is Missing.NOT_PLANNED
    assert pace(Decimal(80), Figure(Decimal(0), Decimal(0)), COVERAGE, half) is Missing.NO_FIGURE
    assert done([Missing.NOT_PLANNED, Missing.NO_FIGURE]) is None


def test_what_is_done_twice_over_makes_up_for_nothing_else() -> None:
    def of(target: int, actual: int) -> Pace:
        return Pace(Decimal(target), Decimal(actual), Decimal(0))

    assert done([of(10, 30), of(10, 5), Missing.NOT_PLANNED]) == 75
    assert done([of(0, 0)]) == 100

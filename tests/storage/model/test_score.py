"""The score of a community: the weighted mean of its rates, none of which counts for more than
all."""

from decimal import Decimal

import pytest

from storage.model.figure import Figure
from storage.model.plan import Missing
from storage.model.score import Assessed, ScoreLine, score


def assessed(weight: int, target: str | None, number: str, whole: str | None = None) -> Assessed:
    of = None if whole is None else Decimal(whole)
    return Assessed(
        weight, None if target is None else Decimal(target), Figure(Decimal(number), of)
    )


def test_a_score_is_the_weighted_mean_of_rates_of_which_none_is_more_than_all() -> None:
    found = score(
        {
            "home_visits": assessed(3, "20", "17"),
            "lectures": assessed(2, "4", "9"),
            "study_coverage": assessed(3, "80", "3", "10"),
            "members_registered": assessed(0, "9", "1"),
        }
    )
    assert found.lines == {
        "home_visits": ScoreLine(Decimal(85), 3),
        "lectures": ScoreLine(Decimal(100), 2),
        "study_coverage": ScoreLine(Decimal("37.5"), 3),
    }
    assert (found.points, found.possible) == (Decimal("5.675"), 8)
    assert found.percent == Decimal("70.9375")
    assert not found.left_out


def test_what_has_no_target_or_no_figure_is_left_out_and_told() -> None:
    found = score(
        {
            "home_visits": assessed(3, "20", "10"),
            "lectures": assessed(2, None, "9"),
            "study_coverage": assessed(3, "80", "0", "0"),
        }
    )
    assert found.percent == Decimal(50), "it is measured by what can be assessed"
    assert found.left_out == {
        "lectures": Missing.NOT_PLANNED,
        "study_coverage": Missing.NO_FIGURE,
    }


@pytest.mark.parametrize(
    ("target", "number", "rate"),
    [("0", "0", "100"), ("0", "5", "100"), ("8", "0", "0"), ("0.5", "0.25", "50")],
)
def test_of_a_target_of_nothing_all_is_there(target: str, number: str, rate: str) -> None:
    assert assessed(1, target, number).rate == Decimal(rate)


def test_where_nothing_is_planned_there_is_no_score_and_no_nought() -> None:
    assert score({"lectures": assessed(2, None, "9")}).percent is None
    assert score({}).percent is None

"""Closing a year: what is signed, when it may be, and how a later change shows."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from storage.model.closing import (
    Kept,
    Sheet,
    Signing,
    check_checkable,
    check_over,
    check_reason,
    closing_year,
    differences,
    figures_from_json,
    figures_to_json,
)
from storage.model.figure import Figure
from storage.model.refusal import Refusal

VISITS = Kept(Figure(Decimal("12")), Decimal(20), 0, 3)
SHARE = Kept(Figure(Decimal(3), Decimal(7)), None, 1, 3)
SIGNED = Sheet(2, 2025, "f" * 64, {"home_visits": VISITS, "study_coverage": SHARE})


DIGEST = "644b681b69618924d9add14bc77945537dcca6656e6916852eda08b4e698e039"


def test_the_digest_is_that_of_one_text_that_anybody_can_write() -> None:
    assert SIGNED.canonical == (
        '{"figures":{"home_visits":{"decimals":0,"number":"12","target":"20","weight":3,'
        '"whole":null},"study_coverage":{"decimals":1,"number":"3","target":null,"weight":3,'
        '"whole":"7"}},"node":2,"programme":"' + "f" * 64 + '","year":2025}'
    )
    # printf '%s' '<that text>' | sha256sum
    assert SIGNED.digest == DIGEST


@pytest.mark.parametrize(
    "other",
    [
        replace(SIGNED, node_id=3),
        replace(SIGNED, year=2024),
        replace(SIGNED, basis="e" * 64),
        replace(SIGNED, figures={"home_visits": VISITS}),
        replace(SIGNED, figures={**SIGNED.figures, "home_visits": replace(VISITS, target=None)}),
        replace(SIGNED, figures={**SIGNED.figures, "home_visits": replace(VISITS, weight=2)}),
    ],
)
def test_no_other_figures_have_that_digest(other: Sheet) -> None:
    assert other.digest != SIGNED.digest
    with pytest.raises(Refusal, match=r"closing\.changed_meanwhile"):
        Signing.of(1, SIGNED).check(other)


@pytest.mark.parametrize("number", ["12.0", "12.000", "1.2E+1"])
def test_a_number_is_the_same_however_a_database_writes_it(number: str) -> None:
    written = {"home_visits": replace(VISITS, figure=Figure(Decimal(number)))}
    assert replace(SIGNED, figures={**SIGNED.figures, **written}).digest == SIGNED.digest


def test_figures_come_back_as_they_were_kept() -> None:
    assert figures_from_json(figures_to_json(SIGNED.figures)) == SIGNED.figures


def test_a_difference_is_what_is_not_as_it_was_signed() -> None:
    more, planned = replace(VISITS, figure=Figure(Decimal(13))), replace(SHARE, target=Decimal(80))
    now = replace(SIGNED, figures={"lectures": VISITS, "home_visits": more})
    found = {each.indicator: (each.before, each.after) for each in differences(SIGNED, now)}
    assert found == {
        "lectures": (None, VISITS),
        "home_visits": (VISITS, more),
        "study_coverage": (SHARE, None),
    }
    [only] = differences(
        SIGNED, replace(SIGNED, figures={**SIGNED.figures, "study_coverage": planned})
    )
    assert (only.before, only.after, only.is_of_figure) == (SHARE, planned, False)
    assert not differences(SIGNED, SIGNED)


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2026, 1, 1), 2025),
        (date(2026, 11, 30), 2025),
        (date(2026, 12, 1), 2026),
        (date(2026, 12, 31), 2026),
    ],
)
def test_from_december_on_the_running_year_is_checked(today: date, year: int) -> None:
    assert closing_year(today) == year
    check_checkable(year, today)
    check_checkable(year - 3, today)
    with pytest.raises(Refusal, match=r"closing\.not_yet"):
        check_checkable(year + 1, today)


def test_what_is_longer_ago_than_the_ledger_goes_is_not_closed() -> None:
    with pytest.raises(Refusal, match=r"closing\.too_early"):
        check_checkable(2015, date(2026, 12, 1))


def test_a_year_is_closed_when_it_is_over() -> None:
    with pytest.raises(Refusal, match=r"closing\.not_over"):
        check_over(2026, date(2026, 12, 31))
    check_over(2026, date(2027, 1, 1))


@pytest.mark.parametrize(
    ("reason", "key"), [("", "no_reason"), (" ​", "no_reason"), ("长" * 501, "long_reason")]
)
def test_a_reason_says_something_and_not_too_much(reason: str, key: str) -> None:
    with pytest.raises(Refusal, match=f"closing.{key}"):
        check_reason(reason)

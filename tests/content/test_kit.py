"""The pager below every list."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from content.screen import Button
from content.screens.figures import percent
from content.screens.kit import in_fitting_rows, in_pairs, paged, pager
from content.texts import load_texts
from storage.model.page import page_of
from tests.clock import monday_noon

TEXTS = load_texts(ZoneInfo("Asia/Shanghai"), monday_noon)
ZH = TEXTS.in_("zh")


@pytest.mark.parametrize(
    ("number", "presses"),
    [
        (0, ["staff", "posted:1"]),
        (1, ["posted:0", "staff", "posted:2"]),
        (2, ["posted:1", "staff"]),
        (-7, ["staff", "posted:1"]),
        (10**60, ["posted:1", "staff"]),
    ],
)
def test_a_pager_leads_to_the_pages_beside_it_and_back(number: int, presses: list[str]) -> None:
    [row] = pager(ZH, page_of(range(11), number), "posted", "staff")
    assert [each.press for each in row] == presses


def test_one_page_has_the_way_back_only_and_without_that_no_row() -> None:
    for size in (0, 1, 5):
        page = page_of(range(size), 0)
        assert [[each.press for each in row] for row in pager(ZH, page, "x", "me")] == [["me"]]
        assert pager(ZH, page, "x") == ()


def test_buttons_come_in_rows_and_the_pager_keeps_the_ids_of_its_list() -> None:
    buttons = page_of([Button(str(n), f"b:{n}") for n in range(7)], 1, 3)
    rows = paged(ZH, buttons, "library:basics", "study", width=2)
    assert [[each.press for each in row] for row in rows] == [
        ["b:3", "b:4"],
        ["b:5"],
        ["library:basics:0", "study", "library:basics:2"],
    ]


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (("本月", "本季", "半年", "✓ 全年"), [4]),
        (("Month", "Quarter", "Half year", "✓ Year"), [2, 2]),
        (("明细", "按月", "各社区"), [3]),
        (("Records", "By month", "All places"), [3]),
        (("Aufzeichnungen", "By month", "All places"), [2, 1]),
        (("1", "2", "3", "4", "5"), [3, 2]),
        (("一",), [1]),
        ((), []),
    ],
)
def test_rows_have_as_many_buttons_as_a_small_telephone_shows_whole(
    labels: tuple[str, ...], rows: list[int]
) -> None:
    made = in_fitting_rows(Button(each, "x") for each in labels)
    assert [len(row) for row in made] == rows


def test_pairs_are_made_where_both_labels_are_whole() -> None:
    long = "Experience exchanges held"
    made = in_pairs(Button(each, "x") for each in ("学习活动", "专题讲座", long, "A", "B", "C"))
    assert [[each.label for each in row] for row in made] == [
        ["学习活动", "专题讲座"],
        [long],
        ["A", "B"],
        ["C"],
    ]
    assert in_pairs([]) == ()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_buttons_of_a_pager_are_told_apart_from_numbered_lines(language: str) -> None:
    [row] = pager(TEXTS.in_(language), page_of(range(15), 1), "x", "me")
    assert not any(character.isdigit() for each in row for character in each.label)


@pytest.mark.parametrize(
    ("value", "told"),
    [("84.67", 85), ("91.5", 92), ("0.4", 0), ("99.6", 99), ("99.99", 99), ("100", 100)],
)
def test_a_share_is_rounded_half_up_and_100_is_all_of_it(value: str, told: int) -> None:
    assert percent(Decimal(value)) == told

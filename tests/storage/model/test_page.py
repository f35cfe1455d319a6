"""Pages: the nearest one is shown, whatever number was asked for."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.model.page import FARTHEST, Page, look_up, page_of

NUMBERS = st.integers(-(10**20), 10**20) | st.integers(-3, 12)


def looked_up(every: Sequence[int], number: int, size: int) -> Page[int]:
    def some(most: int, skip: int) -> Sequence[int]:
        assert 0 <= skip <= FARTHEST * size  # what a database can count
        return every[skip : skip + most]

    return look_up(number, size, some, lambda: len(every))


@pytest.mark.parametrize(
    ("asked", "shown", "items", "more"),
    [
        (0, 0, [1, 2, 3], True),
        (1, 1, [4, 5, 6], True),
        (2, 2, [7], False),
        (3, 2, [7], False),
        (-1, 0, [1, 2, 3], True),
        (10**60, 2, [7], False),
    ],
)
def test_the_nearest_page_is_shown_and_says_whether_there_is_more(
    asked: int, shown: int, items: list[int], more: bool
) -> None:
    for page in (page_of(range(1, 8), asked, 3), looked_up(range(1, 8), asked, 3)):
        assert (page.number, list(page.items), page.more) == (shown, items, more)
        assert page.first == items[0]


def test_of_an_empty_list_there_is_one_empty_page() -> None:
    for asked in (-1, 0, 5):
        for page in (page_of([], asked), looked_up([], asked, 5)):
            assert (list(page.items), page.number, page.more, page.total) == ([], 0, False, 0)


@given(st.integers(0, 30), st.integers(1, 7), NUMBERS)
def test_both_ways_to_a_page_lead_to_the_same_one(total: int, size: int, number: int) -> None:
    at_hand, read = page_of(range(total), number, size), looked_up(range(total), number, size)
    assert list(at_hand.items) == list(read.items)
    assert (at_hand.number, at_hand.more, at_hand.first) == (read.number, read.more, read.first)
    assert read.total in (None, total)
    assert bool(read.items) == (total > 0)


def test_a_list_is_counted_only_when_there_is_no_such_page() -> None:
    def count() -> int:
        raise AssertionError("counted")

    page = look_up(1, 3, lambda most, skip: list(range(7))[skip : skip + most], count)
    assert page.items == [3, 4, 5]


def test_what_is_made_of_the_items_stays_on_their_page() -> None:
    page = page_of("abcde", 1, 2).map(str.upper)
    assert page == Page(["C", "D"], 1, 2, True, 5)

"""Screens: what a button may carry, and rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.screen import BUTTON_DATA_LIMIT, Button, in_rows, press


def test_a_press_carries_an_action_and_ids():
    assert press("join", 12) == "join:12"
    assert press("home") == "home"
    assert press("decide", 7, "adopted") == "decide:7:adopted"


@pytest.mark.parametrize(
    "data", ["x" * 64, "邻" * 21 + "x"], ids=["64 letters", "21 Chinese characters and a letter"]
)
def test_64_bytes_are_allowed(data: str):
    assert len(data.encode()) == BUTTON_DATA_LIMIT
    assert press(data) == data


@pytest.mark.parametrize("data", ["x" * 65, "邻" * 22])
def test_65_bytes_are_refused_where_the_button_is_made(data: str):
    with pytest.raises(ValueError, match="64 bytes"):
        press(data)


@given(st.lists(st.text(max_size=5), max_size=30), st.integers(1, 8))
def test_rows_keep_every_button_in_order(labels: list[str], width: int):
    rows = in_rows([Button(label) for label in labels], width)
    assert [button.label for row in rows for button in row] == labels
    assert all(0 < len(row) <= width for row in rows)

"""Marks in names: what stands on nothing or in piles is no name."""

import pytest

from storage.model.visible import is_visible, one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ก็็็็็", "ก็"),
        ("ส้้้้", "ส้"),
        ("a\u0489\u0489\u0489b", "a\u0489b"),
        ("a\u06d6\u06d7\u06d8\u06d9\u06da\u06db", "a\u06d6\u06d7\u06d8\u06d9"),
        ("\u0337李", "李"),
        ("王 \u0337李", "王 李"),
        ("\ufe0f", ""),
        ("\u0e4d" * 20, ""),
        ("\u20e3", ""),
        ("Z\u0337\u0321\u0340\u0341algo", "Z\u0337\u0321algo"),
        # What is written so is kept.
        ("é̄", "é̄"),
        ("क्षि", "क्षि"),
        ("ที่นี่", "ที่นี่"),
        ("שָׁלוֹם", "שָׁלוֹם"),
        ("❤️", "❤️"),
        ("1️⃣号楼", "1️⃣号楼"),
    ],
)
def test_marks_stand_on_something_and_in_no_piles(typed: str, kept: str):
    assert one_line(typed) == kept


@pytest.mark.parametrize("typed", ["\ufe0f", "\u0301", "\u20e3", "\u0e4d \u0e4d"])
def test_marks_alone_are_no_answer(typed: str):
    assert not is_visible(typed)

"""Names as they are kept, and people who share one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.model.naming import Namesake, apart
from storage.model.visible import is_visible, one_line

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ana", "ana"),
        ("  王　小明 ", "王 小明"),
        ("ana\n2. bo\r\n3. li", "ana 2. bo 3. li"),  # no false lines in a roster
        ("\u202eana\u2066\u200b", "ana"),
        ("a\u3164na", "ana"),
        ("\u2800\u3164\uffa0\u034f", ""),
        ("\u200f \u2028", ""),
        ("a\u0301\u0302\u0303\u0304\u0305na", "a\u0301\u0302na"),
        ("Ａna", "Ａna"),  # the words that people keep stay as they wrote them
        ("ana 🌻", "ana 🌻"),
        ("\U000e0061ana\ue000", "ana"),
        ("null\0", "null"),
    ],
)
def test_a_name_is_kept_as_far_as_it_can_be_seen_on_one_line(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


@given(st.text(max_size=60))
def test_whatever_is_kept_stays_as_it_is_and_can_be_seen(text: str) -> None:
    kept = one_line(text)
    assert one_line(kept) == kept
    assert is_visible(kept) or kept == ""
    assert kept.isprintable() or any(not c.isprintable() and c != " " for c in kept) is False


def test_those_who_share_a_name_are_told_apart_by_when_they_came() -> None:
    people = [(1, "li", NOON), (2, "ana", NOON), (3, "li", NOON + timedelta(days=1))]
    assert apart(people) == {1: Namesake(NOON), 3: Namesake(NOON + timedelta(days=1))}


def test_those_who_came_in_the_same_minute_are_counted() -> None:
    people = [(7, "li", NOON), (3, "li", NOON + timedelta(seconds=5)), (9, "Li", NOON)]
    found = apart(people)
    assert sorted(each.place for each in found.values()) == [1, 2, 3]

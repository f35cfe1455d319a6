"""An edit is brought to what came of the message since."""

from typing import Any

import pytest

from storage.model.merging import rebased


@pytest.mark.parametrize(
    ("now", "old", "new", "merged"),
    [
        ({"title": "停水"}, {"title": "停水"}, {"title": "停电"}, {"title": "停电"}),
        # What was answered since stays, beside it or instead of it.
        (
            {"title": "停水", "at": "9"},
            {"title": "停水"},
            {"title": "停电"},
            {"title": "停电", "at": "9"},
        ),
        ({"title": "别的"}, {"title": "停水"}, {"title": "停电"}, {"title": "别的"}),
        ({}, {"title": "停水"}, {"title": "停电"}, {}),
        # What was added stays behind it.
        ({"text": "停水\n明天"}, {"text": "停水"}, {"text": "停电"}, {"text": "停电\n明天"}),
        ({"media": [1, 2, 3]}, {"media": [1]}, {"media": [4]}, {"media": [4, 2, 3]}),
        ({"media": [1]}, {}, {"media": [4]}, {"media": [1, 4]}),
        # What it says besides comes, what it says no longer goes.
        ({"at": "9"}, {}, {"title": "停电"}, {"at": "9", "title": "停电"}),
        (
            {"title": "停水", "at": "9"},
            {"title": "停水", "at": "9"},
            {"title": "停水"},
            {"title": "停水"},
        ),
        # Within what is nested, too.
        (
            {"m": {"zh": "停水", "en": "x"}, "u": True},
            {"m": {"zh": "停水"}},
            {"m": {"zh": "停电"}},
            {"m": {"zh": "停电", "en": "x"}, "u": True},
        ),
    ],
)
def test_an_edit_changes_what_still_comes_of_it(now: Any, old: Any, new: Any, merged: Any) -> None:
    assert rebased(now, old, new) == merged
    assert rebased(now, old, old) == now

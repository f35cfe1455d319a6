"""In which steps what is old is forgotten."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.model.sweep import (
    FEWEST,
    KEEP_MESSAGES,
    MOST,
    STEP_SECONDS,
    is_past_change,
    next_size,
)

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("size", "seconds", "then"),
    [
        (1000, STEP_SECONDS, 1000),  # as long as it may take
        (1000, 2 * STEP_SECONDS, 500),
        (1000, 340 * STEP_SECONDS, FEWEST),
        (1000, 0.0, 2000),  # never more than twice as many
        (4000, 0.0, MOST),
    ],
)
def test_the_next_step_is_as_large_as_the_last_one_tells(size, seconds, then):
    assert next_size(size, seconds) == then


def test_a_broadcast_can_be_changed_as_long_as_its_messages_are_known():
    assert not is_past_change(None, NOW)
    assert not is_past_change(NOW - KEEP_MESSAGES, NOW)
    assert is_past_change(NOW - KEEP_MESSAGES - timedelta(seconds=1), NOW)

"""The code at an event's door: two windows only, another event's never; and guessing is slow."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from storage.model.door import (
    FIRST_WAIT,
    FREE,
    GRACE,
    LONGEST_WAIT,
    WINDOW,
    Door,
    Guesses,
    read_digits,
    read_pass,
)

NOW = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
doors = st.builds(Door, st.integers(1, 2**40), st.text("abcdef0123456789", min_size=16))
moments = st.floats(0, 400 * 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds))


@given(doors, moments, st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_a_code_lets_in_while_it_is_shown_and_a_minute_longer(
    door: Door, shown: datetime, later: timedelta
) -> None:
    scanned = read_pass(door.payload(shown))
    assert scanned is not None
    ends = door.changes_at(shown)
    at = shown + later
    assert door.lets_in(scanned, at) == (ends - WINDOW <= at < ends + GRACE)
    if door.lets_in(scanned, at):
        assert door.knows(door.digits(shown), at)


@settings(max_examples=10)
@given(doors, moments)
def test_never_more_than_two_codes_are_taken_at_a_moment(door: Door, at: datetime) -> None:
    taken = [code for n in range(10_000) if door.knows(code := f"{n:04}", at)]
    assert door.digits(at) in taken
    assert len(taken) <= 2


@given(doors, doors, moments)
def test_another_events_code_never_lets_in(door: Door, other: Door, at: datetime) -> None:
    assume(door.event_id != other.event_id)
    scanned = read_pass(other.payload(at))
    assert scanned is not None
    assert not door.made(scanned)
    assert not door.lets_in(scanned, at)
    # Not even for who puts the number of the one into the code of the other.
    forged = read_pass(other.payload(at).replace(f"_{other.event_id}_", f"_{door.event_id}_"))
    assert forged is not None
    assert not door.made(forged)


@given(st.text(max_size=80))
def test_no_text_is_a_code_but_one_of_ours(text: str) -> None:
    assert read_pass(text) is None or text.startswith("came_")


def test_a_payload_has_room_in_telegrams_link() -> None:
    payload = Door(10**18 - 1, "secret").payload(NOW)
    assert len(payload) <= 64  # Bot API: the start parameter of a deep link
    assert read_pass(payload) is not None


@pytest.mark.parametrize(
    "text",
    ["4827", " 4827 ", "４８２７", "4 8 2 7", "48 27", "签到 4827", "签到码：4827", "Code: 4827"],
)
def test_digits_are_read_however_they_are_typed(text: str) -> None:
    assert read_digits(text) == "4827"


@pytest.mark.parametrize(
    "text", ["", "482", "48271", "2026-4827", "4827号", "我要报名4827", "路灯坏了4827", "48.27"]
)
def test_other_texts_are_no_code(text: str) -> None:
    assert read_digits(text) is None


def test_after_five_wrong_codes_each_further_one_doubles_the_wait() -> None:
    tried = Guesses(0, NOW)
    for left in reversed(range(FREE)):
        assert tried.waits_until(NOW) is None
        tried = tried.after(NOW)
        assert tried.left == left
    at, waits = NOW, []
    for _ in range(12):
        until = tried.waits_until(at)
        assert until is not None
        assert tried.waits_until(until - SECOND) == until
        assert tried.waits_until(until) is None
        waits.append(until - at)
        at = until
        tried = tried.after(at)
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT


def test_wrong_codes_of_the_day_before_yesterday_are_forgotten() -> None:
    assert Guesses(FREE - 1, NOW).after(NOW + timedelta(days=2)).wrong == 1
    assert Guesses(FREE - 1, NOW).after(NOW + timedelta(hours=2)).wrong == FREE

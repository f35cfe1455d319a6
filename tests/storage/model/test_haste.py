"""How much one person may send, by the second."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.model.haste import AT_ONCE, PAUSE, Haste, Reading

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
READ, TELL, LEAVE = Reading


def readings(*seconds: float) -> list[Reading]:
    """What becomes of what is sent at these seconds."""
    haste, found = Haste(NOW), []
    for second in seconds:
        haste, reading = haste.after(NOW + timedelta(seconds=second))
        found.append(reading)
    return found


def test_a_hundred_messages_forwarded_at_once_are_all_read() -> None:
    assert readings(*[0] * 100) == [READ] * 100


def test_somebody_who_ticks_off_two_a_second_for_an_hour_is_always_read() -> None:
    assert set(readings(*(n / 2 for n in range(7_200)))) == {READ}


def test_a_flood_is_read_to_a_point_answered_once_and_then_left() -> None:
    assert readings(*[0] * 10_000) == [*[READ] * AT_ONCE, TELL, *[LEAVE] * (9_999 - AT_ONCE)]


def test_a_flood_that_goes_on_stays_unread_however_long_it_lasts() -> None:
    hour = [n / 10 for n in range(36_000)]
    assert readings(*hour).count(TELL) == 1
    assert set(readings(*hour)[1_000:]) == {LEAVE}


def test_after_a_pause_somebody_is_read_again_and_told_again_if_it_is_too_much_again() -> None:
    flood = [0.0] * (AT_ONCE + 50)
    paused = PAUSE.total_seconds()
    later = readings(*flood, paused, *[paused] * 50)[len(flood) :]
    assert later == [*[READ] * 20, TELL, *[LEAVE] * 30]
    nearly = readings(*flood, paused - 0.1, 2 * paused - 0.2)[len(flood) :]
    assert nearly == [LEAVE, LEAVE]


@pytest.mark.parametrize("step", [-3600.0, 3600.0])
def test_a_clock_that_is_set_stops_nobody(step: float) -> None:
    assert set(readings(0, step, *(step + n for n in range(100)))) == {READ}
    flood = [0.0] * (AT_ONCE + 1)
    assert readings(*flood, step, step + PAUSE.total_seconds())[-1] is READ


def test_what_was_sent_long_ago_needs_no_memory() -> None:
    haste, _ = Haste(NOW).after(NOW)
    assert [haste.is_over(NOW + timedelta(seconds=n)) for n in (0, 59, 60)] == [False, False, True]

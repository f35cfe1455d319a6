"""When somebody is reminded of an event."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage.model.person import Quiet
from storage.model.quiet_hours import USUAL, next_allowed
from storage.model.reminder import reminded_at

SHANGHAI = ZoneInfo("Asia/Shanghai")
MON, TUE = 2, 3  # of March 2026


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


NOON = Quiet(time(12), time(14))
NEARLY_ALWAYS = Quiet(time(20), time(19, 30))
LATE = Quiet(time(0, 30), time(8))


@pytest.mark.parametrize(
    ("starts", "hours", "quiet", "expected"),
    [
        (at(TUE, 6, 30), 2, USUAL, at(MON, 21)),  # it would come half an hour too late
        (at(TUE, 6, 30), 2, None, at(TUE, 4, 30)),
        (at(TUE, 7), 2, USUAL, at(MON, 21)),  # at the very start
        (at(TUE, 7, 20), 2, USUAL, at(MON, 21)),  # on the way already
        (at(TUE, 7, 30), 2, USUAL, at(TUE, 7)),
        (at(TUE, 8, 59), 2, USUAL, at(TUE, 7)),
        (at(TUE, 9), 2, USUAL, at(TUE, 7)),  # the end of quiet hours is none of them
        (at(TUE, 23), 2, USUAL, at(TUE, 21)),
        (at(4, 0, 30), 2, USUAL, at(TUE, 21)),  # reminded before midnight
        (at(4, 4), 24, USUAL, at(TUE, 7)),  # a day before: it waits for the end of the night
        (at(TUE, 13, 30), 2, NOON, at(TUE, 11, 30)),
        (at(TUE, 14), 1, NOON, at(TUE, 11)),
        (at(TUE, 6, 30), 2, LATE, at(MON, 23, 30)),
        (at(TUE, 9), 2, NEARLY_ALWAYS, at(MON, 19, 30)),  # as soon as others have ended
        (at(TUE, 6, 30), 2, Quiet(time(6), time(6)), at(TUE, 4, 30)),  # none
    ],
)
def test_a_reminder_comes_outside_quiet_hours_and_in_time(
    starts: datetime, hours: int, quiet: Quiet | None, expected: datetime
) -> None:
    remind_at = starts - timedelta(hours=hours)
    found = reminded_at(remind_at, starts, quiet, SHANGHAI, at(1, 12))
    assert found == expected
    assert next_allowed(expected, quiet, SHANGHAI) == expected


@pytest.mark.parametrize(
    ("starts", "now", "expected"),
    [
        (at(TUE, 6, 30), at(MON, 20, 59), at(MON, 21)),
        (at(TUE, 6, 30), at(MON, 21), None),  # they sign up later than that: nothing is promised
        (at(TUE, 7, 20), at(MON, 23), at(TUE, 7)),  # better than nothing
        (at(TUE, 9), at(TUE, 7), None),
    ],
)
def test_nothing_is_promised_that_is_over(
    starts: datetime, now: datetime, expected: datetime | None
) -> None:
    assert reminded_at(starts - timedelta(hours=2), starts, USUAL, SHANGHAI, now) == expected


def test_before_quiet_hours_is_before_them_where_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    starts = datetime(2026, 3, 29, 6, 30, tzinfo=berlin)  # the night in which 2:00 became 3:00
    found = reminded_at(starts - timedelta(hours=2), starts, USUAL, berlin, starts - timedelta(9))
    assert found == datetime(2026, 3, 28, 20, tzinfo=UTC)

"""Until when a seat is kept: for two hours, shorter near the end, not by night, in turn."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage.model.offer import Times, offer
from storage.model.person import Quiet

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = Quiet(time(22), time(7))


def at(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{day:02}T{clock}:00").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "starts", "closes", "told", "until"),
    [
        # Far away: two hours; nearer: a quarter of what is left, a quarter of an hour at least.
        ((2, "10:00"), (9, "10:00"), None, (2, "10:00"), (2, "12:00")),
        ((2, "10:00"), (2, "18:00"), None, (2, "10:00"), (2, "12:00")),
        ((2, "10:00"), (2, "14:00"), None, (2, "10:00"), (2, "11:00")),
        ((2, "10:00"), (2, "10:40"), None, (2, "10:00"), (2, "10:15")),
        # Never past the start, or the deadline.
        ((2, "10:00"), (2, "10:10"), None, (2, "10:00"), (2, "10:10")),
        ((2, "10:00"), (9, "10:00"), (2, "10:05"), (2, "10:00"), (2, "10:05")),
        ((2, "10:00"), (9, "10:00"), (2, "14:00"), (2, "10:00"), (2, "11:00")),
        # By night nobody is told, and the time begins in the morning,
        ((2, "23:00"), (9, "10:00"), None, (3, "07:00"), (3, "09:00")),
        ((3, "06:59"), (9, "10:00"), None, (3, "07:00"), (3, "09:00")),
        # unless it starts within a day: then at once, and the seat is kept until they are awake.
        ((2, "23:00"), (3, "19:00"), None, (2, "23:00"), (3, "09:00")),
        ((2, "23:00"), (3, "09:00"), None, (2, "23:00"), (3, "07:30")),
        # What closes before they wake cannot wait for that.
        ((2, "23:00"), (3, "06:00"), None, (2, "23:00"), (3, "00:45")),
        ((2, "23:00"), (9, "10:00"), (3, "01:00"), (2, "23:00"), (2, "23:30")),
    ],
)
def test_a_seat_is_kept_for(
    now: tuple[int, str],
    starts: tuple[int, str],
    closes: tuple[int, str] | None,
    told: tuple[int, str],
    until: tuple[int, str],
) -> None:
    made = offer(Times(at(*starts), at(*(closes or starts))), NIGHT, ZONE, at(*now))
    assert (made.told_at, made.until) == (at(*told), at(*until))


def test_whoever_has_no_quiet_hours_is_told_at_once() -> None:
    now = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
    starts = now + timedelta(days=3)
    made = offer(Times(starts, starts), None, ZONE, now)
    assert (made.told_at, made.until) == (now, now + timedelta(hours=2))

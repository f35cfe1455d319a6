"""One slot for each local date, in every zone and at every quarter hour, against what clocks show.

The oracle knows nothing of calendars, gaps or folds, nor of the code that it judges: it steps
through UTC, asks zoneinfo what clocks show, and takes the first minute at which they show the
wanted date and time or later.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from scheduler.calendar import next_slots
from storage.model.rhythm import Rhythm, ScheduleKind
from tests.benchmarks.outcome import Miscounted, Outcome

Days = tuple[date, date]  # both included
# (from this minute of UTC, clocks show so many minutes more), one for each change of clocks
Clocks = tuple[tuple[int, int], ...]

YEARS: Days = (date(2024, 1, 1), date(2037, 12, 31))
QUARTER = 15  # minutes
QUARTERS = 24 * 60 // QUARTER
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def run(names: Iterable[str] = (), days: Days = YEARS) -> Outcome:
    """Compare the zones `names`, all that zoneinfo knows if none is named."""
    zones = sorted(names or available_timezones())
    clocks: dict[Clocks, list[str]] = {}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name, shown in zip(
            zones, pool.map(partial(clocks_of, days=days), zones, chunksize=8), strict=True
        ):
            clocks.setdefault(shown, []).append(name)
        # Zones whose clocks show the same at every minute differ in nothing but the name.
        first = [same[0] for same in clocks.values()]
        found = list(pool.map(partial(differences, days=days), first, clocks, chunksize=1))
    wrong = {
        name: count
        for same, count in zip(clocks.values(), found, strict=True)
        for name in same
        if count
    }
    dates = (days[1] - days[0]).days + 1
    return Outcome(
        "zones",
        f"one slot for each local date from {days[0]} to {days[1]}, at each quarter hour, in each "
        "zone, against a walk over UTC",
        "0 differences",
        f"{sum(wrong.values()):,} differences: {len(zones)} zones × {QUARTERS} quarter hours × "
        f"{dates:,} dates = {len(zones) * QUARTERS * dates / 1e6:,.0f} million",
        not wrong,
        {"zones": len(zones), "different_clocks": len(clocks), "dates": dates, "wrong": wrong},
    )


def clocks_of(name: str, days: Days = YEARS) -> Clocks:
    """What clocks in a zone show, from two days before `days` until two days after.

    Looks at every quarter hour of UTC, and at every minute of one in which the clocks changed.
    """
    zone = ZoneInfo(name)
    begin, end = _walk_of(days)
    found = [(begin, _shown_more(zone, begin))]
    for minute in range(begin, end + 1, QUARTER):
        if _shown_more(zone, minute) != found[-1][1]:
            for each in range(minute - QUARTER + 1, minute + 1):
                if (more := _shown_more(zone, each)) != found[-1][1]:
                    found.append((each, more))
    return tuple(found)


def _walk_of(days: Days) -> tuple[int, int]:
    return _minute_of(days[0]) - 2 * 24 * 60, _minute_of(days[1]) + 3 * 24 * 60


def _minute_of(day: date) -> int:
    return (day - _EPOCH.date()).days * 24 * 60


def _shown_more(zone: ZoneInfo, minute: int) -> int:
    """By how many minutes clocks are ahead of UTC at a minute of it. Raises Miscounted."""
    offset = datetime.fromtimestamp(minute * 60, zone).utcoffset()
    assert offset is not None
    whole, rest = divmod(offset, _MINUTE)
    if rest:
        raise Miscounted(f"{zone}: clocks that differ from UTC by {offset} need a finer walk")
    return whole


def first_minutes(clocks: Clocks, days: Days = YEARS) -> Iterator[int]:
    """For each quarter hour of each of the dates, in order, the first minute of UTC at which
    clocks show that date and time or later."""
    wanted, last = _minute_of(days[0]), _minute_of(days[1]) + (QUARTERS - 1) * QUARTER
    for (begin, more), (end, _) in pairwise((*clocks, (_walk_of(days)[1], 0))):
        # From `begin` to `end` clocks go from begin + more to end + more.
        while wanted <= last and wanted < end + more:
            yield max(begin, wanted - more)
            wanted += QUARTER


def differences(name: str, clocks: Clocks, days: Days = YEARS) -> int:
    """How many dates of a zone, over all quarter hours, have a slot other than the one expected."""
    zone = ZoneInfo(name)
    expected = [_EPOCH + minute * _MINUTE for minute in first_minutes(clocks, days)]
    dates = (days[1] - days[0]).days + 1
    if len(expected) != dates * QUARTERS:
        raise Miscounted(f"{name}: {len(expected)} expected slots for {dates} dates")
    before = _EPOCH + _walk_of(days)[0] * _MINUTE
    wrong = 0
    for quarter in range(QUARTERS):
        hour, minute = divmod(quarter * QUARTER, 60)
        daily = Rhythm(
            ScheduleKind.DAILY, at=time(hour, minute), starts_on=days[0], until_on=days[1]
        )
        slots = next_slots(daily, before, zone, dates + 1)
        wanted = expected[quarter::QUARTERS]
        wrong += abs(len(slots) - dates)
        wrong += sum(a != b for a, b in zip(slots, wanted, strict=False))
    return wrong

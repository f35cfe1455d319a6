"""Calendar arithmetic: which moments a rhythm means.

APScheduler's triggers find the days. They find them at noon UTC, where no clock ever changes, and
the clock time is put in afterwards, because on the days of a change the triggers skip or repeat a
time (storage.model.local_time has the rule).
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from storage.model.local_time import instant_of
from storage.model.study import Rhythm, ScheduleKind

_NOON = time(12, tzinfo=UTC)


def next_slots(rhythm: Rhythm, after: datetime, zone: ZoneInfo, count: int) -> list[datetime]:
    """Up to `count` slots of `rhythm` later than the instant `after`, as aware UTC."""
    if rhythm.kind is ScheduleKind.ONCE:
        return [rhythm.once_at] if rhythm.once_at and rhythm.once_at > after and count else []
    if rhythm.at is None or not rhythm.days:
        return []
    slots: list[datetime] = []
    day = after.astimezone(zone).date()
    while len(slots) < count:
        day = _first_day(rhythm.days, day)
        slot = instant_of(day, rhythm.at, zone)
        if slot > after:
            slots.append(slot)
        day += timedelta(days=1)
    return slots


def latest_slot(rhythm: Rhythm, first: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """The last slot of `rhythm` that has come, from the slot `first` on: one catch-up for all."""
    slot = first
    while (following := next_slots(rhythm, slot, zone, 1)) and following[0] <= now:
        slot = following[0]
    return slot


def _first_day(days: tuple[str, ...], earliest: date) -> date:
    """The first of the named weekdays that is not before `earliest`."""
    trigger = CronTrigger(day_of_week=",".join(days), hour=12, timezone=UTC)
    found = trigger.get_next_fire_time(None, datetime.combine(earliest, _NOON))
    return found.date()  # type: ignore[no-any-return]  # a weekly rhythm has no end

"""From a day and a clock time of a zone to an instant, also where clocks change."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant at which clocks in `zone` show `at` on `day`, as aware UTC.

    A time that comes twice (clocks set back) means the first; one that is left out (clocks set
    forward) means the first valid instant after it.
    """
    local = datetime.combine(day, at, tzinfo=zone)
    first = local.replace(fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return first
    # In a gap the two readings lie on both sides of the change: find the change between them.
    before, after = local.replace(fold=1).astimezone(UTC), first
    offset_after = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset_after:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def just_before(day: date, zone: ZoneInfo) -> datetime:
    """The last instant before `day` begins in `zone`, as aware UTC: to ask the calendar for what
    comes after it, with `day` itself."""
    return instant_of(day, time(), zone) - timedelta(microseconds=1)


_DIGITS = "零一二三四五六七八九"
_TENS = ("", "十", "二十", "三十", "四十", "五十")
_NUMBERS = {  # to 59, also "零五" and "两"
    **{ten + _DIGITS[n]: 10 * tens + n for tens, ten in enumerate(_TENS) for n in range(1, 10)},
    **{ten: 10 * tens for tens, ten in enumerate(_TENS)},
    **{"零" + _DIGITS[n]: n for n in range(10)},
    "零": 0,
    "两": 2,
}
_MINUTES = {"半": 30, "一刻": 15, "三刻": 45}
_PARTS = {  # of the day, and the hours in which each lies
    "凌晨": range(6),
    "早上": range(4, 12),
    "上午": range(4, 13),
    "中午": range(11, 15),
    "下午": range(12, 20),
    "晚上": range(17, 24),
    "am": range(12),
    "pm": range(12, 24),
}
_DAYS = {"今天": 0, "明天": 1, "后天": 2, "today": 0, "tomorrow": 1}
_CHINESE = "[零一二两三四五六七八九十]{1,3}"
_CLOCK = re.compile(
    rf"(凌晨|早上|上午|中午|下午|晚上)?\s*(\d{{1,2}}|{_CHINESE})[:：.点]"
    rf"(\d{{2}}|半|[一三]刻|{_CHINESE})?分?"
)
_ENGLISH_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?m\.?", re.IGNORECASE)
_DATE = re.compile(r"(?:(\d{4})[-./年])?(\d{1,2})[-./月](\d{1,2})[日号]?")


def read_clock(text: str) -> time:
    """Read a clock time as people type it: "8:30", "8点半", "下午2点", "十点一刻", "2:30 pm".

    Raises ValueError, also for a time that may mean two days ("晚上12点").
    """
    if found := _CLOCK.fullmatch(text.strip()):
        part, hour, minutes = found.groups()
    elif found := _ENGLISH_CLOCK.fullmatch(text.strip()):
        hour, minutes, half = found.groups()
        part = f"{half.lower()}m"
    else:
        raise ValueError(text)
    return time(_hour(_number(hour), part), _MINUTES.get(minutes) or _number(minutes or "0"))


def _number(text: str) -> int:
    """Raises ValueError."""
    return _NUMBERS[text] if text in _NUMBERS else int(text)


def _hour(hour: int, part: str | None) -> int:
    """The hour of 24 that is meant with a part of the day. Raises ValueError."""
    if part is None:
        return hour
    for meant in (hour, (hour + 12) % 24) if hour <= 12 else (hour,):
        if meant in _PARTS[part]:
            return meant
    raise ValueError(f"{part}{hour}")


def read_date(text: str, today: date) -> date:
    """Read a day as people type it: "12-5", "12月5日", "2026-12-05", "明天", "tomorrow".

    Without a year it is the next such day from `today` on. Raises ValueError.
    """
    if (days := _DAYS.get(text.strip().lower())) is not None:
        return today + timedelta(days=days)
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    month, day = int(found[2]), int(found[3])
    if found[1]:
        return date(int(found[1]), month, day)
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)

"""From when until when, as people type it: "周六 9:30-11:00", "2-4pm", "9:30，两个小时"."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from storage.model.event import LONGEST
from storage.model.holidays import Holidays
from storage.model.refusal import Refusal
from storage.model.typed.clocks import PART, Clock, read_time
from storage.model.typed.days import NOT_KNOWN, read_when
from storage.model.typed.numbers import CHINESE, number_of
from storage.model.typed.text import brief

_BY_DAY = timedelta(hours=8)  # so long at most, if nothing says of which half of the day the end is
_OVERNIGHT = timedelta(hours=14)  # and so long, if it ends on the next day and that is not said
_HALF_DAY = timedelta(hours=12)

_COUNT = rf"\d{{1,3}}(?:\.\d)?|{CHINESE}|半|a|an|half an"
_HOURS = r"个?(?:半?小时|半?钟头)|hours?|hrs?|h"
_MINUTES = r"分钟|minutes?|mins?|min"
_LENGTH = re.compile(
    r"(?:共|一共|总共|为期|时长|历时|持续|大?约|for|lasts?|lasting|about)?\s*"
    rf"(?:(?P<hours>{_COUNT})\s*(?P<unit>{_HOURS})(?P<half>半| and a half)?\s*(?:and|零)?\s*)?"
    rf"(?:(?P<minutes>{_COUNT}|一刻)\s*(?:{_MINUTES}))?(?:长|long|左右)?"
)
_BEHIND_START = re.compile(
    r"[\s,、;]+|(?<=[点半分])(?:开始)?[\s,、;]*|(?<=\d)(?=共|为期|时长|持续)"
)
_TO = re.compile(r"\s*(?:开始[\s,]*[到至]?|-|~|至|到|\bto\b|\buntil\b|\btill?\b|\band\b)\s*")
_FIRST = re.compile(r"^(?:从|由|自|from|between)\s*")
_HOUR_ALONE = re.compile(
    rf"(?:^|[\s,]|{PART}|(?:周|星期|礼拜)[一二三四五六日天])(?:\d{{1,2}}|{CHINESE})$"
)
_TWO_HOURS = re.compile(r"(\d{1,2})\s*(?:-|~|至|到|to)\s*(\d{1,2})")
_NEXT_DAY = re.compile(r"^(?:次日|第二天|隔天|翌日|(?:the )?next day(?: at)?)\s*")
# The end of a day, which as a start would be another one.
_MIDNIGHT = re.compile(
    r"24(?:[:点时]?(?:00分?)?|[点时][整正])|午夜|midnight"
    r"|(?:晚上?|夜里|深夜|半夜|午夜)(?:12|十二)(?:[点时][整正]?|:00)"
    r"|12(?::00)?(?: ?a\.?m\.?| at night)"
)
_END_MARK = re.compile(
    r"^(?:一?直?[到至]|结束(?:时间)?(?:是|改到|改成|改为|为)?:?"
    r"|until|till?|to|-|ends?(?: at)?:?)\s*"
    r"|\s*(?:结束|为止|完|散会|散场)$"
)


@dataclass(frozen=True, slots=True)
class Span:
    """From when (on `day`, if that was said) and for how long."""

    day: date | None
    at: time
    lasts: timedelta


def read_span(text: str, today: date, holidays: Holidays = NOT_KNOWN) -> Span | None:
    """Read a time with its end, or with how long it takes, perhaps behind its day; None for
    anything else. Raises Refusal for an end that is not after its start, and as `read_when`."""
    try:
        typed = _FIRST.sub("", brief(text))
        return _with_length(typed, today, holidays) or _with_end(typed, today, holidays)
    except ValueError:
        return None


def read_two_hours(text: str) -> Span | None:
    """Read "9-11" where only a clock time is asked for: anywhere else it is a day. None for
    anything else."""
    try:
        found = _TWO_HOURS.fullmatch(brief(text))
    except ValueError:
        return None
    if found is None or not int(found[1]) < int(found[2]) <= 24:
        return None
    return read_span(f"{found[1]}点-{found[2]}点", date.min)


def read_length(text: str) -> timedelta:
    """Read for how long: "两个小时", "1.5 小时", "90分钟", "2h", "an hour and a half". Raises
    ValueError."""
    typed = brief(text)
    found = _LENGTH.fullmatch(typed)
    if found is None or not (found["hours"] or found["minutes"]):
        raise ValueError(text)
    minutes = 0.0
    if hours := found["hours"]:
        counted = 0.0 if hours == "个" else _number(hours)
        half = 0.5 if found["half"] or ("半" in found["unit"] and hours != "半") else 0.0
        minutes += 60 * (counted + half)
    if found["minutes"]:
        minutes += 15 if found["minutes"] == "一刻" else _number(found["minutes"])
    if minutes < 1:
        raise ValueError(text)
    return timedelta(minutes=round(minutes))


def read_end(text: str, starts: datetime, holidays: Holidays = NOT_KNOWN) -> timedelta:
    """Read when it ends, given its local start: "11点", "两个小时", "周日 17:00"; how long it takes
    then. Raises ValueError, and Refusal for an end that is not after the start."""
    try:
        return _checked(read_length(text))
    except ValueError:
        typed = _END_MARK.sub("", brief(text))
    if _MIDNIGHT.fullmatch(typed):
        return _until(starts.time(), False, Clock(time()))
    next_day = starts.date() + timedelta(days=1)
    typed = _NEXT_DAY.sub(f"{next_day} ", typed)
    when = read_when(typed, starts.date(), holidays)
    if when.at is None:
        raise ValueError(text)
    if when.day is None:
        return _until(starts.time(), False, Clock(when.at, when.bare))
    return _checked(_lasts(starts, datetime.combine(when.day, when.at), bare=when.bare))


def says_end(text: str) -> bool:
    """Whether a text says by itself that it is about the end: "到11点", "两个小时"."""
    try:
        typed = brief(text)
        if not _LENGTH.fullmatch(typed):
            _end(_END_MARK.sub("", typed))
            return _END_MARK.sub("", typed) != typed
        read_length(text)
    except (ValueError, Refusal):
        return False
    return True


def _number(typed: str) -> float:
    if typed in ("a", "an"):
        return 1
    if typed in ("半", "half an"):
        return 0.5
    return float(typed) if typed[0].isdigit() else number_of(typed)


def _with_length(typed: str, today: date, holidays: Holidays) -> Span | None:
    for border in _BEHIND_START.finditer(typed):
        try:
            lasts = read_length(typed[border.end() :])
            when = read_when(typed[: border.start()], today, holidays)
        except (ValueError, Refusal):
            continue
        if when.by_day is not None:
            return Span(when.day, when.by_day, _checked(lasts))
    return None


def _with_end(typed: str, today: date, holidays: Holidays) -> Span | None:
    for border in reversed(list(_TO.finditer(typed))):
        left, right = typed[: border.start()], _END_MARK.sub("", typed[border.end() :])
        if _HOUR_ALONE.search(left) and _HOUR_ALONE.search(right):
            continue  # "12-5" is a day
        try:
            end = _end(_clock(right))
            day, start = _start(left, today, holidays)
        except ValueError:
            continue
        return _span(day, start, end, part_of_end=_has_part(right), part_of_start=_has_part(left))
    return None


def _start(left: str, today: date, holidays: Holidays) -> tuple[date | None, Clock]:
    """Raises ValueError."""
    when = read_when(_clock(left), today, holidays)
    if when.at is None:
        raise ValueError(left)
    return when.day, Clock(when.at, when.bare)


def _end(right: str) -> Clock:
    """Raises as `read_time`."""
    return Clock(time()) if _MIDNIGHT.fullmatch(right) else read_time(right)


def _clock(typed: str) -> str:
    """With the word behind an hour that has nothing behind it: "2" of "2-4pm"."""
    return f"{typed}点" if _HOUR_ALONE.search(typed) else typed


def _has_part(typed: str) -> bool:
    return re.search(rf"{PART}|[ap]\.?m\b|in the \w+|at night|noon", typed) is not None


def _span(
    day: date | None, start: Clock, end: Clock, *, part_of_start: bool, part_of_end: bool
) -> Span:
    if start.bare and part_of_end and not part_of_start:  # "2-4pm", "10-2pm", "11:30-1am"
        halves = [start.at, start.at.replace(hour=start.at.hour + 12)]
        before = [at for at in halves if at < end.at] or halves
        at = before[-1]
        return Span(day, at, _until(at, False, end))
    if part_of_start and not part_of_end and end.at.hour == 12:  # "晚上8点到12点"
        end = Clock(end.at, bare=True)
    at = start.by_day
    return Span(day, at, _until(at, start.bare or part_of_start, end))


def _until(at: time, halves: bool, end: Clock) -> timedelta:
    """How long it takes from a clock time until the next such end. `halves`: the start goes by
    hours of twelve, so that an hour of twelve that ends it may be of the other half of the day.
    Raises Refusal."""
    any_day = date(2000, 1, 1)
    lasts = _lasts(datetime.combine(any_day, at), datetime.combine(any_day, end.at))
    if lasts <= timedelta() and end.bare and (halves or at.hour < 12):
        later = lasts + _HALF_DAY
        if timedelta() < later <= _BY_DAY:
            return later
    if lasts <= timedelta():
        lasts += timedelta(days=1)
        if lasts > _OVERNIGHT or lasts == timedelta(days=1):
            raise Refusal("posting.ends_first", starts=at, ends=end.at)
    return _checked(lasts)


def _lasts(starts: datetime, ends: datetime, *, bare: bool = False) -> timedelta:
    lasts = ends - starts.replace(tzinfo=None)
    later = lasts + _HALF_DAY
    return later if bare and lasts <= timedelta() < later <= _BY_DAY else lasts


def _checked(lasts: timedelta) -> timedelta:
    """Raises Refusal."""
    if lasts <= timedelta():
        raise Refusal("posting.end_is_no_end")
    if lasts > LONGEST:
        raise Refusal("posting.too_long", days=LONGEST.days)
    return lasts

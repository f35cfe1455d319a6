"""Clock times as people type them, in both languages."""

import re
from datetime import time

from storage.model.refusal import Refusal
from storage.model.typed.numbers import CHINESE, number_of
from storage.model.typed.text import brief

_PARTS = {  # of the day, and the hours in which each lies
    "凌晨": range(6),
    **dict.fromkeys(("清晨", "早晨", "早上", "早"), range(4, 12)),
    "上午": range(4, 13),
    "正午": range(12, 13),
    "中午": range(11, 15),
    **dict.fromkeys(("下午", "午后"), range(12, 20)),
    "傍晚": range(16, 21),
    **dict.fromkeys(("晚上", "晚间", "夜里", "晚"), range(17, 24)),
    **dict.fromkeys(("am", "in the morning"), range(12)),
    **dict.fromkeys(("pm", "in the afternoon"), range(12, 24)),
    **dict.fromkeys(("in the evening", "at night"), range(17, 24)),
}
PART = "|".join(sorted((part for part in _PARTS if not part.isascii()), key=len, reverse=True))
_MINUTES = {"半": 30, "一刻": 15, "三刻": 45, "整": 0, "钟": 0}
_NAMED = {
    "中午": time(12),
    "正午": time(12),
    "noon": time(12),
    "12 noon": time(12),
    "midday": time(12),
}

_CLOCK = re.compile(
    rf"({PART})?\s*(\d{{1,2}}|{CHINESE})\s*"
    rf"(?:[:.;]\s*(\d{{2}})分?|[点时]\s*(\d{{2}}|半|[一三]刻|整|钟|\d(?=分)|{CHINESE})?分?)"
)
_FOUR = re.compile(rf"({PART})?\s*(\d\d)(\d\d)")
_ENGLISH = re.compile(
    r"(\d{1,2})(?:[:.](\d\d))?(?: o'?clock)?\s*(a\.?m\.?|p\.?m\.?|in the \w+|at night)"
)
_O_CLOCK = re.compile(r"(\d{1,2}) o'?clock")
_HALF_PAST = re.compile(
    r"(half|(?:a )?quarter) (past|to) (\d{1,2})(?:\s*(a\.?m\.?|p\.?m\.?|in the \w+|at night))?"
)
_HOURS = re.compile(r"(\d{1,2})h(\d\d)?")
_PART_ALONE = re.compile(rf"{PART}|(?:in the )?(?:morning|afternoon|evening)|(?:at )?night")
_AROUND = re.compile(r"^(?:at|from|starts?(?: at)?)\s+|\s*(?:开始|开会|起|hrs?|h)$")
_SPAN = re.compile(r"\s*(?:[-~]|至|到|\bto\b|\buntil\b)\s*")


def read_clock(text: str) -> time:
    """Read a clock time: "8:30", "早8点", "8时30分", "晚上7点半", "0830", "8.30", "7:30 pm".

    Raises ValueError, also for a time that may mean two days ("晚上12点"); Refusal("day.one_time")
    for one that begins and ends, Refusal("day.which_hour") for a part of the day alone.
    """
    typed = _AROUND.sub("", _HOURS.sub(r"\1点\2", brief(text)))
    if typed in _NAMED:
        return _NAMED[typed]
    parts = _parts(typed)
    if parts is None:
        if _is_span(typed):
            raise Refusal("day.one_time")
        if _PART_ALONE.fullmatch(typed):
            raise Refusal("day.which_hour")
        raise ValueError(text)
    part, hour, minutes = parts
    return time(_hour(number_of(hour), part), _minute(minutes))


def _parts(typed: str) -> tuple[str | None, str, str | None] | None:
    """The part of the day, the hour and the minutes in a time."""
    if found := _CLOCK.fullmatch(typed):
        return found[1], found[2], found[3] or found[4]
    if found := _FOUR.fullmatch(typed):
        return found[1], found[2], found[3]
    if found := _ENGLISH.fullmatch(typed):
        return found[3].replace(".", ""), found[1], found[2]
    if found := _HALF_PAST.fullmatch(typed):
        part = (found[4] or "").replace(".", "") or None
        if found[2] == "to":
            hour = (int(found[3]) - 1) % 24 or 12
            return part, str(hour), "30" if found[1] == "half" else "45"
        return part, found[3], "半" if found[1] == "half" else "一刻"
    if found := _O_CLOCK.fullmatch(typed):
        return None, found[1], None
    return None


def _is_span(typed: str) -> bool:
    """Whether it is two times, from one to the other."""
    first, *last = _SPAN.split(typed)
    if re.fullmatch(r"\d{1,2}", first):  # "7-9pm"
        first += "点"
    return len(last) == 1 and all(end in _NAMED or _parts(end) for end in (first, *last))


def _minute(minutes: str | None) -> int:
    return _MINUTES[minutes] if minutes in _MINUTES else number_of(minutes or "0")


def _hour(hour: int, part: str | None) -> int:
    """The hour of 24 that is meant with a part of the day. Raises ValueError."""
    if part is None:
        return hour
    if part not in _PARTS:
        raise ValueError(part)
    for meant in (hour, (hour + 12) % 24) if hour <= 12 else (hour,):
        if meant in _PARTS[part]:
            return meant
    raise ValueError(f"{part}{hour}")

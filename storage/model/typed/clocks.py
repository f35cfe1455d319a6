"""Clock times as people type them, in both languages."""

import re
from dataclasses import dataclass
from datetime import time

from storage.model.refusal import Refusal
from storage.model.typed.numbers import CHINESE, number_of
from storage.model.typed.text import brief

_PARTS = {  # of the day, and the hours in which each lies
    "凌晨": range(6),
    **dict.fromkeys(("清晨", "大清早", "清早", "早晨", "早上", "一早", "早"), range(4, 12)),
    "上午": range(4, 13),
    "正午": range(12, 13),
    "中午": range(11, 15),
    **dict.fromkeys(("下午", "午后"), range(12, 20)),
    "傍晚": range(16, 21),
    **dict.fromkeys(("晚上", "晚间", "晚"), range(17, 24)),
    **dict.fromkeys(("夜里", "深夜", "半夜"), (*range(18, 24), *range(1, 6))),
    **dict.fromkeys(("am", "in the morning"), range(12)),
    **dict.fromkeys(("pm", "in the afternoon"), range(12, 24)),
    **dict.fromkeys(("in the evening", "at night"), range(17, 24)),
}
PART = "|".join(sorted((part for part in _PARTS if not part.isascii()), key=len, reverse=True))
_TWELVE = range(1, 12)
_NIGHT = range(1, 6)  # hours at which nothing begins, nor is anything sent
_MINUTES = {"半": 30, "一刻": 15, "三刻": 45, "整": 0, "正": 0, "钟": 0}
_NAMED = {
    "中午": time(12),
    "正午": time(12),
    "noon": time(12),
    "12 noon": time(12),
    "midday": time(12),
}

_CLOCK = re.compile(
    rf"({PART})?\s*(\d{{1,2}}|{CHINESE})\s*"
    rf"(?:[:.;']\s*(\d{{2}})分?|[点时]\s*(\d{{2}}|半|[一三]刻|整|正|钟|\d(?=分)|{CHINESE})?分?)"
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
_BEFORE = re.compile(r"^(?:at|from|around|about|starts?(?: at)?)\s+|^(?:大约|大概|约)")
# "19:00整", "8点30分准时开始": the hour as it stands. With seconds, as clocks print it.
_BEHIND = re.compile(
    r"(?:(?<=[\d分])[整正])?(?:准时|左右|前后|准点)?\s*(?:开始|开会|集合|起|hrs?|h)?$|(?<=:\d\d):00$"
)
_SHORT_OF = re.compile(
    rf"(?P<part>{PART})?(?:差(?P<before>一刻|\d{{1,2}}|{CHINESE})分?钟?(?:到|就)?(?P<to>\d{{1,2}}|{CHINESE})点"
    rf"|(?P<of>\d{{1,2}}|{CHINESE})点[差欠缺](?P<behind>一刻|\d{{1,2}}|{CHINESE})分?钟?)"
)
_PART_AHEAD = re.compile(r"([ap])\.?m\.?\s*(\d.*)")
_SPAN = re.compile(r"\s*(?:[-~]|至|到|\bto\b|\buntil\b)\s*")

_NEXT_DAY = re.compile(r"^(?:次日|第二天|明天|明(?=早))的?\s*|\s*(?:the )?next (?:day|morning)$")


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock time as it was typed. `bare`: an hour of twelve, and nothing says of which half of
    the day: "两点半", "2:30", but not "02:30", which nobody writes for the afternoon."""

    at: time
    bare: bool = False

    @property
    def by_day(self) -> time:
        """The same of what happens by day: what would be at night is in the afternoon."""
        return self.at.replace(hour=self.at.hour + 12) if self.at_night else self.at

    @property
    def at_night(self) -> bool:
        return self.bare and self.at.hour in _NIGHT


def read_clock(text: str) -> time:
    """Read a clock time as it stands. Raises as `read_time`."""
    return read_time(text).at


def read_time(text: str) -> Clock:
    """Read a clock time: "8:30", "早8点", "8时30分", "晚上7点半", "0830", "8.30", "7:30 pm".

    Raises ValueError, also for a time that may mean two days ("晚上12点"); Refusal("day.one_time")
    for one that begins and ends, Refusal("day.which_hour") for a part of the day alone.
    """
    typed = _BEHIND.sub("", _BEFORE.sub("", _HOURS.sub(r"\1点\2", brief(text))))
    typed = _PART_AHEAD.sub(r"\2 \1m", typed)
    if typed in _NAMED:
        return Clock(_NAMED[typed])
    parts = _parts(typed)
    if parts is None:
        if _is_span(typed):
            raise Refusal("day.one_time")
        if _PART_ALONE.fullmatch(typed):
            raise Refusal("day.which_hour")
        raise ValueError(text)
    part, hour, minutes = parts
    at = time(_hour(number_of(hour), part), _minute(minutes))
    return Clock(at, bare=part is None and not hour.startswith(("0", "零")) and at.hour in _TWELVE)


def is_night(text: str) -> bool:
    """Whether a text is nothing but a time in the evening and one next morning: "22点到7点",
    "21:00–次日 8:00", "9pm to 7am"."""
    try:
        starts, ends = _SPAN.split(brief(text))
        ends = _NEXT_DAY.sub("", ends)
        if starts.isdigit() or ends.isdigit():  # "2026-0001" is the number of a suggestion
            return False
        return read_clock(starts) > read_clock(ends)
    except (ValueError, Refusal):
        return False


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
    if found := _SHORT_OF.fullmatch(typed):
        short = 60 - (_MINUTES.get(said := found["before"] or found["behind"]) or number_of(said))
        hour = (number_of(found["to"] or found["of"]) - 1) % 24 or 12
        return found["part"], str(hour), str(short)
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

"""Days as people type them, in both languages, with or without a year or a weekday.

What contradicts itself (a Sunday that is a Saturday, the 29th of February of 2027) is told with a
Refusal, and never put right in silence.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import Enum

from storage.model.refusal import Refusal
from storage.model.typed.clocks import PART, read_clock
from storage.model.typed.numbers import CHINESE, number_of
from storage.model.typed.text import brief


class Lean(Enum):
    """Which day is meant where the year is left out: of a plan, the next one; of figures, the
    latest one that began."""

    AHEAD = 1
    BACK = -1


_WEEKDAYS = {
    **{
        f"{week}{day}": n
        for week in ("周", "星期", "礼拜")
        for n, day in enumerate("一二三四五六日")
    },
    **dict.fromkeys(("周天", "星期天", "礼拜天"), 6),
}
_WEEKDAYS_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS_ENGLISH = tuple(name.casefold() for name in calendar.month_name[1:])
_DISTANCES = {
    **dict.fromkeys(("今天", "今日", "today"), 0),
    **dict.fromkeys(("明天", "明日", "tomorrow"), 1),
    **dict.fromkeys(("后天", "the day after tomorrow", "day after tomorrow"), 2),
    "大后天": 3,
    **dict.fromkeys(("昨天", "昨日", "yesterday"), -1),
    **dict.fromkeys(("前天", "the day before yesterday", "day before yesterday"), -2),
}
_YEAR_WORDS = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_SHORT = {name[:3]: n for n, name in enumerate(_MONTHS_ENGLISH)} | {"sept": 8}
MONTH_ENGLISH = "|".join((*_MONTHS_ENGLISH, *sorted(_SHORT, key=len, reverse=True)))
YEAR = rf"\d{{4}}|\d\d(?=年)|{'|'.join(_YEAR_WORDS)}|[零一二三四五六七八九]{{4}}"
_TWO = rf"\d{{1,2}}|{CHINESE}"
_DATE = re.compile(
    rf"(?:(?P<year>{YEAR})\s*(?P<first>[-./年]|(?<=年))\s*)?"
    rf"(?P<month>{_TWO})\s*(?P<second>[-./月])\s*(?P<day>{_TWO})\s*(?P<behind>[日号])?"
)
_DIGITS = re.compile(r"(?P<year>\d{4})?(?P<month>\d\d)(?P<day>\d\d)")
_DAY_FIRST = re.compile(
    rf"(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -]?(?:of )?(?P<month>{MONTH_ENGLISH})\.?"
    r"(?:,?[ -]?(?P<year>\d{4}))?"
)
_MONTH_FIRST = re.compile(
    rf"(?P<month>{MONTH_ENGLISH})\.? ?(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    r"(?:,? (?P<year>\d{4}))?"
)
_OF_MONTH_ENGLISH = re.compile(r"(?:on )?(?:the )?(\d{1,2})(?:st|nd|rd|th)")
_OF_MONTH = re.compile(rf"(?P<which>本月|这个月|这月|下个?月|上个?月)?\s*(?P<day>{_TWO})\s*[日号]")
_WEEKDAY = re.compile(
    r"(?:(?P<which>上上|下下|上个|上|本|这个|这|下个|下)?(?P<name>(?:周|星期|礼拜)[一二三四五六日天])"
    r"|(?P<which_en>last |this |next |on |coming )?"
    r"(?P<name_en>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?)"
)
_AFTER = re.compile(rf"(\d{{1,4}}|{CHINESE})\s*(天|周|个星期|个礼拜)[之以]?(后|前)")
_AFTER_ENGLISH = re.compile(r"in (\d{1,4}|an?|one) (day|week)s?|(\d{1,4}|an?|one) (day|week)s? ago")
_AROUND = re.compile(
    r"^(?:时间|日期|日子|date|when|time)[:\s]*|^(?:就|是|定在|改到|改成|改为|安排在|放在)+"
    r"|^on (?=\d|the )|\s*(?:吧|好了|可以吗|行吗|好吗|呢)$"
)
# "tomorrow morning at 8" is "tomorrow 8 in the morning".
_PART_FIRST = re.compile(
    r"(.*?)\b(?:in the )?(morning|afternoon|evening)(?:,? at|,)? ((?:half|quarter|a quarter|\d).*)"
)
_BOTH = re.compile(r"\(\s*([^()]+?)\s*\)|[,，]")


@dataclass(frozen=True, slots=True)
class _Named:
    """A day of a month, perhaps of a year; `weekday` is what was said beside it."""

    month: int
    day: int
    year: int | None


@dataclass(frozen=True, slots=True)
class When:
    """A day, a clock time, or both."""

    day: date | None
    at: time | None


def read_date(text: str, today: date, lean: Lean = Lean.AHEAD) -> date:
    """Read a day: "12-5", "12月5日（周六）", "下周三", "明天", "Sat 5 Dec", "5 December 2026".

    Without a year it is the next such day from `today` on (or the latest, as `lean` says); beside
    a weekday, also the one of this year that has it. Raises ValueError for no day, and a
    Refusal for one that cannot be.
    """
    typed = _bare(text)
    weekday, rest = _without_weekday(typed)
    if weekday is None or not rest:
        return _one(typed, today, lean)
    return _checked(rest, weekday, today, lean)


def read_written(text: str, today: date) -> date:
    """Read a day that was written down some time ago: with its month and day, so that it is the
    same whenever it is read; without a year, the latest such day.

    Raises as `read_date`; ValueError also for "昨天", "周三" and "去年3月5日".
    """
    named = _named(_without_weekday(_bare(text))[1])
    if named is None or (named.year is not None and named.year < 100):  # "去年" of the year 0
        raise ValueError(text)
    return read_date(text, today, Lean.BACK)


def read_when(text: str, today: date) -> When:
    """Read a day, a clock time, or a day with its clock time: "周六 12月5日 9:30", "明早8点".

    Raises as `read_date` and `read_clock`.
    """
    typed = re.sub(r"^(今|明|后)(?=[早晚晨])", r"\1天", _bare(text)).replace("天晨", "天清晨")
    typed = _parts_behind(typed)
    named = _named(_without_weekday(typed)[1])
    if named and abs((named.year or 0) - today.year) <= 5:
        return When(read_date(typed, today), None)  # "5 December 2026" is at no 20:26
    for border in _borders(typed):
        try:
            at = read_clock(typed[border:])
            return When(read_date(typed[:border].strip(" ,"), today), at)
        except ValueError:
            continue
    try:
        return When(None, read_clock(typed))
    except ValueError:
        return When(read_date(typed, today), None)


def _bare(text: str) -> str:
    """What is read of a day: without the words around it."""
    return _AROUND.sub("", re.sub(r"(?<=\d)t(?=\d)", " ", brief(text))).strip(" ,")


def _parts_behind(typed: str) -> str:
    """A day in English with the part of the day where the clock time is read: behind the hour."""
    typed = re.sub(r"^this (?=morning|afternoon|evening)", "today ", typed)
    typed = re.sub(r"^tonight\b(?: at\b|,)?", "today evening", typed)
    if found := _PART_FIRST.fullmatch(typed):
        day, part, hour = found.groups()
        has_one = re.search(r"m\.?$|in the|at night", hour)
        return f"{day}{hour}" if has_one else f"{day}{hour} in the {part}"
    return typed


def read_dated(text: str) -> date:
    """Read a day with its year. Raises ValueError for anything else, also if it cannot be."""
    named = _named(brief(text))
    if named is None or named.year is None:
        raise ValueError(f"expected a valid date with its year, not {text!r}")
    return date(named.year, named.month, named.day)


def _borders(typed: str) -> list[int]:
    """Where a clock time may begin behind a day: behind a space or a character of a date."""
    return [
        at
        for at in range(1, len(typed))
        if typed[at - 1] in " )日号,"
        or re.match(PART, typed[at:])
        or (typed[at - 1] in "天一二三四五六" and typed[at].isdecimal())
    ]


def _without_weekday(typed: str) -> tuple[str | None, str]:
    """The weekday at the beginning, at the end or in parentheses of a date; and the date."""
    bare = " ".join(_BOTH.sub(r" \1 ", typed).split())
    first = _WEEKDAY.match(bare)
    if first and first.end() < len(bare):
        return first[0], bare[first.end() :].strip()
    for found in _WEEKDAY.finditer(bare):
        if found.end() == len(bare):
            return found[0], bare[: found.start()].strip()
    return None, bare


def _checked(typed: str, weekday: str, today: date, lean: Lean) -> date:
    """The day that has this weekday. Raises Refusal if it has another."""
    said = _weekday_of(weekday)
    day = _one(typed, today, lean)
    if day.weekday() != said and (named := _named(typed)) and named.year is None:
        this_year = _day(today.year, named)  # which our own screens leave out
        if this_year and this_year.weekday() == said:
            return this_year
    if day.weekday() != said:
        nearest = day + timedelta(days=(said - day.weekday() + 3) % 7 - 3)
        raise Refusal("day.other_weekday", day=day, nearest=nearest)
    return day


def _weekday_of(typed: str) -> int:
    found = _WEEKDAY.fullmatch(typed)
    assert found is not None
    if found["name"]:
        return _WEEKDAYS[found["name"]]
    short = found["name_en"][:3]
    return next(n for n, name in enumerate(_WEEKDAYS_ENGLISH) if name.startswith(short))


def _one(typed: str, today: date, lean: Lean) -> date:
    """A day that is said in one way only. Raises ValueError or Refusal."""
    if typed in _DISTANCES:
        return today + timedelta(days=_DISTANCES[typed])
    if found := _WEEKDAY.fullmatch(typed):
        return _of_week(found, today, lean)
    if found := _AFTER.fullmatch(typed):
        days = number_of(found[1]) * (1 if found[2] == "天" else 7)
        return today + timedelta(days=days if found[3] == "后" else -days)
    if found := _AFTER_ENGLISH.fullmatch(typed):
        return today + timedelta(days=_away(found))
    if found := _OF_MONTH_ENGLISH.fullmatch(typed):
        return _of_month(None, int(found[1]), today, lean)
    if found := _OF_MONTH.fullmatch(typed):
        return _of_month(found["which"], number_of(found["day"]), today, lean)
    named = _named(typed, today.year)
    if named is None:
        raise ValueError(typed)
    return _resolved(named, today, lean)


def _away(found: re.Match[str]) -> int:
    ahead, back = found[1], found[3]
    number = ahead or back
    days = (int(number) if number.isdecimal() else 1) * (7 if "week" in (found[2], found[4]) else 1)
    return days if ahead else -days


def _of_week(found: re.Match[str], today: date, lean: Lean) -> date:
    """The next such weekday, today included; or that of this or another week from Monday on."""
    weekday = _weekday_of(found[0])
    which = found["which"] or (found["which_en"] or "").strip()
    weeks = {"上上": -2, "上": -1, "上个": -1, "last": -1, "本": 0, "这": 0, "这个": 0, "this": 0}
    weeks |= {"下": 1, "下个": 1, "next": 1, "下下": 2}
    if which in weeks:
        return today + timedelta(days=weekday - today.weekday(), weeks=weeks[which])
    away = (weekday - today.weekday()) % 7
    return today + timedelta(days=away if lean is Lean.AHEAD or not away else away - 7)


def _of_month(which: str | None, day: int, today: date, lean: Lean) -> date:
    """A day of this month or the one beside it. Raises Refusal if that month has no such day."""
    step = {"下": 1, "上": -1, "本": 0, "这": 0}[which[0]] if which else 0
    if which is None and (day < today.day if lean is Lean.AHEAD else day > today.day):
        step = lean.value
    months = today.year * 12 + today.month - 1 + step
    year, month = divmod(months, 12)
    return _existing(year, _Named(month + 1, day, year), today)


def _named(typed: str, this_year: int = 0) -> _Named | None:
    """The month, day and year that a date names. Raises ValueError for numbers that are none."""
    for pattern in (_DATE, _DIGITS, _DAY_FIRST, _MONTH_FIRST):
        if (found := pattern.fullmatch(typed)) and not _is_range(found):
            year = year_of(found["year"], this_year) if found["year"] else None
            return _Named(month_of(found["month"]), number_of(found["day"]), year)
    return None


def _is_range(found: re.Match[str]) -> bool:
    """Whether it is rather two months or two days: "2026.1-6", "1-20号"."""
    parts = found.groupdict()
    first, second = parts.get("first") or "年", parts.get("second")
    if second is None or second == "月":
        return False
    if first != "年":
        return bool(first != second)
    months, days = parts["year"] and number_of(parts["day"]) <= 12, parts["behind"]
    upwards = number_of(parts["month"]) < number_of(parts["day"])
    return bool(second == "-" and upwards and (months if parts["year"] else days))


def year_of(typed: str, this_year: int) -> int:
    """ "2026", "二零二六", "去年": the year that is meant in the year `this_year`."""
    if typed in _YEAR_WORDS:
        return this_year + _YEAR_WORDS[typed]
    if typed.isdecimal() and len(typed) == 2:
        return 2000 + int(typed)
    return int(
        "".join(str("零一二三四五六七八九".find(c)) if not c.isdecimal() else c for c in typed)
    )


def month_of(typed: str) -> int:
    """ "3", "三", "mar", "march". Raises ValueError."""
    if typed[:3] in _SHORT:
        return _SHORT[typed[:3]] + 1
    return number_of(typed)


def _resolved(named: _Named, today: date, lean: Lean) -> date:
    if named.year is not None:
        return _existing(named.year, named, today)
    year = today.year
    this_year = (named.month, named.day), (today.month, today.day)
    if lean is Lean.AHEAD and this_year[0] < this_year[1]:
        year += 1
    if lean is Lean.BACK and this_year[0] > this_year[1]:
        year -= 1
    return _existing(year, named, today)


def _day(year: int, named: _Named) -> date | None:
    try:
        return date(year, named.month, named.day)
    except ValueError:
        return None


def _existing(year: int, named: _Named, today: date) -> date:
    """That day of that year. Raises Refusal if there is none, ValueError for no day of any year."""
    if not (named.month in range(1, 13) and named.day in range(1, 32)):
        raise ValueError(named)
    found = _day(year, named)
    if found is None:
        years = (each for each in range(max(year, today.year), today.year + 9))
        others = [day for each in years if (day := _day(each, named))]
        raise Refusal(
            "day.no_such_day",
            month=date(year, named.month, 1),
            day=named.day,
            next=others[0] if others else None,
        )
    return found

"""Days as people type them, in both languages, with or without a year or a weekday.

What contradicts itself (a Sunday that is a Saturday, the 29th of February of 2027) is told with a
Refusal, and never put right in silence.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import TypeVar

from storage.model.calendar import Calendar
from storage.model.holidays import Holidays
from storage.model.refusal import Refusal
from storage.model.typed.clocks import PART, Clock, read_time
from storage.model.typed.naming import Known
from storage.model.typed.numbers import CHINESE, number_of
from storage.model.typed.occasions import by_the_moon, find
from storage.model.typed.text import brief
from storage.model.typed.wording import APART, bare, parts_behind
from storage.model.typed.years import YEAR, Lean, year_of

Day = TypeVar("Day")
NOT_KNOWN = Holidays()

_WEEKDAYS = {
    **{
        f"{week}{day}": n
        for week in ("周", "星期", "礼拜")
        for days in ("一二三四五六日", "1234567", "一二三四五六天")
        for n, day in enumerate(days)
    },
}
_WEEKDAYS_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS_ENGLISH = tuple(name.casefold() for name in calendar.month_name[1:])
_DISTANCES = {
    **dict.fromkeys(("今天", "今日", "today"), 0),
    **dict.fromkeys(("明天", "明日", "tomorrow", "tmr", "tmrw"), 1),
    **dict.fromkeys(("后天", "the day after tomorrow", "day after tomorrow"), 2),
    "大后天": 3,
    **dict.fromkeys(("昨天", "昨日", "yesterday"), -1),
    **dict.fromkeys(("前天", "the day before yesterday", "day before yesterday"), -2),
    "大前天": -3,
}
_SHORT = {name[:3]: n for n, name in enumerate(_MONTHS_ENGLISH)} | {"sept": 8}
MONTH_ENGLISH = "|".join((*_MONTHS_ENGLISH, *sorted(_SHORT, key=len, reverse=True)))
_TWO = rf"\d{{1,2}}|{CHINESE}"
_DATE = re.compile(
    rf"(?:(?P<year>{YEAR})\s*(?P<first>[-./年]|(?<=年))\s*)?"
    rf"(?P<month>{_TWO})\s*(?P<second>[-./月])\s*(?P<day>{_TWO})\s*(?P<behind>[日号])?"
)
_DIGITS = re.compile(r"(?P<year>\d{4}|[23]\d(?=\d{4}$))?(?P<month>\d\d)(?P<day>\d\d)")
_SPACED = re.compile(r"(?P<year>\d{4}) (?P<month>\d{1,2}) (?P<day>\d{1,2})")
_YEAR_LAST = re.compile(r"(?P<month>\d{1,2})([-./])(?P<day>\d{1,2})\2(?P<year>\d{4})")
_DAY_FIRST = re.compile(
    rf"(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -]?(?:of )?(?P<month>{MONTH_ENGLISH})\.?"
    r"(?:,?[ -]?(?P<year>\d{4}))?"
)
_MONTH_FIRST = re.compile(
    rf"(?P<month>{MONTH_ENGLISH})\.? ?(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    r"(?:,? (?P<year>\d{4}))?"
)
_OF_MONTH_ENGLISH = re.compile(r"(?:on )?(?:the )?(\d{1,2})(?:st|nd|rd|th)")
_OF_MONTH = re.compile(
    rf"(?P<which>本月|这个月|这月|当月|下个?月|上个?月)?\s*(?P<day>{_TWO})\s*(?(which)[日号]?|[日号])"
)
_WEEKDAY = re.compile(
    r"(?:(?P<which>上上|下下|上个|上|本|这个|这|下个|下)?(?P<name>(?:周|星期|礼拜)[一二三四五六日天1-7])"
    r"|(?P<which_en>last |this |next |on |coming )?"
    r"(?P<name_en>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?)"
)
_AFTER = re.compile(
    rf"(?P<over>再?过)?(?P<number>\d{{1,4}}|{CHINESE}|半(?=个月))\s*(?P<unit>天|周|个星期|个礼拜|个月)"
    r"(?:[之以]?(?P<side>后|前))?"
)
_AFTER_ENGLISH = re.compile(
    r"(?:in )?(?P<number>\d{1,4}|an?) (?P<unit>day|week|month)s?(?: (?P<side>later|from now|ago))?"
)
_HOUR = re.compile(rf"(?:{_TWO})(?:[点时:]|\d)")
_BETWEEN = re.compile(r"\s*(?:[-~、,和或至到]|或者|\bto\b|\band\b|\bor\b)\s*")
_DAY_ALONE = re.compile(rf"({_TWO})[日号]?")
_MARK = re.compile(r"[日号天月周./]")
_BOTH = re.compile(r"\(\s*([^()]+?)\s*\)|[,，]")


@dataclass(frozen=True, slots=True)
class _Named:
    """A day of a month, perhaps of a year; `weekday` is what was said beside it."""

    month: int
    day: int
    year: int | None


@dataclass(frozen=True, slots=True)
class When:
    """A day, a clock time, or both. `bare`: see Clock."""

    day: date | None
    at: time | None
    bare: bool = field(default=False, compare=False)  # how it was typed, not what it is

    @property
    def by_day(self) -> time | None:
        """The clock time of what happens by day."""
        return self.at and Clock(self.at, self.bare).by_day


def read_date(
    text: str, today: date, lean: Lean = Lean.AHEAD, holidays: Holidays = NOT_KNOWN
) -> date:
    """Read a day: "12-5", "12月5日（周六）", "下周三", "明天", "国庆", "月底", "5 December 2026".

    Without a year it is the next such day from `today` on (or the latest, as `lean` says); beside
    a weekday, also the one of this year that has it. Raises ValueError for no day, and a
    Refusal for one that cannot be, or for several of which any may be meant.
    """
    return _named_or(_date, bare(text), Known(today, lean, holidays))


def is_other_half(text: str, at: time, calendar: Calendar) -> bool:
    """Whether a text that was read as `at` names the same hour of the other half of the day."""
    try:
        said = read_when(text, calendar.today, calendar.holidays).at
    except (ValueError, Refusal):
        return False
    return said is not None and said.replace(hour=(said.hour + 12) % 24) == at


def _named_or(read: Callable[[str, Known], Day], typed: str, known: Known) -> Day:
    """What `read` makes of a text, in which a day may be called by a name."""
    try:
        if by_the_moon(typed):  # "八月十五" is no day of August
            raise ValueError(typed)
        return read(typed, known)
    except ValueError:
        named = find(typed, known)
        if named is None:
            _refuse_several(typed, known)
            raise
    days, day, refusal = named.means
    stands_for = day or (days.first_on if days else known.today)
    try:
        found = read(f"{typed[: named.begins]} {stands_for} {typed[named.ends :]}".strip(), known)
    except Refusal:
        if day is not None:
            raise
    if day is not None:
        return found
    if days is None and refusal is not None:
        raise refusal
    assert days is not None
    raise Refusal("day.which_day", first=days.first_on, last=days.last_on)


def _refuse_several(typed: str, known: Known) -> None:
    """Raises Refusal for days from one to another, or for one or the other."""
    for border in _BETWEEN.finditer(typed):
        left, right = typed[: border.start()], typed[border.end() :]
        if border[0] == "-" and not _MARK.search(typed):
            continue  # of one date
        if right.endswith(("日", "号")) and re.search(r"(?:^|月)\d{1,2}$", left):
            left += "日"
        try:
            first = _date(left, known)
            if found := _DAY_ALONE.fullmatch(right):
                right = f"{first.month}月{found[1]}日"
            last = _date(right, known)
        except (ValueError, Refusal):
            continue
        raise Refusal("day.which_day", first=first, last=last)


def _date(typed: str, known: Known) -> date:
    today, lean = known.today, known.lean
    weekday, rest = _without_weekday(typed)
    if weekday is None or not rest:
        return _one(typed, today, lean)
    return _checked(rest, weekday, today, lean)


def read_written(text: str, today: date) -> date:
    """Read a day that was written down some time ago: with its month and day, so that it is the
    same whenever it is read; without a year, the latest such day.

    Raises as `read_date`; ValueError also for "昨天", "周三" and "去年3月5日".
    """
    named = _named(_without_weekday(bare(text))[1])
    if named is None or (named.year is not None and named.year < 100):  # "去年" of the year 0
        raise ValueError(text)
    return read_date(text, today, Lean.BACK)


def read_when(text: str, today: date, holidays: Holidays = NOT_KNOWN) -> When:
    """Read a day, a clock time, or a day with its clock time: "周六 12月5日 9:30", "明早8点".

    Raises as `read_date` and `read_clock`.
    """
    return _named_or(_when, parts_behind(bare(text)), Known(today, Lean.AHEAD, holidays))


def _when(typed: str, known: Known) -> When:
    named = _named(_without_weekday(typed)[1])
    if named and abs((named.year or 0) - known.today.year) <= 5:
        return When(_date(typed, known), None)  # "5 December 2026" is at no 20:26
    for border in _borders(typed):
        try:
            clock = read_time(typed[border:])
            return When(_date(bare(typed[:border]), known), clock.at, clock.bare)
        except ValueError:
            continue
    try:
        clock = read_time(typed)
    except ValueError:
        return When(_date(typed, known), None)
    return When(None, clock.at, clock.bare)


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
        if typed[at - 1] in APART + ")日号天后前底末初中"
        or re.match(PART, typed[at:])
        or (typed[at - 1] in "一二三四五六" and re.match(_HOUR, typed[at:]))
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
    for pattern in (_AFTER, _AFTER_ENGLISH):
        if found := pattern.fullmatch(typed):
            return _away(found, today)
    if found := _OF_MONTH_ENGLISH.fullmatch(typed):
        return _of_month(None, int(found[1]), today, lean)
    if found := _OF_MONTH.fullmatch(typed):
        return _of_month(found["which"], number_of(found["day"]), today, lean)
    named = _named(typed, today.year)
    if named is None:
        raise ValueError(typed)
    return _resolved(named, today, lean)


def _away(found: re.Match[str], today: date) -> date:
    """So many days, weeks or months from today. Raises ValueError for a mere length of time."""
    parts, number = found.groupdict(), found["number"]
    if not (found["side"] or parts.get("over") or found[0].startswith("in ")):
        raise ValueError(found[0])
    step = -1 if found["side"] in ("前", "ago") else 1
    if number == "半":
        return today + step * timedelta(days=15)
    count = step * (1 if number in ("a", "an") else number_of(number))
    if found["unit"] not in ("个月", "month"):
        return today + count * timedelta(days=1 if found["unit"] in ("天", "day") else 7)
    year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(today.day, last))


def _of_week(found: re.Match[str], today: date, lean: Lean) -> date:
    """The next such weekday, today included; or that of this or another week from Monday on."""
    weekday = _weekday_of(found[0])
    which = found["which"] or (found["which_en"] or "").strip()
    weeks = {"上上": -2, "上": -1, "上个": -1, "last": -1, "本": 0, "这": 0, "这个": 0, "this": 0}
    weeks |= {"下": 1, "下个": 1, "next": 1, "下下": 2}
    if which in weeks:
        return today + timedelta(days=weekday - today.weekday(), weeks=weeks[which])
    away = (weekday - today.weekday()) % 7
    ahead = lean is Lean.AHEAD or which == "coming" or not away
    return today + timedelta(days=away if ahead else away - 7)


def _of_month(which: str | None, day: int, today: date, lean: Lean) -> date:
    """A day of this month or the one beside it. Raises Refusal if that month has no such day."""
    step = {"下": 1, "上": -1, "本": 0, "这": 0}[which[0]] if which else 0
    if which is None and (day < today.day if lean is Lean.AHEAD else day > today.day):
        step = lean.value
    months = today.year * 12 + today.month - 1 + step
    year, month = divmod(months, 12)
    return _existing(year, _Named(month + 1, day, year), today, lean)


def _named(typed: str, this_year: int = 0) -> _Named | None:
    """The month, day and year that a date names. Raises ValueError for numbers that are none."""
    for pattern in (_DATE, _DIGITS, _SPACED, _YEAR_LAST, _DAY_FIRST, _MONTH_FIRST):
        if (found := pattern.fullmatch(typed)) and not _is_range(found):
            year = year_of(found["year"], this_year) if found["year"] else None
            month, day = month_of(found["month"]), number_of(found["day"])
            if pattern is _YEAR_LAST and month > 12:
                month, day = day, month
            return _Named(month, day, year)
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


def month_of(typed: str) -> int:
    """ "3", "三", "mar", "march". Raises ValueError."""
    if typed[:3] in _SHORT:
        return _SHORT[typed[:3]] + 1
    return number_of(typed)


def _resolved(named: _Named, today: date, lean: Lean) -> date:
    if named.year is not None:
        return _existing(named.year, named, today, lean)
    year = today.year
    this_year = (named.month, named.day), (today.month, today.day)
    if lean is Lean.AHEAD and this_year[0] < this_year[1]:
        year += 1
    if lean is Lean.BACK and this_year[0] > this_year[1]:
        year -= 1
    return _existing(year, named, today, lean)


def _day(year: int, named: _Named) -> date | None:
    try:
        return date(year, named.month, named.day)
    except ValueError:
        return None


def _existing(year: int, named: _Named, today: date, lean: Lean = Lean.AHEAD) -> date:
    """That day of that year. Raises Refusal if there is none, ValueError for no day of any year."""
    if not (named.month in range(1, 13) and named.day in range(1, 32)):
        raise ValueError(named)
    found = _day(year, named)
    if found is None:
        step, start = lean.value, sorted((year, today.year))[lean is Lean.AHEAD]
        days = (_day(each, named) for each in range(start, start + 9 * step, step))
        raise Refusal(
            "day.no_such_day",
            month=date(year, named.month, 1),
            day=named.day,
            near=next((each for each in days if each and (each <= today or step > 0)), None),
            back=step < 0,
        )
    return found

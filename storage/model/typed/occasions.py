"""Days that are called by a name: festivals, the ends of a month or a year, weekends, the second
Saturday of a month."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from storage.model.period import YEARS, Period, month_of
from storage.model.refusal import Refusal
from storage.model.typed.festivals import FESTIVAL, festival
from storage.model.typed.naming import Known, Meant, nearest
from storage.model.typed.numbers import CHINESE, number_of
from storage.model.typed.years import YEAR, Lean, year_of

_NUMBER = rf"\d{{1,2}}|{CHINESE}"
_MONTH = (
    rf"(?:(?:(?P<year>{YEAR})\s*年?[-./]?\s*)?(?P<month>{_NUMBER})月|(?P<which>[本这当上下])?一?个?月)"
    r"份?的?"
)
_OF_MONTH = re.compile(rf"{_MONTH}(?P<part>[底末初中]|第一天|最后一天)(?!旬)")
_WEEKDAYS = {day: n for days in ("一二三四五六日", "1234567") for n, day in enumerate(days)}
_WEEKDAYS["天"] = 6
_NTH = re.compile(
    rf"{_MONTH}(?:第(?P<nth>[一二三四五1-5])个?|最后一?个?)(?:周|星期|礼拜)(?P<day>[一二三四五六日天1-7])"
)
_OF_YEAR = re.compile(
    rf"(?:(?P<year>{YEAR})\s*年?|(?=年))年?的?(?P<part>[底末终初]|第一天|最后一天)"
)
_WEEKEND = re.compile(
    r"(?P<which>上上|下下|[本这上下])?个?(?:周末|双休日)"
    r"|\b(?P<which_en>last |this |next |the )?weekend\b"
)


# Months of the moon, which are none of ours; but for those that are festivals.
_MOON = re.compile(r"(?:农历|[阴旧]历)")
_AS_A_DATE = re.compile(r"(?:八月十五|五月初五|七月初七|九月初九)(?![日号])")


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is named from one place of a text to another."""

    begins: int
    ends: int
    means: Meant


def by_the_moon(typed: str) -> bool:
    """Whether it would be read as a day of our months, and is meant as one of the moon's."""
    return bool(_MOON.search(typed) or _AS_A_DATE.search(typed))


def find(typed: str, known: Known) -> Occasion | None:
    """The first of them in a text, as `brief` gives it. Raises ValueError for what no month has."""
    for pattern, read in _KINDS:
        if found := pattern.search(typed):
            try:
                means = read(found, known)
            except Refusal as refusal:
                means = Meant(None, None, refusal)
            return Occasion(found.start(), found.end(), means)
    return None


def whole(typed: str, known: Known) -> Period | None:
    """The days that a text names and nothing else; None for any other. Raises Refusal for those
    that are not known, ValueError as `find`."""
    found = find(typed, known)
    if found is None or (found.begins, found.ends) != (0, len(typed)):
        return None
    if found.means.days is None and found.means.refusal is not None:
        raise found.means.refusal
    return found.means.days


def _of_month(found: re.Match[str], known: Known) -> Meant:
    """Its first day, its middle, or its last day; and the third of it in which that lies."""
    return _in_months(found, known, lambda month: _part_of(month, found["part"]))


def _nth(found: re.Match[str], known: Known) -> Meant:
    """The second Saturday of a month, or its last one. Raises ValueError for a fifth that it has
    not."""

    def of(month: Period) -> Meant:
        away = (_WEEKDAYS[found["day"]] - month.first_on.weekday()) % 7
        day = month.first_on + timedelta(days=away + 7 * (number_of(found["nth"] or "五") - 1))
        if day > month.last_on and not found["nth"]:
            day -= timedelta(days=7)
        if day > month.last_on:
            raise ValueError(found[0])
        return Meant(Period(day, day), day)

    return _in_months(found, known, of)


def _in_months(found: re.Match[str], known: Known, of: Callable[[Period], Meant]) -> Meant:
    today = known.today
    months, step = today.year * 12 + today.month - 1, 1
    if found["month"]:
        year = year_of(found["year"], today.year) if found["year"] else today.year
        months, step = year * 12 + number_of(found["month"]) - 1, 12
    months += {"上": -1, "下": 1}.get(found["which"] or "", 0)
    said = found["year"] or found["which"]
    return nearest(lambda steps: of(_month_at(months + steps * step)), known, said)


def _month_at(months: int) -> Period:
    """The month that is so many after January of the year 0. Raises ValueError."""
    year, month = divmod(months, 12)
    if year not in YEARS:
        raise ValueError(year)
    return month_of(date(year, month + 1, 1))


def _part_of(month: Period, part: str) -> Meant:
    first, last = month.first_on, month.last_on
    match part:
        case "初":
            return Meant(Period(first, first.replace(day=10)), first)
        case "中":
            return Meant(
                Period(first.replace(day=11), first.replace(day=20)), first.replace(day=15)
            )
        case "第一天":
            return Meant(Period(first, first), first)
        case "最后一天":
            return Meant(Period(last, last), last)
        case _:
            return Meant(Period(first.replace(day=21), last), last)


def _of_year(found: re.Match[str], known: Known) -> Meant:
    """Its first or its last day; and the month in which that lies."""
    this, part = known.today.year, found["part"]
    year = year_of(found["year"], this) if found["year"] else this

    def of(step: int) -> Meant:
        month = _month_at((year + step) * 12 + (0 if part in ("初", "第一天") else 11))
        day = month.first_on if part in ("初", "第一天") else month.last_on
        return Meant(Period(day, day) if part.endswith("天") else month, day)

    return nearest(of, known, found["year"])


_WEEKS = {"上上": -2, "上": -1, "last ": -1, "下": 1, "next ": 1, "下下": 2}


def _weekend(found: re.Match[str], known: Known) -> Meant:
    """Saturday and Sunday, of which either may be meant."""
    which = found["which"] or found["which_en"] or ""
    saturday = known.today + timedelta(days=5 - known.today.weekday(), weeks=_WEEKS.get(which, 0))
    if known.lean is Lean.BACK and which in ("", "the ") and saturday > known.today:
        saturday -= timedelta(weeks=1)
    return Meant(Period(saturday, saturday + timedelta(days=1)), None)


def _moon(_found: re.Match[str], _known: Known) -> Meant:
    raise Refusal("day.by_the_moon")


_Read = Callable[[re.Match[str], Known], Meant]
_KINDS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (FESTIVAL, festival),
    (re.compile(rf"{_MOON.pattern}\S*"), _moon),
    (_NTH, _nth),
    (_OF_MONTH, _of_month),
    (_OF_YEAR, _of_year),
    (_WEEKEND, _weekend),
)

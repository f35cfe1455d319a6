"""Periods as staff type them: a year, a quarter, a month, a week, a day, from one to another."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from storage.model.holidays import Holidays
from storage.model.period import (
    SPANS,
    YEARS,
    Period,
    half_year_of,
    month_of,
    quarter_of,
    year_of,
)
from storage.model.refusal import Refusal
from storage.model.typed import days
from storage.model.typed.days import MONTH_ENGLISH, NOT_KNOWN, read_date
from storage.model.typed.naming import Known
from storage.model.typed.numbers import CHINESE, number_of
from storage.model.typed.occasions import whole
from storage.model.typed.text import brief
from storage.model.typed.years import YEAR, Lean
from storage.model.typed.years import year_of as year_typed

_Y = rf"(?:(?P<year>{YEAR})\s*(?:[-./]|(?:年|(?<=年))度?)?\s*)?"
_MONTH_NUMBER = rf"\d{{1,2}}|{CHINESE}"
_STEPS = {
    "本": 0,
    "这": 0,
    "当": 0,
    "上": -1,
    "上上": -2,
    "下": 1,
    "this": 0,
    "last": -1,
    "next": 1,
    "the": 0,
}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "上": 1, "下": 2}
_ORDINALS |= {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4}

_YEAR = re.compile(rf"(?P<year>{YEAR})(?:(?:年|(?<=年))度?)?(?:全年)?")
_HALF = re.compile(rf"{_Y}(?:h(?P<n>[12])|(?P<word>上|下)半年?|(?:the )?(?P<en>first|second) half)")
_QUARTER = re.compile(
    rf"{_Y}(?:q(?P<n>[1-4])|第?(?P<cn>[1-4一二三四])季度?"
    r"|(?:the )?(?P<en>first|second|third|fourth|1st|2nd|3rd|4th) quarter)"
)
_MONTH = re.compile(rf"{_Y}(?P<month>{_MONTH_NUMBER})\s*月份?")
_MONTH_DIGITS = re.compile(r"(?P<year>\d{4})(?:[-./](?P<month>\d{1,2})|(?P<two>\d\d))")
_MONTH_ENGLISH = re.compile(rf"(?P<month>{MONTH_ENGLISH})\.?,?(?: of)?(?:[ -]?(?P<year>\d{{4}}))?")
_MONTHS = re.compile(
    rf"{_Y}(?P<first>{_MONTH_NUMBER})\s*(?:[-~]|至|到)\s*(?P<last>{_MONTH_NUMBER})\s*(?P<unit>月份?)?"
)
_TEN_DAYS = re.compile(
    rf"(?:{_Y}(?P<month>{_MONTH_NUMBER})月|(?P<which>本|这|当|上)?个?月)?(?P<part>[上中下])旬"
)
_YEAR_BEHIND = re.compile(r"(h[12]|q[1-4]|.*half|.*quarter)(?: of)?\s+(\d{4})")
_AROUND = re.compile(
    r"(?:(?P<which>本|这|当|上上|上|下|this|last|next|the) ?一?个?)?"
    r"(?P<span>年度?|季度?|月份?|周|星期|礼拜|全年|半年|year|half year|quarter|month|week)"
)
_SPAN_WORDS = {"周": "week", "星": "week", "礼": "week", "月": "month", "季": "quarter"}
_SPAN_WORDS |= {"年": "year", "全": "year", "半": "half"}
_LAST = re.compile(
    rf"(?:最近|近|过去|前)?(?P<cn>{_MONTH_NUMBER}|\d{{3}})\s*"
    r"(?P<unit>天|周|个星期|个礼拜|个月|个?季度|年|(?<=近..)日|(?<=近.)日)"
    r"|(?:the )?(?:last|past) (?P<en>\d{1,3}) (?P<unit_en>day|week|month|year)s?"
)
_UNTIL_NOW = re.compile(
    r"since (?P<en>.+)|(?P<cn>.+?)\s*(?:至今|到现在|到今天|以来|起|开始|以后|to date)"
)


def _first_months(found: re.Match[str]) -> str:
    """ "前11个月" is January to November, but "前一个月" the last one."""
    year, number = found[1], number_of(found[2])
    return f"{year}1月至{number}月" if number > 1 else f"{year}上个月"


_OF_YEAR = r"去今明前后本\d"
# What is said for something else that is read.
_FOR = (
    (re.compile(rf"开年|(?<![大{_OF_YEAR}])年初(?=.)|(?<=[{_OF_YEAR}]年)年?初(?=.)"), "1月"),
    (re.compile(rf"(?<![{_OF_YEAR}])年中(?!秋)|(?<=[{_OF_YEAR}]年)年?中(?!秋)"), "6月"),
    (re.compile(r"整年"), "全年"),
    (re.compile(r"^整个|(?<=月)(?:全月|整月)$|(?<=[年月份度周])的$"), ""),
    # Up to today, or up to the end of a month.
    (re.compile(r"^(?:今年)?(?:截[至止]到?|到)?(?:今[天日]|目前|现在)(?:为止)$"), "今年至今"),
    (re.compile(r"^(?:今年)?截[至止]到?(?:今[天日]|目前|现在)$"), "今年至今"),
    (re.compile(r"^(?:今年)?截[至止]到?(?=.*月份?$)"), "1月至"),
    (re.compile(rf"^(.*?)前({_MONTH_NUMBER})个月$"), _first_months),
    # Quarters.
    (re.compile(r"前([二三23])个?季度?"), r"1季度至\1季度"),
    (re.compile(r"前两个?季度?"), "1季度至2季度"),
    (re.compile(r"(?:第)?([一二三四1-4])[-~至到、和]?([一二三四1-4])季度$"), r"\1季度至\2季度"),
    (re.compile(r"(?<=近|去)半年"), "6个月"),
    (re.compile(r"\bytd\b"), "year to date"),
)
_BETWEEN = re.compile(r"\s*(?:~|-|\.\.+|至|到|\bto\b|\buntil\b|\band\b)\s*|\s+")
_FRAME = re.compile(r"^(?:从|自|from |between |in |during |over )")
_HAS_YEAR = re.compile(rf"(?:{YEAR})(?!\d)")
_WEEKDAY_ALONE = re.compile(
    r"(?:周|星期|礼拜)[一二三四五六日天1-7]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
)
_COUNT = re.compile(r"\d{1,3}")  # behind a space it is no end: "11/20 3"
_DAY_ALONE = re.compile(r"\d{1,2}\s*[日号]")


def parse_period(text: str, today: date, holidays: Holidays = NOT_KNOWN) -> Period:
    """Read what staff type after /stats: nothing (this year), "2026", "去年", "2026Q3", "上半年",
    "2026年3月", "上个月", "本季度", "昨天", "12月5日", "3月至5月", "2026-03-01 2026-05-31",
    "近30天", "March 2026", "last month"; a month or a day without a year is the latest that began.

    Raises Refusal("stats.period_unclear") for anything else, "stats.period_reversed" for one whose
    end comes first, and what `read_date` raises for a day that cannot be.
    """
    try:
        typed = _FRAME.sub("", brief(text)).strip(" .?!")
        for pattern, meant in _FOR:
            typed = pattern.sub(meant, typed)
        known = Known(today, Lean.BACK, holidays, all_days=True)
        found = _read(typed, known) if typed else year_of(today)
    except (ValueError, OverflowError):
        found = None
    if found is None or not (found.first_on.year in YEARS and found.last_on.year in YEARS):
        raise Refusal("stats.period_unclear")
    return found


def year_in(text: str, today: date) -> int:
    """The year that staff type behind a command; of nothing this one. Raises Refusal, also for
    days of several years: none of them is guessed."""
    try:
        found = parse_period(text, today)
    except Refusal as refusal:
        if refusal.key != "stats.period_unclear":
            raise
        found = None
    if found is None or found.first_on.year != found.last_on.year:
        raise Refusal("refused.which_year", year=today.year - 1)
    return found.last_on.year


def _read(typed: str, known: Known) -> Period | None:
    for read in (_whole, _months, _until_now, _range):
        if found := read(typed, known):
            return found
    day = read_date(typed, known.today, Lean.BACK, known.holidays)  # tells what is wrong with it
    return Period(day, day)


def _whole(typed: str, known: Known) -> Period | None:
    """One year, half, quarter, month, week or day, or the last days; None for anything else."""
    if behind := _YEAR_BEHIND.fullmatch(typed):
        typed = f"{behind[2]} {behind[1]}"
    for pattern, read in _WHOLE:
        if (found := pattern.fullmatch(typed)) and (period := read(found, known.today)):
            return period
    if named := whole(typed, known):
        return named
    try:
        day = read_date(typed, known.today, Lean.BACK, known.holidays)
    except (ValueError, Refusal):
        return None
    return Period(day, day)


def _year_in(found: re.Match[str], today: date) -> int:
    return year_typed(found["year"], today.year) if found["year"] else today.year


def _year(found: re.Match[str], today: date) -> Period | None:
    year = _year_in(found, today)
    return year_of(date(year, 1, 1)) if year in YEARS else None


def _half(found: re.Match[str], today: date) -> Period:
    number = int(found["n"]) if found["n"] else _ORDINALS[found["word"] or found["en"]]
    return half_year_of(date(_year_in(found, today), number * 6, 1))


def _quarter(found: re.Match[str], today: date) -> Period:
    said = found["n"] or found["cn"]
    number = number_of(said) if said else _ORDINALS[found["en"]]
    return quarter_of(date(_year_in(found, today), number * 3, 1))


def _month(found: re.Match[str], today: date) -> Period:
    month, year = days.month_of(found["month"]), _year_in(found, today)
    if not found["year"] and month > today.month:
        year -= 1
    return month_of(date(year, month, 1))


def _ten_days(found: re.Match[str], today: date) -> Period:
    """A third of a month, as offices count: the last has what is left."""
    if found["month"]:
        first = _month(found, today).first_on
    else:
        first = month_of(today.replace(day=1) - timedelta(days=found["which"] == "上")).first_on
    n = "上中下".index(found["part"])
    last = first.replace(day=10 * n + 10) if n < 2 else month_of(first).last_on
    return Period(first.replace(day=10 * n + 1), last)


def _month_digits(found: re.Match[str], today: date) -> Period | None:
    if int(found["year"]) not in YEARS:  # "261105" is a day
        return None
    return month_of(date(int(found["year"]), int(found["month"] or found["two"]), 1))


def _around(found: re.Match[str], today: date) -> Period:
    """This, the last or the next one; "month" alone is this one."""
    span = found["span"].removesuffix(" year") if found["span"].isascii() else found["span"][0]
    around = _SPANS[_SPAN_WORDS.get(span, span)]
    step, period = _STEPS[found["which"] or "this"], around(today)
    for _ in range(abs(step)):
        period = around(
            period.last_on + timedelta(days=1) if step > 0 else period.first_on - timedelta(days=1)
        )
    return period


def _week_of(day: date) -> Period:
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6))


_SPANS: dict[str, Callable[[date], Period]] = {**SPANS, "week": _week_of}


_IN_MONTHS = {"个月": 1, "month": 1, "季度": 3, "个季度": 3, "年": 12, "year": 12}


def _last(found: re.Match[str], today: date) -> Period:
    """So many days, weeks, months or years, of which today is the last day."""
    number, unit = number_of(found["cn"] or found["en"]), found["unit"] or found["unit_en"]
    if in_months := _IN_MONTHS.get(unit):
        months = number * in_months
        year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
        last = month_of(date(year, month + 1, 1)).last_on
        return Period(last.replace(day=min(today.day, last.day)) + timedelta(days=1), today)
    in_days = number * (1 if unit in ("天", "日", "day") else 7)
    return Period(today - timedelta(days=max(in_days, 1) - 1), today)


_WHOLE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period | None]], ...] = (
    (_YEAR, _year),
    (_HALF, _half),
    (_QUARTER, _quarter),
    (_MONTH, _month),
    (_MONTH_DIGITS, _month_digits),
    (_TEN_DAYS, _ten_days),
    (_MONTH_ENGLISH, _month),
    (_AROUND, _around),
    (_LAST, _last),
)


def _months(typed: str, known: Known) -> Period | None:
    """ "3-5月", "2026年3至5月", "2026.3-5"."""
    found, today = _MONTHS.fullmatch(typed), known.today
    if found is None or not (found["unit"] or found["year"]):
        return None
    year = _year_in(found, today)
    first, last = (days.month_of(found[end]) for end in ("first", "last"))
    if not found["unit"] and last > 12:  # the day of a date that cannot be
        return None
    if not found["year"] and first > today.month:
        year -= 1
    last_year = year + 1 if last < first and not found["year"] else year
    return _from_to(month_of(date(year, first, 1)), month_of(date(last_year, last, 1)))


def _until_now(typed: str, known: Known) -> Period | None:
    found = _UNTIL_NOW.fullmatch(typed)
    begun = _whole(found["en"] or found["cn"], known) if found else None
    return _from_to(begun, Period(known.today, known.today)) if begun else None


def _range(typed: str, known: Known) -> Period | None:
    """From one to another. An end without a year is of the year of the other end, or as near before
    today as it can be; days that began and go on are those of this year."""
    for border in _BETWEEN.finditer(typed):
        left, right = typed[: border.start()].strip(), typed[border.end() :].strip()
        if border[0].isspace() and _COUNT.fullmatch(right):
            continue
        if left and right and (ends := _ends(left, right, known)):
            return _from_to(*ends)
    return None


def _ends(left: str, right: str, known: Known) -> tuple[Period, Period] | None:
    if _HAS_YEAR.search(right) and not _HAS_YEAR.search(left):
        last = _whole(right, known)
        first = _in_year(left, last.last_on.year, known) if last else None
        return (first, last) if first and last else None
    if _DAY_ALONE.fullmatch(right) and re.search(r"(?:^|月)\d{1,2}$", left):
        left += "号"
    first = _whole(left, known)
    if first is None:
        return None
    if _DAY_ALONE.fullmatch(right) or (right.isdecimal() and re.search(r"\d[./]\d{1,2}$", left)):
        right = f"{first.first_on.month}月{right.rstrip('日号')}日"
    if _HAS_YEAR.search(left) and not _HAS_YEAR.search(right):
        last = _in_year(right, first.first_on.year, known)
    else:
        last = _whole(right, known)
    if last and last.last_on < first.first_on and _WEEKDAY_ALONE.fullmatch(left):
        days = first.first_on - timedelta(days=7)  # of the week in which the last one is
        return Period(days, days), last
    if last and last.last_on < first.first_on and not _HAS_YEAR.search(left):
        to_come = _in_year(right, first.first_on.year, known)
        if to_come and to_come.last_on >= first.first_on:  # it began, and goes on
            return first, to_come
        first = _in_year(left, first.first_on.year - 1, known) or first
    return (first, last) if last else None


def _in_year(typed: str, year: int, known: Known) -> Period | None:
    """What has no year of its own, of that year; a word such as "today" as it is."""
    said = _whole(f"{year}年{typed}", known) or _whole(f"{typed} {year}", known)
    return said or _whole(typed, known)


def _from_to(first: Period, last: Period) -> Period:
    """Raises Refusal if the end comes first."""
    if last.last_on < first.first_on:
        raise Refusal("stats.period_reversed", first=first.first_on, last=last.last_on)
    return Period(first.first_on, last.last_on)

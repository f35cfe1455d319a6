"""Festivals, as people call them, and on which day each is.

Those that go by the moon are on the days that the holidays file knows, and so are the days off of
all of them. Of a year that it does not know, this is told, and no day is guessed.
"""

import re
from datetime import date, timedelta

from storage.model.holidays import Holidays
from storage.model.period import YEARS, Period
from storage.model.refusal import Refusal
from storage.model.typed.naming import Known, Meant, nearest
from storage.model.typed.numbers import CHINESE, number_of
from storage.model.typed.years import YEAR, year_of

# What people say for a festival; "节" may stand behind each.
_CALLED = {
    "元旦": ("元旦", "new year's day", "new years day"),
    "妇女节": ("三八妇女", "三八", "妇女", "women's day"),
    "植树节": ("植树", "arbor day"),
    "劳动节": ("五一国际劳动", "五一劳动", "五一", "劳动", "labour day", "labor day", "may day"),
    "青年节": ("五四青年", "五四", "青年", "youth day"),
    "儿童节": ("六一国际儿童", "六一儿童", "六一", "儿童", "children's day"),
    "建党节": ("七一建党", "七一", "建党"),
    "建军节": ("八一建军", "八一", "建军", "army day"),
    "教师节": ("教师", "teachers' day", "teacher's day", "teachers day"),
    "国庆": ("十一国庆", "十一", "国庆", "national day"),
    "圣诞": ("圣诞", "christmas day", "christmas"),
    "除夕": ("除夕", "大年三十", "年三十", "chinese new year's eve", "腊月三十"),
    "春节": ("春节", "正月初一", "spring festival", "chinese new year", "lunar new year"),
    "元宵": ("元宵", "正月十五", "lantern festival"),
    "清明": ("清明", "qingming festival", "qingming", "tomb-sweeping day", "tomb sweeping day"),
    "端午": ("端午", "五月初五", "dragon boat festival", "duanwu festival", "duanwu"),
    "七夕": ("七夕", "七月初七", "qixi festival", "qixi"),
    "中秋": ("中秋", "八月十五", "mid-autumn festival", "mid autumn festival", "mid-autumn"),
    "重阳": ("重阳", "九月初九", "double ninth festival", "chongyang festival", "chongyang"),
    "冬至": ("冬至", "winter solstice"),
    "腊八": ("腊八", "腊月初八", "laba festival"),
}
# The same day each year: month and day. The others are those of `storage.model.holidays.MOVING`.
FIXED = {
    "元旦": (1, 1),
    "妇女节": (3, 8),
    "植树节": (3, 12),
    "劳动节": (5, 1),
    "青年节": (5, 4),
    "儿童节": (6, 1),
    "建党节": (7, 1),
    "建军节": (8, 1),
    "教师节": (9, 10),
    "国庆": (10, 1),
    "圣诞": (12, 25),
}
_BY_WORD = {
    word: name for name, words in _CALLED.items() for each in words for word in (each, f"{each}节")
}
# These are no festivals without a word more: children, teachers, young people.
_NEED_MORE = ("妇女", "植树", "劳动", "青年", "儿童", "建党", "建军", "教师")
_WORDS = "|".join(
    re.escape(word) for word in sorted(_BY_WORD, key=len, reverse=True) if word not in _NEED_MORE
)
DAYS_OFF = ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆")
_NUMBER = rf"\d{{1,2}}|{CHINESE}"
# "十一" and "五一" are parts of numbers, too: of days, of clock times, of months.
FESTIVAL = re.compile(
    rf"(?:(?P<year>{YEAR})\s*年?度?的?\s*)?(?<![零一二两三四五六七八九十百第])"
    rf"(?:农历|[阴旧]历)?(?:(?P<word>{_WORDS})|(?:大年|正月)初(?P<first>[一二三四五六七八九十]))"
    r"(?![月日号点时天个人份年分届次]|期(?!间)|(?<=[一四八五十])[零一二三四五六七八九十百]|\w(?<=[a-z]))"
    r"(?:的?(?:(?P<off>放假期间|期间|小?长假|假期|放假|黄金周|假| holidays?| break)"
    rf"|(?P<before>前一[天日]|前[夜夕])|(?P<after>后一[天日]|次日)|第(?P<nth>{_NUMBER})[天日]"
    r"|(?P<itself>[当那这正][天日])))?"
    r"(?:,? ?(?P<behind>\d{4})(?![\d:点时]))?"
)


def festival(found: re.Match[str], known: Known) -> Meant:
    """What a FESTIVAL means: its days off, of which it is itself meant, or a day counted from it.
    Raises Refusal for a year that is not known."""
    name = name_of(found)
    said, this = found["year"] or found["behind"], known.today.year
    year = year_of(said, this) if said else this
    return nearest(lambda step: _in_year(found, name, year + step, known.holidays), known, said)


def name_of(found: re.Match[str]) -> str:
    """The festival of which a FESTIVAL is, or is counted from."""
    return "春节" if found["first"] else _BY_WORD[found["word"]]


def _in_year(found: re.Match[str], name: str, year: int, holidays: Holidays) -> Meant:
    word = found["word"] or f"正月初{found['first']}"
    unknown = Refusal("day.festival_unknown", name=word, year=year)
    itself = _day_of(name, year, holidays)
    if itself is None:
        raise unknown
    away = days_away(found)
    if away is not None:
        day = itself + timedelta(days=away)
        return Meant(Period(day, day), day)
    days = holidays.days_off_around(itself)
    if found["off"]:
        return Meant(days, None, unknown)
    if days is None and (name not in DAYS_OFF or holidays.covers(itself)):
        days = Period(itself, itself)
    return Meant(days, itself, unknown)


def _day_of(name: str, year: int, holidays: Holidays) -> date | None:
    if name in FIXED and year in YEARS:
        return date(year, *FIXED[name])
    return holidays.festivals.get(name, {}).get(year)


def days_away(found: re.Match[str]) -> int | None:
    """How many days from the festival; None if that is meant with its days off."""
    if found["before"]:
        return -1
    if found["after"]:
        return 1
    if said := found["first"] or found["nth"]:
        return number_of(said) - 1
    return 0 if found["itself"] else None

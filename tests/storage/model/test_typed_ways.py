"""Days, times, periods, numbers and weekdays in the ways in which residents and staff of a district
write them: each gives what is meant, or a refusal that says what is missing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from storage.model.calendar import Calendar
from storage.model.holidays import MOVING, Holidays
from storage.model.ledger_draft import read_day
from storage.model.period import Period
from storage.model.refusal import Refusal
from storage.model.rhythm_draft import read_month_day
from storage.model.typed.clocks import read_clock
from storage.model.typed.days import When, read_when
from storage.model.typed.festivals import DAYS_OFF, FIXED
from storage.model.typed.numbers import read_number
from storage.model.typed.periods import parse_period
from storage.model.typed.weekdays import read_weekdays

TODAY = date(2026, 11, 23)  # a Monday
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def days(first: str, last: str) -> frozenset[date]:
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    return frozenset(begins + timedelta(days=n) for n in range((ends - begins).days + 1))


# As announced for 2026, and the year before as far as it is asked for.
HOLIDAYS = Holidays(
    days_off=days("2026-02-15", "2026-02-23")
    | days("2026-06-19", "2026-06-21")
    | days("2026-10-01", "2026-10-07")
    | days("2025-10-01", "2025-10-08"),
    known_years=frozenset({2025, 2026}),
    festivals={
        "春节": {2026: date(2026, 2, 17)},
        "端午": {2026: date(2026, 6, 19)},
        "中秋": {2025: date(2025, 10, 6), 2026: date(2026, 9, 25)},
        "重阳": {2026: date(2026, 10, 18)},
        "冬至": {2026: date(2026, 12, 22)},
    },
)


def when(typed: str) -> When:
    return read_when(typed, TODAY, HOLIDAYS)


def period(typed: str) -> Period:
    return parse_period(typed, TODAY, HOLIDAYS)


def done_on(typed: str) -> date:
    return read_day(typed, Calendar(NOON, SHANGHAI, HOLIDAYS))


def day(text: str, at: str = "") -> When:
    return When(date.fromisoformat(text), time.fromisoformat(at) if at else None)


def span(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


WEEK, OF_WORK, REST = frozenset(range(7)), frozenset(range(5)), frozenset({5, 6})
WAYS: dict[Callable[[str], Any], dict[str, Any]] = {
    when: {
        # Festivals: the next one.
        "国庆": day("2027-10-01"),
        "国庆节当天": day("2027-10-01"),
        "国庆第二天": day("2027-10-02"),
        "国庆前一天": day("2027-09-30"),
        "十一": day("2027-10-01"),
        "五一劳动节": day("2027-05-01"),
        "六一儿童节": day("2027-06-01"),
        "元旦9:30": day("2027-01-01", "09:30"),
        "国庆节晚上七点半": day("2027-10-01", "19:30"),
        "冬至晚上7点": day("2026-12-22", "19:00"),
        "2026年中秋节": day("2026-09-25"),
        "今年春节": day("2026-02-17"),
        "2026年大年初三": day("2026-02-19"),
        "2026年八月十五": day("2026-09-25"),
        "dragon boat festival 2026": day("2026-06-19"),
        "on National Day": day("2027-10-01"),
        # What only looks like one.
        "十一号": day("2026-12-11"),
        "十一月五日": day("2027-11-05"),
        "二十一号": day("2026-12-21"),
        "十一点半": When(None, time(11, 30)),
        # The ends of months and years, and weekdays of a month.
        "月底": day("2026-11-30"),
        "下个月底": day("2026-12-31"),
        "这个月底下午3点": day("2026-11-30", "15:00"),
        "12月底": day("2026-12-31"),
        "2027年2月末": day("2027-02-28"),
        "月初": day("2026-12-01"),
        "月中": day("2026-12-15"),
        "这个月最后一天": day("2026-11-30"),
        "年底": day("2026-12-31"),
        "明年年初": day("2027-01-01"),
        "end of the month": day("2026-11-30"),
        "12月第一个周六": day("2026-12-05"),
        "下个月第二个周二": day("2026-12-08"),
        "本月最后一个星期五": day("2026-11-27"),
        # Dates.
        "26-12-5": day("2026-12-05"),
        "26.12.5": day("2026-12-05"),
        "26/12/05": day("2026-12-05"),
        "26-12-5 14:30": day("2026-12-05", "14:30"),
        "26.12.5下午两点半": day("2026-12-05", "14:30"),
        "261205": day("2026-12-05"),
        "2026 12 5": day("2026-12-05"),
        "12·5": day("2026-12-05"),
        "25/12/2026": day("2026-12-25"),
        "12/5(六)": day("2026-12-05"),
        "12月5日、9:30": day("2026-12-05", "09:30"),
        "12-5/9:30": day("2026-12-05", "09:30"),
        "12月5日那天": day("2026-12-05"),
        "本月28": day("2026-11-28"),
        "下月15": day("2026-12-15"),
        "下个月5号": day("2026-12-05"),
        "这个月15号": day("2026-11-15"),
        "这个月28号上午九点": day("2026-11-28", "09:00"),
        # Distances and weekdays.
        "大后天": day("2026-11-26"),
        "大后天下午3点": day("2026-11-26", "15:00"),
        "大前天": day("2026-11-20"),
        "明儿上午9点": day("2026-11-24", "09:00"),
        "再过三天": day("2026-11-26"),
        "半个月后": day("2026-12-08"),
        "三个月以后": day("2027-02-23"),
        "2 weeks later": day("2026-12-07"),
        "in a month": day("2026-12-23"),
        "周6": day("2026-11-28"),
        "下周1": day("2026-11-30"),
        "那就后天吧": day("2026-11-25"),
        "等周六": day("2026-11-28"),
        "tmr 3pm": day("2026-11-24", "15:00"),
        # A clock time right behind it.
        "明天两点半": day("2026-11-24", "02:30"),
        "后天九点": day("2026-11-25", "09:00"),
        "周六八点半": day("2026-11-28", "08:30"),
        "下周三两点": day("2026-12-02", "02:00"),
        "周六12点": day("2026-11-28", "12:00"),
        "三天后十点": day("2026-11-26", "10:00"),
        "月底两点": day("2026-11-30", "02:00"),
        "元旦十点": day("2027-01-01", "10:00"),
        "十二月五日十点一刻": day("2026-12-05", "10:15"),
        # What is missing.
        "端午": "day.festival_unknown",
        "明年春节": "day.festival_unknown",
        "除夕晚上8点": "day.festival_unknown",
        "国庆期间": "day.festival_unknown",  # the days off of the next year
        "2026年国庆假期": "day.which_day",
        "周末": "day.which_day",
        "下周末下午3点": "day.which_day",
        "12月5-6日": "day.which_day",
        "12月5、6日": "day.which_day",
        "12月5日到7日": "day.which_day",
        "明后天": "day.which_day",
        "1-20号": "day.which_day",
        "农历三月三": "day.by_the_moon",
    },
    read_clock: {
        "差一刻三点": time(2, 45),
        "下午差五分三点": time(14, 55),
        "三点差五分": time(2, 55),
        "19:00整": time(19),
        "七点正": time(7),
        "8点30分整": time(8, 30),
        "19:30:00": time(19, 30),
        "15点集合": time(15),
        "9:30准时开始": time(9, 30),
        "晚上8点左右": time(20),
        "大约8点": time(8),
        "PM 2:30": time(14, 30),
        "pm2:30": time(14, 30),
        "清早六点": time(6),
        "夜里11点": time(23),
        "半夜两点": time(2),
        "around 2pm": time(14),
        "19'30": time(19, 30),
        "24点": ValueError,  # of which day?
        "夜里12点": ValueError,
        "8点多": ValueError,
    },
    period: {
        "国庆": span("2026-10-01", "2026-10-07"),
        "十一黄金周": span("2026-10-01", "2026-10-07"),
        "2025年国庆": span("2025-10-01", "2025-10-08"),
        "去年中秋": span("2025-10-01", "2025-10-08"),  # among the days off of the National Day
        "春节期间": span("2026-02-15", "2026-02-23"),
        "端午": span("2026-06-19", "2026-06-21"),
        "重阳节": span("2026-10-18", "2026-10-18"),
        "国庆当天": span("2026-10-01", "2026-10-01"),
        "国庆至今": span("2026-10-01", "2026-11-23"),
        "春节到国庆": span("2026-02-15", "2026-10-07"),
        "national day 2026": span("2026-10-01", "2026-10-07"),
        "2024年国庆": "day.festival_unknown",
        "明年端午": "day.festival_unknown",
        "月初": span("2026-11-01", "2026-11-10"),
        "上月底": span("2026-10-21", "2026-10-31"),
        "月初至今": span("2026-11-01", "2026-11-23"),
        "月初到月底": span("2026-11-01", "2026-11-30"),
        "下旬": span("2026-11-21", "2026-11-30"),
        "去年年底": span("2025-12-01", "2025-12-31"),
        "2025年末": span("2025-12-01", "2025-12-31"),
        "去年初至今": span("2025-01-01", "2026-11-23"),
        "今年年初到现在": span("2026-01-01", "2026-11-23"),
        "去年年中": span("2025-06-01", "2025-06-30"),
        "周末": span("2026-11-21", "2026-11-22"),
        "上上周": span("2026-11-09", "2026-11-15"),
        "周一至周五": span("2026-11-16", "2026-11-20"),
        "整个11月": span("2026-11-01", "2026-11-30"),
        "11月份的": span("2026-11-01", "2026-11-30"),
        "前7天": span("2026-11-17", "2026-11-23"),
        "30天": span("2026-10-25", "2026-11-23"),
        "最近一个季度": span("2026-08-24", "2026-11-23"),
        "前11个月": span("2026-01-01", "2026-11-30"),
        "前一个月": span("2026-10-01", "2026-10-31"),
        "一二季度": span("2026-01-01", "2026-06-30"),
        "1-3季度": span("2026-01-01", "2026-09-30"),
        "2025年前三季度": span("2025-01-01", "2025-09-30"),
        "截至11月": span("2026-01-01", "2026-11-30"),
        "截止目前": span("2026-01-01", "2026-11-23"),
        "到目前为止": span("2026-01-01", "2026-11-23"),
        "自11月1日起": span("2026-11-01", "2026-11-23"),
        "10.1-7": span("2026-10-01", "2026-10-07"),
        "本月1-15日": span("2026-11-01", "2026-11-15"),
        "上个月1号到15号": span("2026-10-01", "2026-10-15"),
        "26-11-1至26-11-15": span("2026-11-01", "2026-11-15"),
        "26.11.1-26.11.15": span("2026-11-01", "2026-11-15"),
        "这个月15号": span("2026-11-15", "2026-11-15"),
        "11月至2月": span("2025-11-01", "2026-02-28"),
    },
    done_on: {  # work that was done
        "国庆": date(2026, 10, 1),
        "端午节": date(2026, 6, 19),
        "月底": date(2026, 10, 31),
        "月初": date(2026, 11, 1),
        "年底": date(2025, 12, 31),
        "26.11.5": date(2026, 11, 5),
        "大前天": date(2026, 11, 20),
        "上月15": date(2026, 10, 15),
        "周六": date(2026, 11, 21),
        "2024年春节": "day.festival_unknown",
        "上周末": "day.which_day",
    },
    read_number: {
        "40个名额": 40,
        "限额40": 40,
        "招40人": 40,
        "满40人": 40,
        "前40名": 40,
        "只限四十人": 40,
        "40人为限": 40,
        "四十来个": 40,
        "20户": 20,
        "1百": 100,
        "壹佰": 100,
        "三遍": 3,
        "forty": 40,
        "twenty-five people": 25,
        "十几个": ValueError,
        "三十多": ValueError,
    },
    read_weekdays: {
        "135": frozenset({0, 2, 4}),
        "1、3、5": frozenset({0, 2, 4}),
        "周1周3": frozenset({0, 2}),
        "1-5": OF_WORK,
        "每逢周五": frozenset({4}),
        "每个工作日": OF_WORK,
        "双休": REST,
        "每天": WEEK,
        "8": ValueError,
    },
    read_month_day: {
        "月底": 31,
        "每月最后一天": 31,
        "每月15号": 15,
        "每个月15日": 15,
        "月初": 1,
        "月中": 15,
        "32": "schedule.bad_number",
    },
}


@pytest.mark.parametrize(
    ("read", "typed", "meant"),
    [(read, typed, meant) for read, ways in WAYS.items() for typed, meant in ways.items()],
    ids=[f"{read.__name__}-{typed}" for read, ways in WAYS.items() for typed in ways],
)
def test_what_people_write_is_what_they_mean(
    read: Callable[[str], Any], typed: str, meant: Any
) -> None:
    if isinstance(meant, str):
        with pytest.raises(Refusal) as told:
            read(typed)
        assert told.value.key == meant
    elif meant is ValueError:
        with pytest.raises(ValueError):  # noqa: PT011
            read(typed)
    else:
        assert read(typed) == meant


def test_each_festival_has_a_day_or_is_asked_of_the_file() -> None:
    assert not {*FIXED} & {*MOVING}
    assert {*DAYS_OFF} <= {*FIXED, *MOVING}
    for name in (*FIXED, *MOVING):
        known = Holidays(festivals={each: {2026: date(2026, 12, 24)} for each in MOVING})
        found = read_when(name, TODAY, known).day
        assert found is not None
        assert found >= TODAY

"""Days, times, periods and numbers in ways that stand in no text of ours, and are written all the
same: each gives what is meant, or a refusal that says what is missing."""

from datetime import date, time

import pytest

from storage.model.period import Period
from storage.model.refusal import Refusal
from storage.model.typed.clocks import read_clock
from storage.model.typed.days import When, read_date, read_when
from storage.model.typed.numbers import read_number, read_reference
from storage.model.typed.periods import parse_period

TODAY = date(2026, 11, 23)  # a Monday
SATURDAY = date(2026, 12, 5)
TOMORROW = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "day", "at"),
    [
        # The words around a day.
        ("12月5日。", SATURDAY, None),
        ("12月5日吧", SATURDAY, None),
        ("定在12月5日！", SATURDAY, None),
        ("时间：12月5日19点", SATURDAY, time(19)),
        ("改到12月5日（周六）晚上7点半", SATURDAY, time(19, 30)),
        ("on 5 December", SATURDAY, None),
        ("date: 5 Dec, 7pm", SATURDAY, time(19)),
        # A year behind is no clock time.
        ("Dec 5, 2026", SATURDAY, None),
        ("5 December 2026", SATURDAY, None),
        ("Sat 5 December 2026", SATURDAY, None),
        ("Dec 5 2026 (Saturday)", SATURDAY, None),
        ("Dec 5, 2030", date(2030, 12, 5), None),
        ("Dec 5 1930", SATURDAY, time(19, 30)),
        ("12月5日1930", SATURDAY, time(19, 30)),
        # Other ways to write a date.
        ("26年12月5日", SATURDAY, None),
        ("2026-12-05T19:00", SATURDAY, time(19)),
        ("dec5", SATURDAY, None),
        ("the 5th", SATURDAY, None),
        ("5th", SATURDAY, None),
        ("in two weeks", date(2026, 12, 7), None),
        # Parts of the day in English.
        ("tonight at 8", TODAY, time(20)),
        ("tonight, 8pm", TODAY, time(20)),
        ("this evening at half past seven", TODAY, time(19, 30)),
        ("tomorrow morning at 8", TOMORROW, time(8)),
        ("tomorrow afternoon, 3:30", TOMORROW, time(15, 30)),
        ("Saturday evening 7 pm", date(2026, 11, 28), time(19)),
        # Other ways to write a time.
        ("周六19h30", date(2026, 11, 28), time(19, 30)),
        ("明天 8；30", TOMORROW, time(8, 30)),
        ("明早八点。", TOMORROW, time(8)),
    ],
)
def test_a_day_is_read_as_it_is_written(typed: str, day: date, at: time | None):
    assert read_when(typed, TODAY) == When(day, at)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("half past seven", time(7, 30)),
        ("quarter to 8", time(7, 45)),
        ("a quarter to eight in the evening", time(19, 45)),
        ("quarter to one", time(12, 45)),
        ("seven pm", time(19)),
        ("eight o'clock", time(8)),
        ("19h", time(19)),
        ("8；30", time(8, 30)),
        ("八点！", time(8)),
    ],
)
def test_a_time_is_read_as_it_is_written(typed: str, at: time):
    assert read_clock(typed) == at


@pytest.mark.parametrize(
    "typed",
    [
        "周日上午",
        "本周六晚上",
        "后天早上",
        "12月5日下午",
        "tonight",
        "tomorrow morning",
        "this evening",
    ],
)
def test_a_part_of_the_day_is_asked_for_its_hour(typed: str):
    with pytest.raises(Refusal, match="day.which_hour"):
        read_when(typed, TODAY)


@pytest.mark.parametrize(
    "typed",
    ["7-9pm", "from 7 to 9pm", "19点到21点", "12/5 19:00-21:00", "上午9点—11点", "晚上7点至9点"],
)
def test_a_time_that_ends_is_asked_for_its_beginning(typed: str):
    with pytest.raises(Refusal, match="day.one_time"):
        read_when(typed, TODAY)


@pytest.mark.parametrize(
    "typed",
    [
        "2026.1-6",
        "随便",
        "待定",
        "三十多号",
        "25:00",
        "12:60",
        "明天见",
    ],
)
def test_what_could_be_several_days_or_is_none_is_not_guessed(typed: str):
    with pytest.raises(ValueError):  # noqa: PT011
        read_when(typed, TODAY)
    with pytest.raises(ValueError):  # noqa: PT011
        read_date(typed, TODAY)


def month(year: int, first: int, last: int = 0) -> Period:
    last = last or first
    after = date(year + last // 12, last % 12 + 1, 1)
    return Period(date(year, first, 1), date.fromordinal(after.toordinal() - 1))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("今年上半年?", month(2026, 1, 6)),
        ("2026.1-6", month(2026, 1, 6)),
        ("2026/1—3", month(2026, 1, 3)),
        ("2026年1-3", month(2026, 1, 3)),
        ("Mar-2025", month(2025, 3)),
        ("25年3月", month(2025, 3)),
        ("25年", month(2025, 1, 12)),
        ("当月", month(2026, 11)),
        ("当年", month(2026, 1, 12)),
        ("上一个月", month(2026, 10)),
        ("上一年", month(2025, 1, 12)),
        ("今年前三季度", month(2026, 1, 9)),
        ("前两季度", month(2026, 1, 6)),
        ("年初至今", Period(date(2026, 1, 1), TODAY)),
        ("YTD", Period(date(2026, 1, 1), TODAY)),
        ("近半年", Period(date(2026, 5, 24), TODAY)),
        ("last three months", Period(date(2026, 8, 24), TODAY)),
        ("1-20号", Period(date(2026, 11, 1), date(2026, 11, 20))),
        ("11月上旬", Period(date(2026, 11, 1), date(2026, 11, 10))),
        ("去年2月下旬", Period(date(2025, 2, 21), date(2025, 2, 28))),
        ("12月中旬", Period(date(2025, 12, 11), date(2025, 12, 20))),
        ("上个月下旬", Period(date(2026, 10, 21), date(2026, 10, 31))),
    ],
)
def test_a_period_is_read_as_it_is_written(typed: str, meant: Period):
    assert parse_period(typed, TODAY) == meant


@pytest.mark.parametrize("typed", ["全部", "all", "最近", "13月", "2026-13", "去年同期", "旬"])
def test_an_unclear_period_is_told_how_to_write_it(typed: str):
    with pytest.raises(Refusal, match="stats.period_unclear"):
        parse_period(typed, TODAY)


@pytest.mark.parametrize("typed", ["2026-2-29", "2026-2-30", "2026-4-31"])
def test_a_day_that_cannot_be_is_no_range_of_months(typed: str):
    with pytest.raises(Refusal, match="day.no_such_day"):
        parse_period(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("约40人", 40),
        ("40人左右", 40),
        ("最多40", 40),
        ("限40人", 40),
        ("max 40", 40),
        ("at most 40 people", 40),
        ("twelve", 12),
        ("1,000", 1000),
        ("40。", 40),
        ("3天一次", 3),
        # As it is spoken: the digit behind a hundred or a thousand is a tenth of it.
        ("一百二", 120),
        ("二百五", 250),
        ("一千二", 1200),
        ("一百零二", 102),
        ("一百二十", 120),
    ],
)
def test_a_number_is_read_as_it_is_written(typed: str, number: int):
    assert read_number(typed) == number


@pytest.mark.parametrize(
    "typed", ["40-50", "40到50人", "1,0", "+1", "-1", "1.5", "1e3", "10万", "一百二百"]
)
def test_no_number_or_two_are_none(typed: str):
    with pytest.raises(ValueError):  # noqa: PT011
        read_number(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "#2026-1",
            "2026－0001",
            "No.2026-0001",
            "2026年第1号",
            "2026年1号",
            "2026_0001",
            "2026.1",
        ),
        *(
            "我的建议 2026-0001 怎么样了",
            "2026-0001，电话13800000000",
            "【2026-0001】",
            "20260001号",
        ),
    ],
)
def test_a_suggestion_is_found_by_its_number(typed: str):
    assert read_reference(typed) == (2026, 1)


@pytest.mark.parametrize(
    "typed", ["2026-12-05", "2026/12/5", "2026.12.5", "2026年12月5日", "2026-0001-0002", "1", "#1"]
)
def test_a_day_is_no_number_of_a_suggestion(typed: str):
    with pytest.raises(ValueError):  # noqa: PT011
        read_reference(typed)

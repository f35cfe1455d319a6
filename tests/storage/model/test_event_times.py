"""From when until when, as people type it where an event is posted."""

import re
from datetime import date, datetime, time, timedelta

import pytest

from storage.model.refusal import Refusal
from storage.model.typed.numbers import read_amount, read_number
from storage.model.typed.spans import Span, read_end, read_span, read_two_hours, says_end

TODAY = date(2026, 11, 23)
SATURDAY = date(2026, 11, 28)
STARTS = datetime.combine(SATURDAY, time(9, 30))


@pytest.mark.parametrize(
    ("text", "day", "at", "minutes"),
    [
        ("周六 9:30-11:00", SATURDAY, time(9, 30), 90),
        ("周六9:30-11:00", SATURDAY, time(9, 30), 90),
        ("12-5 9:30-11", date(2026, 12, 5), time(9, 30), 90),
        ("2026-12-05 09:30-11:00", date(2026, 12, 5), time(9, 30), 90),
        ("周六下午2-4点", SATURDAY, time(14), 120),
        ("周六 9-11点", SATURDAY, time(9), 120),
        ("Saturday 9:30-11:00", SATURDAY, time(9, 30), 90),
        ("Sat 2-4 pm", SATURDAY, time(14), 120),
        ("9:30到11点", None, time(9, 30), 90),
        ("9:30开始，11点结束", None, time(9, 30), 90),
        ("9:30 - 11", None, time(9, 30), 90),
        ("9点半至十一点半", None, time(9, 30), 120),
        ("下午2点到4点", None, time(14), 120),
        ("上午9点至下午3点", None, time(9), 360),
        ("9:30-2:00", None, time(9, 30), 270),
        ("2:30-4:00", None, time(14, 30), 90),  # nothing begins at night
        ("2pm-4pm", None, time(14), 120),
        ("2-4pm", None, time(14), 120),
        ("10-2pm", None, time(10), 240),
        ("between 2 and 4 pm", None, time(14), 120),
        ("9:30，两个小时", None, time(9, 30), 120),
        ("9:30 一个半小时", None, time(9, 30), 90),
        ("9:30 90分钟", None, time(9, 30), 90),
        ("9:30 2h", None, time(9, 30), 120),
        ("9:30, an hour and a half", None, time(9, 30), 90),
        ("周六 14:00 2小时", SATURDAY, time(14), 120),
        ("22:00–1:00", None, time(22), 180),
        ("晚上10点到1点", None, time(22), 180),
        ("11:30pm-1am", None, time(23, 30), 90),
    ],
)
def test_a_time_is_read_with_its_end(text: str, day: date, at: time, minutes: int) -> None:
    span = read_span(text, TODAY)
    assert span is not None
    assert (span.day, span.at, span.lasts) == (day, at, timedelta(minutes=minutes))


@pytest.mark.parametrize("text", ["9:30-9:00", "14:00-13:00", "9:30-9:30", "22:00到21:00"])
def test_an_end_before_the_start_is_told(text: str) -> None:
    with pytest.raises(Refusal, match="ends_first"):
        read_span(text, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "12-5",
        "9-11",
        "周六",
        "9:30",
        "40人",
        "三号楼活动室",
        "12月5日-6日",
        "2026.1-6",
        "",
        "9:30-25",
    ],
)
def test_what_names_no_end_is_no_span(text: str) -> None:
    assert read_span(text, TODAY) is None


def test_two_hours_are_a_span_only_where_a_time_is_asked() -> None:
    span = read_two_hours("9-11")
    assert span is not None
    assert (span.at, span.lasts) == (time(9), timedelta(hours=2))
    assert read_two_hours("12-5") is None  # rather the 5th of December


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("11:00", 90),
        ("到11点", 90),
        ("11点结束", 90),
        ("2:00", 270),
        ("until 4pm", 390),
        ("两个小时", 120),
        ("一个半小时", 90),
        ("1小时30分钟", 90),
        ("half an hour", 30),
        ("周日 17:00", 31 * 60 + 30),
        ("第二天 12:00", 26 * 60 + 30),
        ("the next day at 9am", 23 * 60 + 30),
    ],
)
def test_an_end_is_read_as_a_clock_time_or_a_length(text: str, minutes: int) -> None:
    assert read_end(text, STARTS) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("9:00", "ends_first"),
        ("11月28日 8:00", "end_is_no_end"),
        ("昨天 10:00", "end_is_no_end"),
        ("800小时", "too_long"),
        ("2027年3月1日 10:00", "too_long"),
    ],
)
def test_an_end_that_cannot_be_is_told(text: str, key: str) -> None:
    with pytest.raises(Refusal, match=key):
        read_end(text, STARTS)


@pytest.mark.parametrize("text", ["明天", "随便", "2天", "", "个小时"])
def test_what_is_no_end_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  -- whoever reads it says it in words
        read_end(text, STARTS)


@pytest.mark.parametrize(
    ("text", "says"), [("到11点", True), ("两个小时", True), ("11:00", False), ("社区广场", False)]
)
def test_what_is_plainly_about_the_end_is_known(text: str, says: bool) -> None:
    assert says_end(text) is says


@pytest.mark.parametrize(("text", "meant"), [("十个", 10), ("ten", 10)])
def test_a_capacity_is_read_in_words(text: str, meant: int) -> None:
    assert read_number(text) == meant


@pytest.mark.parametrize("text", ["10⁶", "10^6", "10°6", "3✅4"])
def test_a_sign_between_digits_makes_no_longer_number(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        read_number(text)
    with pytest.raises(ValueError, match=re.escape(text)):
        read_amount(text)


@pytest.mark.parametrize("text", ["✅ 10", "10✅", "1️⃣0️⃣", "10人🎉"])
def test_a_sign_beside_a_number_is_left_out(text: str) -> None:
    assert read_number(text) == 10


@pytest.mark.parametrize(
    "text",
    [
        *("20:00-24:00", "20点到24点", "晚上8点到12点", "晚上八点到晚上十二点"),
        *("20:00-2400", "20:00至午夜", "8pm to midnight", "8pm-12am", "20:00-0:00"),
    ],
)
def test_a_day_may_end_something_at_midnight(text: str) -> None:
    assert read_span(text, date(2026, 11, 23)) == Span(None, time(20), timedelta(hours=4))


@pytest.mark.parametrize("text", ["到24点", "24:00", "晚上12点", "until midnight"])
def test_midnight_ends_what_has_begun(text: str) -> None:
    assert read_end(text, datetime.combine(SATURDAY, time(20))) == timedelta(hours=4)


def test_what_ends_at_noon_does_not_end_at_midnight() -> None:
    with pytest.raises(Refusal, match="ends_first"):
        read_span("晚上8点到中午12点", TODAY)

"""Times and days as people type them."""

import contextlib
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.model.refusal import Refusal
from storage.model.typed.clocks import read_clock
from storage.model.typed.days import When, read_date, read_when
from storage.model.typed.numbers import read_number

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("8:30", time(8, 30)),
        ("8：30", time(8, 30)),
        ("14.30", time(14, 30)),
        ("8点", time(8)),
        (" 8点半 ", time(8, 30)),
        ("8点05分", time(8, 5)),
        ("十点半", time(10, 30)),
        ("两点", time(2)),
        ("十二点", time(12)),
        ("二十三点五十九分", time(23, 59)),
        ("零点", time(0)),
        ("十点零五", time(10, 5)),
        ("三点一刻", time(3, 15)),
        ("上午9点", time(9)),
        ("早上八点", time(8)),
        ("上午12点", time(12)),
        ("中午12点", time(12)),
        ("中午一点", time(13)),
        ("下午2点", time(14)),
        ("下午两点半", time(14, 30)),
        ("下午 2:30", time(14, 30)),
        ("下午14点", time(14)),
        ("晚上8点半", time(20, 30)),
        ("凌晨12点", time(0)),
        ("凌晨三点", time(3)),
        ("2 pm", time(14)),
        ("2:30pm", time(14, 30)),
        ("2.30 P.M.", time(14, 30)),
        ("9am", time(9)),
        ("12 am", time(0)),
        ("12 pm", time(12)),
        ("8时30分", time(8, 30)),
        ("8時30分", time(8, 30)),
        ("８：３０", time(8, 30)),
        ("8。30", time(8, 30)),  # the full stop of a Chinese keyboard
        ("早8点", time(8)),
        ("晚7点半", time(19, 30)),
        ("晚上7点半", time(19, 30)),
        ("傍晚六点", time(18)),
        ("中午", time(12)),
        ("8点整", time(8)),
        ("8点钟", time(8)),
        ("8点5分", time(8, 5)),
        ("二十点", time(20)),
        ("0830", time(8, 30)),
        ("1430", time(14, 30)),
        ("下午0230", time(14, 30)),
        ("8.30", time(8, 30)),
        ("10点开始", time(10)),
        ("noon", time(12)),
        ("7:30 pm", time(19, 30)),
        ("at 7.30 in the evening", time(19, 30)),
        ("half past 7 pm", time(19, 30)),
        ("7 o'clock", time(7)),
    ],
)
def test_a_time_is_read_as_people_type_it(text: str, meant: time) -> None:
    assert read_clock(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        *("", "8", "pm", "点", "25点", "8:60", "8点六十", "二二点", "13 am", "2 p"),
        *("2460", "0860", "midnight", "24:00", "8点5"),
        *("下午8点", "上午2点", "早上2点", "晚上2点"),
        "晚上12点",  # of which day?
        "下午2 pm",
    ],
)
def test_what_is_no_time_or_not_a_clear_one_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_clock(text)


def test_every_time_of_the_day_is_read_back() -> None:
    for minute in range(24 * 60):
        at = time(minute // 60, minute % 60)
        assert read_clock(at.strftime("%H:%M")) == at
        assert read_clock(at.strftime("%I:%M %p")) == at


@pytest.mark.parametrize(
    ("text", "days"),
    [("今天", 0), ("明天", 1), (" 后天 ", 2), ("today", 0), ("Tomorrow", 1), ("11-23", 0)],
)
def test_a_day_may_be_called_by_its_distance(text: str, days: int) -> None:
    assert read_date(text, TODAY) == TODAY + timedelta(days=days)


@pytest.mark.parametrize("text", ["12-5", "12月5日", "12月5号", "2026-12-05", "2026年12月5日"])
def test_a_day_is_read_as_people_type_it(text: str) -> None:
    assert read_date(text, TODAY) == date(2026, 12, 5)


def test_a_day_that_is_over_means_the_next_year() -> None:
    assert read_date("11-22", TODAY) == date(2027, 11, 22)


@pytest.mark.parametrize(
    "text", ["9:30-11:00", "9点到11点", "９：３０～１１：００", "9:30 to 11:00"]
)
def test_a_time_with_an_end_is_told_that_one_is_asked(text: str) -> None:
    with pytest.raises(Refusal, match="day.one_time"):
        read_clock(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("12月5日（周六）", date(2026, 12, 5)),
        ("周六 12月5日", date(2026, 12, 5)),
        ("星期六，12月5日", date(2026, 12, 5)),
        ("１２月５日", date(2026, 12, 5)),
        ("12－5", date(2026, 12, 5)),
        ("12—5", date(2026, 12, 5)),
        ("十二月五号", date(2026, 12, 5)),
        ("1205", date(2026, 12, 5)),
        ("20261205", date(2026, 12, 5)),
        ("二〇二六年十二月五日", date(2026, 12, 5)),
        ("今年12月5日", date(2026, 12, 5)),
        ("明年1月2日", date(2027, 1, 2)),
        ("5号", date(2026, 12, 5)),
        ("本月28日", date(2026, 11, 28)),
        ("下个月3号", date(2026, 12, 3)),
        ("周六", date(2026, 11, 28)),
        ("周一", date(2026, 11, 23)),  # today is one
        ("本周日", date(2026, 11, 29)),
        ("下周三", date(2026, 12, 2)),
        ("下周天", date(2026, 12, 6)),
        ("礼拜五", date(2026, 11, 27)),
        ("大后天", date(2026, 11, 26)),
        ("三天后", date(2026, 11, 26)),
        ("两周后", date(2026, 12, 7)),
        ("Sat", date(2026, 11, 28)),
        ("next Wednesday", date(2026, 12, 2)),
        ("Sat 5 Dec", date(2026, 12, 5)),
        ("Saturday, 5 December", date(2026, 12, 5)),
        ("5 December", date(2026, 12, 5)),
        ("December 5th", date(2026, 12, 5)),
        ("the 5th of December 2026", date(2026, 12, 5)),
        ("Dec 5, 2026", date(2026, 12, 5)),
        ("in 3 days", date(2026, 11, 26)),
        ("\u200b12月5日\u202c", date(2026, 12, 5)),  # copied with what nobody sees
    ],
)
def test_a_day_is_read_in_the_words_of_both_languages(text: str, meant: date) -> None:
    assert read_date(text, TODAY) == meant


@pytest.mark.parametrize(
    ("text", "day", "nearest"),
    [
        ("12月5日（周日）", date(2026, 12, 5), date(2026, 12, 6)),
        ("周五 2026-12-05", date(2026, 12, 5), date(2026, 12, 4)),
        ("Sun 5 Dec 2026", date(2026, 12, 5), date(2026, 12, 6)),
        ("明天（周一）", date(2026, 11, 24), date(2026, 11, 23)),
    ],
)
def test_a_weekday_that_is_not_the_dates_is_told(text: str, day: date, nearest: date) -> None:
    with pytest.raises(Refusal, match="day.other_weekday") as told:
        read_date(text, TODAY)
    assert told.value.names == {"day": day, "nearest": nearest}


@pytest.mark.parametrize(
    ("text", "year", "following"),
    [
        ("2-29", 2027, date(2028, 2, 29)),
        ("2027年2月29日", 2027, date(2028, 2, 29)),
        ("4-31", 2027, None),
        ("2-30", 2027, None),
        ("11月31日", 2026, None),
        ("下个月31号", 2026, None),
    ],
)
def test_a_day_that_a_year_does_not_have_is_told_with_the_next(
    text: str, year: int, following: date | None
) -> None:
    if text == "下个月31号":
        assert read_date(text, TODAY) == date(2026, 12, 31)
        return
    with pytest.raises(Refusal, match="day.no_such_day") as told:
        read_date(text, TODAY)
    month = told.value.names["month"]
    assert isinstance(month, date)
    assert month.year == year
    assert told.value.names["near"] == following


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("周六 12月5日 9:30", date(2026, 12, 5), time(9, 30)),
        ("12月5日（周六）9点半", date(2026, 12, 5), time(9, 30)),
        ("周六9:30", date(2026, 11, 28), time(9, 30)),
        ("明早8点", date(2026, 11, 24), time(8)),
        ("今晚7点半", TODAY, time(19, 30)),
        ("明天下午3点", date(2026, 11, 24), time(15)),
        ("2026-12-05 0830", date(2026, 12, 5), time(8, 30)),
        ("Sat 5 Dec 9:30", date(2026, 12, 5), time(9, 30)),
        ("tomorrow at 7:30 pm", date(2026, 11, 24), time(19, 30)),
        ("9:30", None, time(9, 30)),
        ("下周三", date(2026, 12, 2), None),
    ],
)
def test_a_day_and_a_time_may_be_typed_together(
    text: str, day: date | None, at: time | None
) -> None:
    assert read_when(text, TODAY) == When(day, at)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(
            ("40", 40),
            ("４０人", 40),
            ("四十", 40),
            ("名额 40", 40),
            ("一百二十", 120),
            ("两百", 200),
        ),
        *(
            ("十二", 12),
            ("一千零五", 1005),
            ("每 3 天", 3),
            ("40 places", 40),
            ("5次", 5),
            ("٣", 3),
        ),
    ],
)
def test_a_number_is_read_as_people_type_it(text: str, number: int) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "1_0", "+1", "1.5", "-3", "四五", "人", "1" * 20, "40 40"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_number(text)


@given(text=st.text(max_size=40) | st.text("0123456789零一十年月日周六点半:-~ ()", max_size=20))
def test_whatever_is_typed_is_read_or_told(text: str) -> None:
    readers = (
        read_clock,
        read_number,
        lambda t: read_date(t, TODAY),
        lambda t: read_when(t, TODAY),
    )
    for read in readers:
        with contextlib.suppress(ValueError, Refusal):
            read(text)


@pytest.mark.parametrize("text", ["", "13-1", "soon", "12-5-7-9", "x" * 5000, "0-5", "周八"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_date(text, TODAY)

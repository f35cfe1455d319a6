"""Times and days as people type them."""

from datetime import date, time, timedelta

import pytest

from storage.model.local_time import read_clock, read_date

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
    ],
)
def test_a_time_is_read_as_people_type_it(text: str, meant: time) -> None:
    assert read_clock(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        *("", "8", "pm", "点", "25点", "8:60", "8点六十", "二二点", "13 am", "2 p"),
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


@pytest.mark.parametrize("text", ["", "昨天", "13-1", "2-30", "soon"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_date(text, TODAY)

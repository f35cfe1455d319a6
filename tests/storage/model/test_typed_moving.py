"""Festivals that are on another day each year, as people type them for every year."""

from datetime import time

import pytest

from storage.model.typed.moving import read_moving


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("春节", ("春节", 0, None)),
        ("每年春节", ("春节", 0, None)),
        ("农历正月初一", ("春节", 0, None)),
        ("大年初三", ("春节", 2, None)),
        ("除夕", ("除夕", 0, None)),
        ("春节前一天 9:00", ("春节", -1, time(9))),
        ("中秋节 晚上7点", ("中秋", 0, time(19))),
        ("清明当天", ("清明", 0, None)),
        ("八月十五", ("中秋", 0, None)),
        ("腊八", ("腊八", 0, None)),
        ("冬至", ("冬至", 0, None)),
        ("Spring Festival", ("春节", 0, None)),
        ("the Dragon Boat Festival at 9:00", ("端午", 0, time(9))),
    ],
)
def test_a_festival_is_followed(text: str, meant: tuple[str, int, time | None]) -> None:
    assert read_moving(text) == meant


@pytest.mark.parametrize(
    "text",
    ["国庆", "元旦", "五一", "12月5日", "2027年春节", "春节假期", "春节快乐", "八月", "明天"],
)
def test_another_day_is_not(text: str) -> None:
    assert read_moving(text) is None

"""Targets as staff type them."""

from decimal import Decimal

import pytest

from storage.model.typed.targets import Typed, read_amount, read_targets

CHOICES = [
    ("home_visits", "走访慰问"),
    ("home_visits", "Home and condolence visits"),
    ("business_visits", "走访企业"),
    ("study_sessions", "学习活动"),
    ("study_attendance", "学习活动覆盖"),
    ("study_coverage", "学习覆盖率"),
]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("150", "150"),
        ("１５０ 人次", "150"),
        ("1,500", "1500"),
        ("1.2万", "12000"),
        ("92.5 %", "92.5"),
        ("三百", "300"),
        ("约 40 场", "40"),
        ("0", "0"),
        ("-3", "-3"),
        ("2.5", "2.5"),
    ],
)
def test_a_number_is_read_as_people_type_it(text: str, number: str) -> None:
    assert read_amount(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "很多", "1 2", "12-5", "一点五", "9" * 40, "1e5 2"])
def test_what_is_no_number_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_amount(text)


def test_lines_are_read_each_on_its_own() -> None:
    typed = read_targets(
        "走访慰问 150\n2. 学习活动：24场次\n走访企业30\n学习覆盖率 92.5%\n"
        "家访 3\n走访 5\n\n今年好好干",
        CHOICES,
    )
    assert typed.numbers == {
        "home_visits": Decimal(150),
        "study_sessions": Decimal(24),
        "business_visits": Decimal(30),
        "study_coverage": Decimal("92.5"),
    }
    assert typed.unread == ("家访 3", "走访 5", "今年好好干"), "what could be two is not guessed"


def test_several_stand_in_one_line_and_the_last_of_one_holds() -> None:
    typed = read_targets("走访慰问 150；学习活动 二十四;走访慰问 160", CHOICES)
    assert typed.numbers == {"home_visits": Decimal(160), "study_sessions": Decimal(24)}


@pytest.mark.parametrize("said", ["3,5", "3，5", "3、5", "3~5", "3-5", "1,0000", "1 000", "3/5"])
@pytest.mark.parametrize("line", ["走访慰问 {}", "走访慰问{}", "走访慰问：{} 人次"])
def test_a_number_that_could_be_two_is_not_guessed(line: str, said: str) -> None:
    typed = read_targets(line.format(said), CHOICES)
    assert (typed.numbers, typed.unread) == ({}, (line.format(said),))


@pytest.mark.parametrize("said", ["3。5", "３．５", "3｡5"])
def test_the_point_is_that_of_any_keyboard(said: str) -> None:
    assert read_targets(f"走访慰问 {said}", CHOICES).numbers == {"home_visits": Decimal("3.5")}
    assert read_amount(said) == Decimal("3.5")


UNITS = ("人次", "场次", "家次", "%")


@pytest.mark.parametrize(
    "text",
    [
        "走访慰问 500，学习活动 24",
        "走访慰问500,学习活动24",
        "走访慰问 500 学习活动 24",
        "走访慰问 500人次、学习活动 24场次",
        "走访慰问 500 人次 学习活动 24 场次",
        "1、走访慰问：500 2、学习活动：24",
        "走访慰问 500和学习活动 24",
        "走访慰问 五百，学习活动 二十四",
        "走访慰问计划 500 人次/年，学习活动改成 24",
        "Home and condolence visits 500, 学习活动 24",
        "Home and condolence visits 500 and 学习活动 24",
    ],
)
def test_several_in_one_line_are_each_read(text: str) -> None:
    typed = read_targets(text, CHOICES, UNITS)
    assert typed.unread == ()
    assert typed.numbers == {"home_visits": Decimal(500), "study_sessions": Decimal(24)}


@pytest.mark.parametrize(
    "line",
    [
        "每月走访慰问 40",
        "走访慰问 每月 40",
        "走访慰问 40/月",
        "走访慰问 500 北山",
        "北山 走访慰问 500",
        "各社区 走访慰问 500",
        "走访慰问 500 因为人手增加",
        "走访慰问 比去年多 10",
        "不走访慰问 3",
        "走访慰问 1万2",
        "走访慰问 500 或 600",
    ],
)
def test_a_line_of_which_not_all_is_understood_is_not_read(line: str) -> None:
    """What else it says could be of another place, or of a month: 40 a month is no 40 a year."""
    assert read_targets(line, CHOICES, UNITS) == Typed({}, (line,))


@pytest.mark.parametrize(
    "line",
    [
        "走访慰问计划 500",
        "走访慰问改成 500",
        "走访慰问不少于500",
        "全年走访慰问 500 人次左右",
        "走坊慰问 500 人次/年",
    ],
)
def test_what_says_no_more_than_that_it_is_planned_may_stand_around(line: str) -> None:
    assert read_targets(line, CHOICES, UNITS).numbers == {"home_visits": Decimal(500)}


@pytest.mark.parametrize("text", ["40 每月", "40/月", "500 北山", "300 比去年多"])
def test_a_number_with_more_behind_it_is_not_read(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_amount(text, UNITS)

"""Days of the week as people type them."""

import pytest

from storage.model.typed.weekdays import read_weekdays


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("周一、周三", {0, 2}),
        ("每个周六", {5}),
        ("逢周三。", {2}),
        ("双休日", {5, 6}),
        ("Sat+Sun", {5, 6}),
        ("every weekday", {0, 1, 2, 3, 4}),
        ("周一到周五", {0, 1, 2, 3, 4}),
        ("一三五", {0, 2, 4}),
        ("每周二和周四", {1, 3}),
        ("星期天", {6}),
        ("周六至周一", {5, 6, 0}),
        ("每周一、三、五", {0, 2, 4}),
        ("工作日", {0, 1, 2, 3, 4}),
        ("周末", {5, 6}),
        ("每天", set(range(7))),
        ("Mon, Wed", {0, 2}),
        ("Monday, Thursday and Sunday", {0, 3, 6}),
        ("Tues–Thurs", {1, 2, 3}),
        ("weekends", {5, 6}),
    ],
)
def test_some_days_are_read(typed: str, days: set[int]) -> None:
    assert read_weekdays(typed) == days


@pytest.mark.parametrize("typed", ["", "明天", "周", "每个月", "monx", "周一看情况", "x" * 200])
def test_anything_else_is_none_of_them(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_weekdays(typed)

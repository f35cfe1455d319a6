"""An event in one line."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from storage.model.calendar import Calendar
from storage.model.event_draft import EventDraft
from storage.model.event_line import read_line
from storage.model.holidays import Holidays

CALENDAR = Calendar(datetime(2026, 11, 23, 4, tzinfo=UTC), ZoneInfo("Asia/Shanghai"), Holidays())
CATEGORIES = (("service", "公共服务"), ("service", "Public services"), ("study", "学习活动"))
SATURDAY = date(2026, 11, 28)


def read(text: str) -> EventDraft:
    return read_line(EventDraft("k"), text, CALENDAR, CATEGORIES).draft


@pytest.mark.parametrize(
    "text",
    [
        "周六9:30 家庭消防演练 社区广场 40人",
        "家庭消防演练 周六 9:30 社区广场 40人",
        "家庭消防演练，社区广场，周六9:30，40人",
        "40人 周六9:30 家庭消防演练 社区广场",
        "周六 9:30\n家庭消防演练\n地点：社区广场\n名额 40",
    ],
)
def test_a_line_says_everything_in_any_order(text: str) -> None:
    draft = read(text)
    assert (draft.day, draft.at, draft.capacity) == (SATURDAY, time(9, 30), 40)
    assert (draft.title, draft.place) == ("家庭消防演练", "社区广场")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("消防演练", ("category", "day", "at", "place", "capacity")),
        ("周六 9:30-11:00 消防演练", ("category", "place", "capacity")),
        ("公共服务 周六 消防演练", ("at", "place", "capacity")),
        ("Saturday 9:30 Fire drill for families, the hall, 40 people", ("category",)),
        ("Public services, Sat 2-4 pm, Fire drill, the hall, unlimited", ()),
        ("", ("category", "title", "day", "at", "place", "capacity")),
    ],
)
def test_what_a_line_leaves_out_is_asked(text: str, missing: tuple[str, ...]) -> None:
    assert read(text).missing() == missing


def test_a_line_has_an_end_in_either_form() -> None:
    assert read("周六 9:30-11:00 消防演练").lasts == 90
    assert read("周六 9:30 消防演练 两个小时").lasts == 120


@pytest.mark.parametrize(
    ("text", "title", "place"),
    [
        ("Saturday 9:45 Morning exercise, the square, 15 places", "Morning exercise", "the square"),
        ("Saturday 9:45, Calligraphy, Room 2, 15 places", "Calligraphy", "Room 2"),
        ("周六9:45，书法，2 号楼，15人", "书法", "2 号楼"),
        ("周六9:45 3位专家义诊 大厅 15", "3位专家义诊", "大厅"),
        ("Saturday 9:45, Calligraphy, the hall, 15", "Calligraphy", "the hall"),
    ],
)
def test_a_part_of_the_day_or_a_number_may_be_of_a_name(text: str, title: str, place: str) -> None:
    line = read_line(EventDraft("k"), text, CALENDAR, CATEGORIES)
    draft = line.draft
    assert (draft.title, draft.place, draft.capacity) == (title, place, 15)
    assert (draft.day, draft.at, line.refused) == (SATURDAY, time(9, 45), ())


def test_english_words_stay_together() -> None:
    draft = read("Saturday 9:30 Fire drill for families, the hall, 40 people")
    assert (draft.title, draft.place, draft.capacity) == ("Fire drill for families", "the hall", 40)


def test_what_cannot_be_is_told_and_the_rest_is_kept() -> None:
    line = read_line(EventDraft("k"), "周六 9:30-9:00 消防演练 社区广场 0人", CALENDAR, CATEGORIES)
    keys = [each.key for each in line.refused]
    assert keys == ["posting.ends_first", "event.capacity_range"]
    assert (line.draft.title, line.draft.place) == ("消防演练", "社区广场")


def test_what_is_neither_title_nor_place_is_not_lost() -> None:
    assert read("消防演练，社区广场，带水杯，40人").details.words == "带水杯"


@pytest.mark.parametrize("said", ["30，5人", "3,5人", "30、50人", "1，0000人", "3。5人"])
def test_a_number_of_people_that_could_be_two_is_not_guessed(said: str) -> None:
    line = f"周六 9:30 消防演练 社区广场 {said}"
    assert read_line(EventDraft("k"), line, CALENDAR, CATEGORIES).draft.capacity is None


@pytest.mark.parametrize("said", ["1,200人", "1，200 人", "９:30，1200人", "1200 个人"])
def test_one_number_of_people_is_read_however_it_is_written(said: str) -> None:
    line = f"周六 消防演练 社区广场 {said}"
    assert read_line(EventDraft("k"), line, CALENDAR, CATEGORIES).draft.capacity == 1200

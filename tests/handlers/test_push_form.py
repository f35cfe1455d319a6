"""The push's review: each answer can be changed, comes back with the rest kept, and nothing of what
was chosen is lost on the way."""

import pytest

from storage.model.roles import Role
from storage.tables import broadcasts
from tests.handlers.room import Room, Talker
from tests.storage.district import rows_of

COURSE = "居民安全与权益"
ITEMS = ("resident-basics:safe-account",)


async def at_the_review(room: Room, *rhythm: str) -> Talker:
    kim = await room.staff("kim", Role.DISTRICT, "示范区")
    await kim.says("/push")
    await kim.presses(COURSE, "1.", "东湖社区", *(rhythm or ("现在发一次",)))
    assert "请确认" in kim.screen
    return kim


async def test_the_short_path_ends_at_the_review_and_sends_what_it_shows(room: Room) -> None:
    await room.member("ana")
    kim = await at_the_review(room)
    assert "第 1 课" in kim.screen
    assert "东湖社区 · 成员 · 1 人：ana" in kim.screen
    await kim.presses("发送")
    [row] = await room.database.read(rows_of, broadcasts)
    assert (row.item_id, row.node_id) == ("safe-account", room.communities["东湖社区"].id)


@pytest.mark.parametrize(
    ("line", "answers", "shown"),
    [
        ("📚", (COURSE, "2."), "第 2 课"),
        ("1. ", ("3.",), "第 3 课"),
        ("🏘", ("西山社区",), "西山社区 · 成员"),
        ("改时间", ("每天", "8:30"), "每天 8:30"),
    ],
)
async def test_each_line_of_the_review_changes_one_thing_and_keeps_the_rest(
    room: Room, line: str, answers: tuple[str, ...], shown: str
) -> None:
    kim = await at_the_review(room, "每周定时", "周四", "选好了", "9:30")
    review = kim.screen
    await kim.presses(line, *answers)
    assert "请确认" in kim.screen
    assert shown in kim.screen
    kept = [COURSE, "第 1 课", "东湖社区 · 成员", "每周四 9:30"]
    assert all(each in review for each in kept)
    assert sum(each in kim.screen for each in kept) >= len(kept) - (2 if line == "📚" else 1)


@pytest.mark.parametrize("line", ["📚", "1. ", "🏘", "改时间"])
async def test_back_from_a_line_leads_to_the_review_with_everything_as_it_was(
    room: Room, line: str
) -> None:
    kim = await at_the_review(room)
    review = kim.screen
    await kim.presses(line)
    assert kim.screen != review
    await kim.presses("返回")
    assert kim.screen == review


async def test_another_course_counts_once_an_item_of_it_is_chosen(room: Room) -> None:
    kim = await at_the_review(room)
    review = kim.screen
    await kim.presses("📚", COURSE)
    assert "从哪一课开始" in kim.screen
    await kim.presses("返回")
    assert "推送哪门课程" in kim.screen
    await kim.presses("返回")
    assert kim.screen == review


async def test_a_second_thought_about_the_time_keeps_the_first(room: Room) -> None:
    kim = await at_the_review(room, "每周定时", "周四", "选好了", "9:30")
    review = kim.screen
    await kim.presses("改时间", "每月第几个周几", "第一个", "周一", "返回", "返回", "返回", "返回")
    assert kim.screen == review


async def test_an_item_is_found_by_typing_part_of_its_name(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/push")
    await kim.presses(COURSE)
    assert "直接发名称" in kim.screen
    await kim.says("保本")
    await kim.presses("现在发一次")
    assert "第 3 课《“保本高息”要当心》" in kim.screen


async def test_cancel_leads_back_to_where_the_form_was_opened(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/staff")
    await kim.presses("更多", "定时计划", "学习推送", "取消", "返回")
    assert "定时计划" in kim.screen


async def test_the_review_tells_who_had_it_and_what_pushes_the_same(room: Room) -> None:
    ana = await room.member("ana")
    await room.member("bo")
    await ana.presses_raw(f"done:{ITEMS[0]}")
    kim = await at_the_review(room, "每周定时", "周四", "选好了", "9:30")
    assert "另有 1 人已学习" in kim.screen
    assert "已经有这门课程的定时计划" not in kim.screen
    await kim.presses("定时发送")
    li = await room.staff("li")
    await li.says("/push")
    await li.presses(COURSE, "1.", "每天", "8:30")
    assert "东湖社区 · 每周四 9:30" in li.screen
    assert "同一课不会给同一个人发两次" in li.screen
    assert "成员 · 1 人：bo" in li.screen
    await li.presses("已学习的人也再发")
    assert "其中" not in li.screen
    assert "成员 · 2 人" in li.screen
    await li.presses("1. ", "3.")  # another item: what was said of the first is not said of it
    assert "成员 · 2 人" in li.screen
    await li.presses("改时间", "现在发一次", "📚", COURSE, "1.")
    assert "东湖社区 · 每周四 9:30" in li.screen


async def test_every_year_on_a_festival_follows_it_and_says_what_is_not_known_yet(
    room: Room,
) -> None:
    await room.member("ana")
    kim = await at_the_review(room)
    await kim.presses("改时间", "每年")
    await kim.says("春节前一天 9:30")
    assert "每年春节前一天 9:30" in kim.screen
    assert "2027 年的春节是哪一天，放假安排里还没有" in kim.screen
    assert "一次也不会发" not in kim.screen
    await kim.presses("更多")
    assert not any("节假日" in label for label in kim.buttons)
    await kim.presses("返回", "定时发送")
    await kim.presses("查看定时计划")
    assert "每年春节前一天 9:30" in kim.screen
    assert "下一个春节是哪一天还不知道" in kim.screen


async def test_a_festival_of_the_same_day_each_year_is_that_day(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("改时间", "每年")
    await kim.says("国庆")
    await kim.presses("8:30")
    assert "每年10月1日 8:30" in kim.screen

"""The notice's review: every line changes and comes back with the rest kept; what is rewritten
stands until something new comes."""

import pytest

from storage.model.roles import Role
from tests.handlers.room import Room, Talker

WATER = "明天停水"


async def at_the_review(room: Room, text: str = WATER) -> Talker:
    kim = await room.staff("kim", Role.DISTRICT, "示范区")
    await kim.says("/notice")
    await kim.says(text)
    assert "请确认" in kim.screen
    return kim


async def test_a_remark_is_said_until_something_else_changes(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.says("后天停水")
    assert "换成了新的文字" in kim.screen
    await kim.presses("明天 8:30")
    assert "换成了新的文字" not in kim.screen


@pytest.mark.parametrize(
    ("steps", "shown"),
    [
        (("改对象", "地点", "西山社区", "选好了"), "西山社区 · 所有人"),
        (("改对象", "人员", "成员", "选好了"), "示范区 · 成员"),
        (("改对象", "语言", "英文", "选好了"), "用英文的"),
        (("改对象", "学习", "居民安全与权益", "1.", "未学习", "选好了"), "未学习"),
        (("改时间", "每天", "8:30"), "每天 8:30"),
        (("选项", "紧急", "返回"), "排在别的群发前面"),
        (("选项", "宁漏不重", "返回"), "宁漏不重：不知道"),
    ],
)
async def test_each_line_changes_one_thing_and_keeps_the_rest(
    room: Room, steps: tuple[str, ...], shown: str
) -> None:
    kim = await at_the_review(room)
    await kim.presses(*steps)
    assert "请确认" in kim.screen
    assert shown in kim.screen
    assert WATER in kim.screen


@pytest.mark.parametrize("step", ["改对象", "改时间", "选项", "再加一段", "重写"])
async def test_back_leads_to_the_review_with_everything_as_it_was(room: Room, step: str) -> None:
    kim = await at_the_review(room)
    review = kim.screen
    await kim.presses(step)
    assert kim.screen != review
    await kim.presses("返回")
    assert kim.screen == review


async def test_a_question_about_people_that_is_left_halfway_changes_nothing(room: Room) -> None:
    kim = await at_the_review(room)
    review = kim.screen
    await kim.presses("改对象", "学习", "居民安全与权益", "1.", "返回", "返回")
    assert kim.screen == review


async def test_the_clock_of_another_place_counts_from_then_on(room: Room) -> None:
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    await mei.says("/communities")
    await mei.presses("西山社区 上海")
    await mei.says("乌鲁木齐")
    await mei.presses("改时区")
    kim = await at_the_review(room)
    await kim.presses("改时间", "每天", "8:30", "改对象", "地点", "西山社区", "选好了")
    assert "以上是乌鲁木齐时间" in kim.screen


async def test_cancel_leads_back_to_the_desk(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("取消")
    assert "已取消" in kim.messages[-2].text
    assert "发通知" in "".join(kim.buttons)


async def test_who_chose_another_language_meanwhile_reads_the_one_text_once(room: Room) -> None:
    kim = await room.staff("kim")
    await room.resident("bo")
    await kim.says("/notice 停水")
    await kim.presses_raw("language:en")
    await kim.says("No water tomorrow")
    assert "In Chinese, too" not in kim.form
    before = len(kim.messages)
    await kim.presses("Send to me")
    texts = [each.text[:17] for each in kim.messages[before - 1 :]]
    assert texts.count("No water tomorrow") == 1

"""Work told in one line is asked back as the filled review, and never saved by itself."""

from datetime import date

import pytest

from storage.model.roles import Role
from tests.handlers.content import album
from tests.handlers.room import Room
from tests.handlers.test_log import recorded


@pytest.mark.parametrize(
    "line",
    [
        "/log 走访慰问 3 昨天",
        "/log 昨天走访慰问3户",
        "记台账：走访慰问 3 昨天",
        "/log home visits 3 yesterday",
    ],
)
async def test_a_line_behind_the_command_fills_the_review(room: Room, line: str) -> None:
    kim = await room.staff("kim")
    await kim.says(line)
    assert "走访慰问 3 人次" in kim.screen
    assert "周日 11月22日" in kim.screen
    assert await recorded(room) == []
    await kim.presses("保存")
    [entry] = await recorded(room)
    assert (entry["number"], entry["on"]) == (3, date(2026, 11, 22))


async def test_a_line_without_a_day_is_of_today(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log 走访慰问 3 3号楼")
    assert "周一 11月23日" in kim.screen
    assert "📍 3号楼" in kim.screen


async def test_an_edit_of_the_line_changes_the_review(room: Room) -> None:
    kim = await room.staff("kim")
    said = await kim.says("/log 走访慰问 3 昨天")
    await kim.edits(said, text="/log 走访慰问 5 昨天")
    assert "走访慰问 5 人次" in kim.form


async def test_what_may_mean_several_is_asked_and_the_rest_kept(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log 走访 3 昨天")
    assert kim.buttons[:3] == ["走访企业", "走访慰问", "全部"]
    await kim.presses("走访企业")
    assert "走访企业 3 家次" in kim.screen
    assert "周日 11月22日" in kim.screen


async def test_what_is_no_work_that_we_know_opens_the_form_and_says_so(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log 擦火箭 3 昨天")
    assert "没看出是哪一项" in kim.screen
    await kim.says("走访慰问")
    assert "走访慰问 3 人次" in kim.form


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/log 专题讲座 1 昨天", "“专题讲座”不用记台账，机器人自己会数：办过的活动（专题讲座）"),
        ("/log 走访慰问 2.5", "只能记整数"),
        ("/log 走访慰问 3。5", "只能记整数"),
        ("/log 走访慰问 3，5", "“3,5”看不准是多少"),
        ("/log 走访慰问 3、5户 昨天", "“3、5户”看不准是多少"),
        ("/log 走访慰问 -3", "数量要大于 0"),
        ("/log 走访慰问 3 明天", "还没到"),
        ("/log 走访慰问 3 2027-01-05", "还没到"),
        ("/log 走访慰问 3 2月30日", "没有2月30日"),
        ("/log 走访慰问 3 2月29日", "2026年没有2月29日。上一个是 2024年2月29日"),
        ("/log 走访慰问 3 去年", "“去年”不是哪一天"),
        ("/log 走访慰问 3 上个月", "“上个月”不是哪一天"),
        ("/log home visits 3 last month", "“last month”不是哪一天"),
        ("/log 走访慰问 3 调解矛盾纠纷 2", "一次只记一项。“走访慰问 3”还没有记"),
        ("/log 走访企业 3，走访慰问 2 昨天", "还没有记"),
        ("/log home visits 3 and short videos 2", "“short videos 2”还没有记"),
        ("/log 走访慰问 3，学习活动 2", "“学习活动 2”还没有记"),
        ("/log 走访慰问 3到5人", "“3到5人”看不准是多少"),
        ("/log 走访慰问 三四户", "“三四户”看不准是多少"),
    ],
)
async def test_what_of_a_line_cannot_be_is_told(room: Room, line: str, told: str) -> None:
    kim = await room.staff("kim")
    await kim.says(line)
    assert told in kim.screen
    assert await recorded(room) == []


async def test_on_the_first_question_a_whole_line_is_understood(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log")
    await kim.says("昨天走访慰问3户 3号楼")
    assert "走访慰问 3 人次" in kim.screen
    assert "周日 11月22日" in kim.screen
    assert "📍 3号楼" in kim.screen


async def test_outside_a_form_such_a_line_is_offered_first_and_saved_by_nobody(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("走访慰问 3 昨天")
    assert kim.buttons[0] == "📒 记台账：走访慰问 3 人次 · 昨天"
    assert await recorded(room) == []
    await kim.presses("记台账")
    assert "请确认" in kim.screen
    await kim.presses("保存")
    assert "已记" in kim.screen


async def test_photos_with_such_a_line_come_along(room: Room) -> None:
    kim = await room.staff("kim")
    await album(kim, "a", "p1", "p2", caption="走访慰问 3 昨天")
    await kim.presses("记台账")
    assert "📷×2" in kim.screen
    await kim.presses("保存")
    assert (await recorded(room))[0]["media"] == ["p1", "p2"]


@pytest.mark.parametrize("text", ["3号楼路灯坏了", "走访什么时候开始", "明天停水"])
async def test_other_texts_are_offered_as_before(room: Room, text: str) -> None:
    kim = await room.staff("kim")
    await kim.says(text)
    assert "记台账" not in "".join(kim.buttons)


async def test_who_may_not_record_is_not_offered_it(room: Room) -> None:
    bo, lin = await room.resident("bo"), await room.staff("lin", Role.VIEWER)
    for each in (bo, lin):
        await each.says("走访慰问 3 昨天")
        assert "记台账" not in "".join(each.buttons)


async def test_of_two_in_one_line_one_is_recorded_and_the_other_is_no_place(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log 走访慰问 3 短视频 2 昨天")
    assert "走访慰问 3 人次" in kim.form
    assert "短视频" not in kim.form
    assert "“短视频 2”还没有记" in kim.screen
    await kim.says("/cancel")
    await kim.says("/log 走访慰问 3 参训学员家")
    assert "📍 参训学员家" in kim.screen, "a name without a number is where it was"


@pytest.mark.parametrize("line", ["慰问走访 三次 上周五", "慰问走访3次 上周五"])
async def test_a_name_in_another_order_is_that_name(room: Room, line: str) -> None:
    kim = await room.staff("kim")
    await kim.says(line)
    assert kim.buttons[0] == "📒 记台账：走访慰问 3 人次 · 周五 11月20日"
    await kim.presses("记台账")
    assert "📍 地点或对象" in kim.buttons

"""A receipt stays: what its buttons open comes below. Cancel leads to where one came from."""

import pytest

from storage.model.roles import Role
from tests.handlers.room import Room, Talker


async def suggested(room: Room) -> Talker:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.says("路灯坏了")
    await bo.presses("提交")
    return bo


async def stays(kim: Talker, label: str) -> None:
    receipt, at = kim.screen, kim.window
    await kim.presses(label)
    assert kim.room.phones.chats[kim.id][at].text == receipt
    assert kim.screen != receipt


async def test_the_receipts_of_a_suggestion_and_of_its_answer_stay(room: Room) -> None:
    bo = await suggested(room)
    assert "已收到" in bo.screen
    await stays(bo, "查看")
    kim = await room.staff("kim")
    await kim.says("/inbox")
    await kim.presses("路灯坏了", "采纳")
    await kim.says("本周更换")
    await kim.presses("发送")
    assert "已答复" in kim.screen
    await stays(kim, "待办")


async def test_the_receipts_of_an_event_and_of_a_schedule_stay(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/post 家庭消防演练")
    await kim.presses("公共服务")
    for answer in ("11月28日", "9:30", "社区广场", "40"):
        await kim.says(answer)
    await kim.presses("发布")
    assert "已发布" in kim.screen
    await stays(kim, "名单")
    await kim.says("/notice 明天停水")
    await kim.presses("明天 8:30", "定时发送")
    assert "已安排" in kim.screen
    await stays(kim, "计划")


async def test_cancelling_an_answer_leads_to_the_suggestion(room: Room) -> None:
    await suggested(room)
    kim = await room.staff("kim")
    await kim.says("/inbox")
    await kim.presses("路灯坏了", "不采纳", "取消")
    assert "已取消" in kim.messages[-2].text
    assert {"采纳", "不采纳"} <= set(kim.buttons)
    await kim.presses("不采纳")
    await kim.says("/cancel")
    assert {"采纳", "不采纳"} <= set(kim.buttons)


async def test_a_second_form_of_a_kind_asks_about_what_was_said_to_the_first(room: Room) -> None:
    kim = await room.staff("kim", Role.COMMUNITY)
    await kim.says("/notice 明天停水")
    await kim.says("/notice 后天停电")
    assert "您的通知还没有提交" in kim.screen
    await kim.presses("继续填写")
    assert "明天停水" in kim.screen


@pytest.mark.parametrize("command", ["/help", "/me", "/events", "/track"])
async def test_a_form_left_open_is_offered_once_and_then_where_one_looks_around(
    room: Room, command: str
) -> None:
    kim = await room.staff("kim")
    await kim.says("/notice 明天停水")
    await kim.says(command)
    assert "还没有提交" in kim.screen
    await kim.says(command)
    assert "还没有提交" not in kim.screen
    for around in ("/start", "/staff"):
        await kim.says(around)
        assert "还没有提交" in kim.screen
    await kim.presses("继续填写")
    await kim.says(command)
    assert "还没有提交" in kim.screen

"""Suggestions as people really write them, and what staff see of them."""

import re
from datetime import timedelta

import pytest

from storage.model.roles import Role
from tests.stories.conftest import Town

LONG = "灯坏了。" * 1250  # 5,000 characters


async def test_under_a_minute_with_a_photo_and_without_a_name(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    bo = await town.resident("li-of-house-3")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.sends_photo(caption="3号楼东侧路灯坏了")
    await bo.sees("请确认")
    await bo.presses("改为匿名")
    await bo.sees("署名：匿名")
    await bo.presses("提交")
    await bo.sees("2026-0001")
    await kim.says("/inbox")
    await kim.presses("2026-0001")
    await kim.sees("署名：匿名")
    assert any("photo" in message.content for message in kim.messages)
    assert "li-of-house-3" not in kim.transcript()
    await kim.answers("2026-0001", "已经报修过了", decision="不采纳")
    await bo.sees("未采纳")


@pytest.mark.parametrize(
    "text", ["<b>灯坏了</b> & {{7*7}} &amp;", "😀😀😀", "第一行\n\n第二行", "{% raw %}'\"", LONG]
)
async def test_what_is_typed_is_what_staff_see(town: Town, text: str) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    bo = await town.resident("bo")
    await bo.says("/suggest")
    await bo.presses("其他")
    await bo.says(text)
    # Telegram cuts a long one in two, and the first half is shown while the second is on its way.
    await bo.sees("共 5000 个字" if text == LONG else "请确认")
    await bo.presses("提交")
    await bo.sees("2026-0001")
    await kim.says("/inbox")
    await kim.presses("2026-0001")
    await kim.sees_button("采纳")
    shown = "".join(message.text for message in kim.messages if message.by_bot)
    assert text in shown.replace("\n", "") or text in shown


async def test_what_telegram_cuts_in_two_becomes_one_suggestion(town: Town) -> None:
    bo = await town.resident("bo")
    await bo.says("/suggest")
    await bo.presses("其他")
    await bo.says(LONG[:4096])
    await bo.sees("请确认")
    await bo.says(LONG[4096:])
    await bo.sees("共 5000 个字")
    await bo.presses("提交")
    await bo.sees("2026-0001")


async def test_a_sticker_or_an_empty_text_is_refused_calmly(town: Town) -> None:
    bo = await town.resident("bo")
    await bo.says("/suggest")
    await bo.presses("其他")
    await bo.sends_sticker()
    await bo.sees("请发文字或照片")
    await bo.says("灯坏了")
    await bo.sees("请确认")


async def test_a_command_in_the_middle_does_not_lose_the_form(town: Town) -> None:
    bo = await town.resident("bo")
    await bo.says("/suggest")
    await bo.presses("其他")
    await bo.says("/events")
    await bo.sees("现在没有活动")
    await bo.sees("还没有提交")
    await bo.presses("继续填写")
    await bo.sees("请用一句话说说")
    await bo.says("灯坏了")
    await bo.presses("提交")
    await bo.sees("2026-0001")


async def test_cancel_works_anywhere_and_submits_nothing(town: Town) -> None:
    bo = await town.resident("bo")
    await bo.says("/cancel")
    await bo.sees("没有正在填写")
    await bo.says("/suggest")
    await bo.presses("其他")
    await bo.says("灯坏了")
    await bo.sees("请确认")
    old = bo.last
    await bo.says("/cancel")
    await bo.sees("已取消")
    assert "提交" not in bo.buttons(old)
    await bo.says("/track")
    await bo.sees("还没有提过建议")


async def test_a_form_survives_a_restart_and_a_second_submit_is_the_same(town: Town) -> None:
    bo = await town.resident("bo")
    await bo.says("/suggest")
    await bo.presses("其他")
    await bo.says("灯坏了")
    confirm = await bo.sees("请确认")
    data = next(b.data or "" for row in confirm.rows for b in row if b.text == "提交")
    await town.stops()
    await town.starts()
    await bo.presses("提交")
    await bo.sees("2026-0001")
    assert "已经结束" in (await bo.presses_raw(confirm, data) or "")
    await bo.says("/track")
    await bo.sees("我的建议")
    assert [b for b in bo.buttons() if b.startswith("2026-")] == ["2026-0001 待办理 灯坏了"]


async def test_text_outside_a_form_is_offered_a_way(town: Town) -> None:
    bo = await town.resident("bo")
    await bo.says("楼道的灯又坏了")
    await bo.sees("怎么处理")
    await bo.presses("作为建议提交")
    await bo.presses("设施维修")
    await bo.sees("楼道的灯又坏了")
    await bo.presses("提交")
    await bo.sees("2026-0001")


async def test_staff_of_another_community_see_nothing(town: Town) -> None:
    li = await town.staff("li", Role.COMMUNITY, "西山社区")
    bo = await town.resident("bo")
    await bo.suggests("灯坏了", number="2026-0001")
    await li.says("/inbox")
    await li.sees("都办完了")
    assert "不在您的工作范围" in (await li.presses_raw(li.last, "review:1") or "")
    assert "不在您的工作范围" in (await li.presses_raw(li.last, "decide:1:adopted") or "")


async def test_only_the_author_can_track(town: Town) -> None:
    bo, li = await town.resident("bo"), await town.resident("li")
    await bo.suggests("灯坏了", number="2026-0001")
    await bo.says("/track 2026-0001")
    await bo.sees("灯坏了")
    await li.says("/track 2026-0001")
    await li.sees("没有找到")


async def test_an_old_or_forged_button_opens_the_home_screen(town: Town) -> None:
    bo = await town.resident("bo")
    await bo.says("/help")
    await bo.sees("/suggest")
    for data in ("gone:1", "join:abc", "mine:-1", "", "x" * 64, "decide:1:nonsense"):
        await bo.presses_raw(bo.last, data or "?")
        await bo.sees("想做什么")


async def test_every_answer_stays_to_be_read_with_its_day_and_staff_see_who_gave_it(
    town: Town,
) -> None:
    kim = await town.staff("kim-of-the-desk", Role.COMMUNITY, "东湖社区")
    bo = await town.resident("bo")
    await bo.says("/suggest 3号楼东侧路灯坏了")
    await bo.presses("设施维修")
    await bo.presses("提交")
    await bo.sees("2026-0001")
    for move, words in (("采纳", "本周五更换"), ("已办结", "换好了")):
        await kim.says("/inbox")
        await kim.presses("2026-0001")
        await kim.presses(move)
        await kim.says(words)
        await kim.presses("发送")
        await kim.sees("已答复")
        await bo.sees(words)
        town.clock.move_to(town.clock.now() + timedelta(days=3))
    await bo.says("/track 2026-0001")
    mine = (await bo.sees("设施维修 · 东湖社区")).text
    await kim.presses_raw(kim.last, "review:1")
    theirs = (await kim.sees("设施维修 · 东湖社区")).text
    for card in (mine, theirs):
        told = ("已采纳", "11月23日", "本周五更换", "已办结", "11月26日", "换好了")
        assert re.search(".*".join(told), card, re.DOTALL)
    assert theirs.count("kim-of-the-desk") == 2
    assert "kim-of-the-desk" not in bo.transcript()

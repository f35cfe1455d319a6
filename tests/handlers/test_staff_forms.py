"""Short forms of staff: an answer to a suggestion, the clock of a community, a new community."""

from storage.model.roles import Role
from tests.handlers.room import Room, Talker
from tests.handlers.test_suggest import at_the_review


async def answering(room: Room) -> tuple[Talker, Talker]:
    bo = await at_the_review(room)
    await bo.presses("提交")
    kim = await room.staff("kim")
    await kim.says("/inbox")
    await kim.presses("2026-0001", "采纳")
    assert "请写一句答复" in kim.screen
    return kim, bo


async def test_an_answer_can_be_rewritten_and_the_old_one_stands_until_then(room: Room) -> None:
    kim, _ = await answering(room)
    assert "返回" not in "".join(kim.buttons)
    await kim.says("本周更换")
    await kim.presses("修改", "返回")
    assert "本周更换" in kim.screen
    await kim.presses("修改")
    await kim.says("明天更换")
    assert "明天更换" in kim.screen
    await kim.presses("发送")
    assert "已答复 2026-0001（已采纳）" in kim.screen


async def test_an_answer_too_long_or_empty_is_refused_by_the_rule_of_the_action(room: Room) -> None:
    kim, _ = await answering(room)
    await kim.says("长" * 2001)
    assert "1 到 2000 个字" in kim.screen
    await kim.says("\u3164")
    assert "请发文字" in kim.screen
    await kim.says("好" * 2000)
    assert "将答复" in kim.screen


async def test_cancel_leads_back_to_the_suggestion(room: Room) -> None:
    kim, _ = await answering(room)
    await kim.presses("取消")
    assert "路灯坏了" in kim.screen
    assert "采纳" in kim.buttons


async def test_a_clock_is_chosen_seen_and_set(room: Room) -> None:
    kim = await room.staff("kim", Role.DISTRICT, "示范区")
    await kim.says("/communities")
    await kim.presses("🕘 东湖社区")
    await kim.presses("乌鲁木齐")
    review = kim.screen
    await kim.presses("返回")
    assert kim.screen != review
    await kim.presses("返回")
    assert kim.screen == review
    await kim.says("东京")
    assert "东京" in kim.screen
    await kim.presses("取消")
    assert "东湖社区" in kim.screen


async def test_cancelling_a_new_community_leads_back_to_the_communities(room: Room) -> None:
    kim = await room.staff("kim", Role.DISTRICT, "示范区")
    await kim.says("/communities")
    await kim.presses("添加社区", "取消")
    assert "东湖社区" in kim.screen

"""Forms that are left open for something else: nothing that was written is lost."""

from storage.model.roles import Role
from tests.stories.conftest import Town
from tests.stories.people import Neighbour

WATER = "明天上午停水"
REPLY = "本周内修好"


async def _with_a_suggestion(town: Town) -> tuple[Neighbour, Neighbour]:
    """Staff, and a resident whose suggestion waits in the inbox."""
    bo = await town.resident("bo")
    await bo.suggests("楼道的灯坏了", number="2026-0001")
    return await town.staff("kim", Role.COMMUNITY, "东湖社区"), bo


async def _answers(kim: Neighbour) -> None:
    """As far as the answer's review."""
    await kim.presses("2026-0001")
    await kim.presses("采纳")
    await kim.says(REPLY)
    await kim.sees("将答复")


async def test_a_notice_waits_while_a_suggestion_is_answered(town: Town) -> None:
    kim, bo = await _with_a_suggestion(town)
    await kim.says("/notice")
    await kim.says(WATER)
    window = await kim.sees(WATER)
    await kim.says("/inbox")
    await kim.sees("您的通知还没有提交")
    await _answers(kim)
    assert not kim.buttons(window)
    await kim.presses("发送")
    offer = await kim.sees("您的通知还没有提交")
    assert kim.buttons(offer) == ["继续填写", "取消"]
    await bo.sees(REPLY)
    await kim.presses("继续填写")
    await kim.sees("对象：")
    await kim.presses("发送")
    await bo.sees(WATER)
    await kim.sees("送达 1")


async def test_an_answer_waits_while_a_notice_is_sent(town: Town) -> None:
    kim, bo = await _with_a_suggestion(town)
    await kim.says("/inbox")
    await _answers(kim)
    await kim.says("/notice")
    await kim.says(WATER)
    await kim.sees("对象：")
    await kim.presses("发送")
    await kim.sees("您的答复还没有提交")
    await bo.sees(WATER)
    await kim.presses("继续填写")
    await kim.sees(REPLY)
    await kim.presses("发送")
    await bo.sees(REPLY)
    await kim.says("/cancel")
    await kim.sees("没有正在填写")


async def test_an_offer_means_its_own_form_also_when_another_came_on_top(town: Town) -> None:
    kim, bo = await _with_a_suggestion(town)
    await kim.says("/notice")
    await kim.says(WATER)
    await kim.sees("对象：")
    await kim.says("/inbox")
    offer = await kim.sees("您的通知还没有提交")
    data = [b.data or "" for row in offer.rows for b in row]
    await _answers(kim)
    await kim.presses_raw(offer, data[0])
    await kim.sees("对象：")
    await kim.presses_raw(offer, data[1])
    await kim.sees("您的答复还没有提交")
    await kim.presses("继续填写")
    await kim.presses("发送")
    await bo.sees(REPLY)
    await bo.sees_not(WATER)
    await kim.presses_raw(offer, data[0])
    await kim.sees("这一步已经结束了")


async def test_cancelling_one_form_offers_the_one_below(town: Town) -> None:
    kim, _ = await _with_a_suggestion(town)
    await kim.says("/notice")
    await kim.says(WATER)
    await kim.says("/push")
    await kim.sees("推送哪门课程")
    await kim.presses("取消")
    await kim.sees("您的通知还没有提交")
    await kim.says("/push")
    await kim.says("/cancel")
    await kim.sees("您的通知还没有提交")
    await kim.presses("继续填写")
    await kim.sees(WATER)
    await town.stops()
    await town.starts()
    await kim.says("/cancel")
    await kim.sees("已取消")
    await kim.says("/cancel")
    await kim.sees("没有正在填写")


async def test_what_was_said_to_a_form_is_asked_about_when_another_of_its_kind_opens(
    town: Town,
) -> None:
    kim, _ = await _with_a_suggestion(town)
    await kim.says("/notice")
    await kim.says(WATER)
    await kim.says("/push")
    await kim.says("/notice")
    await kim.sees("接着填，还是重新开始")
    await kim.presses("继续填写")
    await kim.sees(WATER)
    await kim.says("/cancel")
    await kim.sees("您的学习推送还没有提交")
    await kim.says("/cancel")
    await kim.says("/cancel")
    await kim.sees("没有正在填写")


# Back from a step that was opened from the review: nothing is thrown away


async def _notice(town: Town) -> Neighbour:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.says(f"/notice {WATER}")
    await kim.sees(WATER)
    return kim


async def test_what_stands_after_the_command_is_the_notice(town: Town) -> None:
    bo = await town.resident("bo")
    kim = await _notice(town)
    await kim.presses("发送")
    assert (await bo.sees(WATER)).text.count("/notice") == 0


async def test_back_from_another_time_keeps_the_notice_and_its_time(town: Town) -> None:
    await town.resident("bo")
    kim = await _notice(town)
    await kim.presses("改时间")
    await kim.presses("返回")
    await kim.sees("时间：现在")
    await kim.presses("改时间")
    for button in ("每月第几个周几", "第一个", "周一", "返回", "返回", "返回", "返回"):
        await kim.presses(button)
    await kim.sees("时间：现在")
    for button in ("改时间", "每周定时", "周一", "选好了", "8:30"):
        await kim.presses(button)
    await kim.sees("每周一 8:30")
    for button in ("改时间", "每天", "返回", "返回"):
        await kim.presses(button)
    await kim.sees("每周一 8:30")
    for button in ("更多", "截止", "返回", "返回"):
        await kim.presses(button)
    await kim.presses("定时发送")
    await kim.sees("已安排")


async def test_back_from_rewriting_keeps_the_text(town: Town) -> None:
    kim = await _notice(town)
    await kim.presses("重写")
    await kim.presses("返回")
    await kim.sees(WATER)
    await kim.presses("重写")
    await kim.says("改到后天")
    confirm = await kim.sees("改到后天")
    assert WATER not in confirm.text
    await kim.presses("再加一段")
    await kim.presses("返回")
    await kim.sees("改到后天")


async def test_back_through_the_steps_of_a_push(town: Town) -> None:
    await town.member("ana")
    kim = await town.staff("kim", Role.DISTRICT)
    await kim.says("/push")
    for button in ("居民安全与权益", "1.", "东湖社区", "每周定时"):
        await kim.presses(button)
    for seen in ("什么时候发", "发给谁", "从哪一课开始", "推送哪门课程"):
        await kim.presses("返回")
        await kim.sees(seen)
    for button in ("居民安全与权益", "1.", "现在发一次"):  # the place was chosen before
        await kim.presses(button)
    await kim.sees("时间：现在")
    for button in ("改时间", "每周定时", "返回", "返回"):
        await kim.presses(button)
    await kim.sees("时间：现在")

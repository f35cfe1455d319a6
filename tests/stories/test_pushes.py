"""Study pushes: now, later, weekly; quiet hours, pause, stopping."""

import asyncio
from datetime import timedelta

from storage.model.roles import Role
from tests.stories.conftest import Town


async def test_once_now(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana, bo = await town.member("ana"), await town.resident("bo")
    await kim.begins_push()
    await kim.presses("现在发一次")
    await kim.sees("1 人")
    await kim.presses("先发给我")
    await kim.sees("安全账户")
    confirm = next(m for m in kim.messages if "请确认" in m.text)
    await kim.presses("发送")
    card = await kim.sees("东湖社区 · 周一")
    assert card.message_id == confirm.message_id
    assert "📚 第 1 课《" in card.text
    await ana.sees("安全账户")
    await bo.sees_not("安全账户")
    done = await kim.sees("✅ 完成：送达 1")
    assert done.message_id == card.message_id
    await kim.says("/stats")
    await kim.presses("全部指标")
    await kim.sees("推送学习资料 1 期")
    await kim.says("/staff")
    await kim.sees("进行中的定时计划 0 个")


async def test_once_now_pressed_twice_is_one(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana")
    await kim.begins_push()
    await kim.presses("现在发一次")
    confirm = await kim.sees("请确认")
    data = next(b.data for row in confirm.rows for b in row if "发送" in b.text and b.data)
    await asyncio.gather(*(kim.presses_raw(confirm, data) for _ in range(2)))
    await ana.sees("安全账户")
    await town.rests()
    assert sum("安全账户" in m.text for m in ana.messages) == 1


async def test_once_now_to_nobody_is_not_sent(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await town.resident("bo")
    await kim.begins_push()
    await kim.presses("现在发一次")
    await kim.sees("现在没有人会收到")
    assert "没有人" in (await kim.presses("发送") or "")
    await kim.says("/broadcasts")
    await kim.sees("还没有群发")


async def test_what_goes_out_now_says_so(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await town.member("ana")
    await kim.begins_push()
    await kim.presses("现在发一次")
    confirm = await kim.sees("请确认")
    assert "时间：现在" in confirm.text
    assert "· 第 1 课《" in confirm.text  # one item, and none follows by itself
    assert "东湖社区 · 成员 · 1 人：ana" in confirm.text
    assert confirm.buttons[0] == "📣 发送"
    await kim.presses("改时间")
    await kim.presses("每天")
    await kim.presses("8:30")
    confirm = await kim.sees("每次一课")
    assert "· 从第 1 课《" in confirm.text
    assert confirm.buttons[0] == "📅 定时发送"


async def test_the_people_of_a_push_are_counted_once_a_minute(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await town.member("ana")
    await kim.begins_push()
    await kim.presses("每天")
    await kim.presses("8:30")
    await kim.sees("成员 · 1 人")
    await town.member("bo")
    for span, people in ((0, 1), (61, 2)):
        town.clock.advance(timedelta(seconds=span))
        await kim.presses("更多")
        await kim.presses("返回")
        await kim.sees(f"成员 · {people} 人")


async def test_weekly_goes_on_with_the_next_item_and_can_be_stopped(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana")
    await kim.schedules_push("每周定时", "周二", "周四", "选好了", ">8:05")
    town.clock.advance(timedelta(hours=21))
    await ana.sees("第 1 课")
    await ana.presses("已学习")
    await ana.sees("下一课 周四 11月26日 8:05")
    town.clock.advance(timedelta(days=2))
    await ana.sees("第 2 课")
    await kim.presses("查看定时计划")
    await kim.presses("停止第 1 项")
    question = await kim.sees("停止这个定时计划")
    assert "东湖社区 · 每周二、周四 8:05：“保本高息”要当心" in question.text
    await kim.presses("停止")
    await kim.sees("还没有定时计划")
    town.clock.advance(timedelta(days=7))
    await ana.sees_not("第 3 课")


async def test_quiet_hours_move_a_push_to_their_end(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana")
    town.clock.advance(timedelta(hours=11))  # 23:00; quiet until 7:00
    await kim.pushes()
    await kim.sees("1 人在免打扰时段，7:00 起发送")
    await ana.sees_not("安全账户")
    town.clock.advance(timedelta(hours=8, minutes=1))
    await ana.sees("安全账户")


async def test_a_missed_slot_is_caught_up_once_and_a_stale_one_is_skipped(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana")
    await kim.schedules_push("每周定时", "周二", "周三", "周四", "选好了", "8:30")
    await town.stops()
    town.clock.advance(timedelta(days=2, hours=21))  # Thursday 9:00: two missed, one is due
    await town.starts()
    await ana.sees("第 1 课")
    await ana.sees_not("第 2 课")


async def test_a_time_in_the_past_is_not_taken(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.begins_push()
    await kim.presses("选时间发一次")
    await kim.presses("周一 11月23日")
    for unclear, asked in (("半夜", "请写上几点"), ("晚上12点", "没看懂")):
        await kim.says(unclear)
        await kim.sees(asked)
    for over in ("8:30", "八点半", "早上8点半", "8:30 am"):
        await kim.says(over)
        await kim.sees("已经过去")
    await kim.says("下午六点45")
    await kim.sees("周一 11月23日 18:45")
    for step in ("改时间", "选时间发一次"):
        await kim.presses(step)
    await kim.says("昨天")
    await kim.sees("已经过去")
    await kim.says("过些时候")
    await kim.sees("没看懂")
    await kim.says("明天")
    await kim.says("2 pm")
    await kim.sees("周二 11月24日 14:00")


async def test_a_double_press_counts_once(town: Town) -> None:
    ana = await town.member("ana")
    await ana.says("/study")
    await ana.presses("居民安全与权益")
    await ana.presses("安全账户")
    item = await ana.sees("2 分钟")
    assert "已记录" in (await ana.presses("已学习") or "")
    data = "done:resident-basics:safe-account"
    assert "之前已经" in (await ana.presses_raw(item, data) or "")
    await ana.says("/me")
    await ana.sees("1/14")


async def test_a_slot_that_is_too_late_is_skipped_and_shown(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana")
    await kim.schedules_push("每周定时", "周三", "选好了", "8:30")
    await town.stops()
    town.clock.advance(timedelta(days=3))  # Thursday noon
    await town.starts()
    await ana.sees_not("第 1 课")
    await kim.presses("查看定时计划")
    await kim.sees("周三 11月25日 8:30 机器人停机太久")
    town.clock.advance(timedelta(days=6))
    await ana.sees("第 1 课")

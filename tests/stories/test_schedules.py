"""Schedules: every kind of rhythm by taps, holidays, joining a course, reminders, missed slots."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.simulator import Message
from storage.model.roles import Role
from storage.tables import nodes, schedules
from tests.storage.district import rows_of
from tests.stories.conftest import Town
from tests.stories.people import Neighbour

BEFORE_NATIONAL_DAY = datetime.fromisoformat("2026-09-28T12:00:00+08:00")  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def planning(town: Town, item: str = "1.") -> Neighbour:
    """Staff who chose an item, and are asked when."""
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.begins_push(item)
    return kim


def slots(message: Message) -> list[str]:
    return [line[2:] for line in message.text.splitlines() if line.startswith("· ")]


async def served(town: Town, position: int) -> None:
    """The newest schedule has come so far in its course."""
    await town.rests()
    assert (await town.database.read(rows_of, schedules))[-1].position == position


# Every kind, by taps


@pytest.mark.parametrize(
    ("steps", "rhythm", "coming"),
    [
        (
            ("每天", "8:30"),
            "每天 8:30",
            ["周二 11月24日 8:30", "周三 11月25日 8:30"],
        ),
        (
            ("每周定时", "周二", "周四", "选好了", "8:30"),
            "每周二、周四 8:30",
            ["周二 11月24日 8:30", "周四 11月26日 8:30", "周二 12月1日 8:30"],
        ),
        (
            ("每月几号", "5", "8:30"),
            "每月 5 日 8:30",
            ["周六 12月5日 8:30", "2027年1月5日 周二 8:30"],
        ),
        (
            ("每月几号", "31", ">9:05"),
            "每月最后一天 9:05",
            ["周一 11月30日 9:05", "周四 12月31日 9:05", "2027年1月31日 周日 9:05"],
        ),
        (
            ("每月第几个周几", "第二个", "周二", "19:30"),
            "每月第二个周二 19:30",
            ["周二 12月8日 19:30", "2027年1月12日 周二 19:30"],
        ),
        (
            ("每月第几个周几", "最后一个", "周五", "19:30"),
            "每月最后一个周五 19:30",
            ["周五 11月27日 19:30", "周五 12月25日 19:30"],
        ),
        (
            ("每年", ">12月5日", "8:30"),
            "每年12月5日 8:30",
            ["周六 12月5日 8:30", "2027年12月5日 周日 8:30"],
        ),
        (
            ("加入课程后", "3", "8:30"),
            "加入课程 3 天后 8:30",
            [],
        ),
    ],
    ids=["daily", "weekly", "monthly", "last day", "nth", "last", "yearly", "joining"],
)
async def test_a_rhythm_is_set_up_by_taps_and_shows_its_coming_slots(
    town: Town, steps: tuple[str, ...], rhythm: str, coming: list[str]
) -> None:
    kim = await planning(town)
    await kim.does(*steps)
    confirm = await kim.sees("请确认")
    assert rhythm in confirm.text
    assert slots(confirm)[: len(coming)] == coming
    assert len(slots(confirm)) == (5 if coming else 0)
    await kim.presses("定时发送")
    await kim.sees("已安排")
    await kim.presses("查看定时计划")
    listed = await kim.sees("安全账户")
    assert rhythm in listed.text


async def test_joining_shows_when_somebody_who_joins_now_gets_it(town: Town) -> None:
    kim = await planning(town, "2.")
    await kim.does("加入课程后", ">3", "8:30")
    confirm = await kim.sees("请确认")
    assert "今天加入的人" in confirm.text
    assert "周四 11月26日 8:30" in confirm.text


async def test_the_time_can_be_changed_before_it_counts(town: Town) -> None:
    kim = await planning(town)
    await kim.does("每周定时", "周二", "选好了", "8:30")
    await kim.sees("每周二 8:30")
    await kim.does("改时间", "每天", ">7:15")
    await kim.sees("每天 7:15")
    await kim.presses("定时发送")
    await kim.sees("每天 7:15")


# More: every n weeks, limits, holidays, single days


async def test_every_second_week_begins_with_the_first_slot(town: Town) -> None:
    kim = await planning(town)
    await kim.does("每周定时", "周一", "选好了", "8:30")  # today is a Monday, and 8:30 is over
    await kim.does("更多", "间隔", "2")
    await kim.sees("每 2 周的周一 8:30")
    await kim.presses("返回")
    confirm = await kim.sees("请确认")
    assert slots(confirm)[:2] == ["周一 11月30日 8:30", "周一 12月14日 8:30"]


async def test_a_rhythm_ends_on_a_day_or_after_a_number_of_times(town: Town) -> None:
    kim = await planning(town)
    await kim.does("每天", "8:30", "更多", "截止", ">11月26日")
    more = await kim.sees("到 2026年11月26日 为止")
    assert slots(more) == ["周二 11月24日 8:30", "周三 11月25日 8:30", "周四 11月26日 8:30"]
    await kim.does("次数", "2")
    more = await kim.sees("共 2 次")
    assert len(slots(more)) == 2
    await kim.does("截止", "不限", "次数", ">3")
    more = await kim.sees("共 3 次")
    assert len(slots(more)) == 3
    await kim.does("返回", "定时发送")
    await kim.sees("共 3 次")
    ana = await town.member("ana")
    for number in (1, 2, 3):
        town.clock.advance(DAY)
        await ana.sees(f"第 {number} 课")
    town.clock.advance(DAY)
    await ana.sees_not("第 4 课")
    await kim.presses("查看定时计划")
    await kim.sees("还没有定时计划")


async def test_an_end_before_the_first_slot_is_no_schedule(town: Town) -> None:
    kim = await planning(town)
    await kim.does("每天", "8:30", "更多", "截止", ">2026-11-22")
    await kim.sees("已经过去")
    await kim.presses("周一 11月23日")
    await kim.sees("一次也不会发")
    await kim.presses("返回")
    assert "一次也不会发" in (await kim.presses("定时发送") or "")


async def test_statutory_holidays_are_left_out(town: Town) -> None:
    town.clock.move_to(BEFORE_NATIONAL_DAY)
    ana = await town.member("ana")
    kim = await planning(town)
    await kim.does("每天", "8:30", "更多", "节假日")
    more = await kim.sees("节假日不发")
    expected = ["周二 9月29日 8:30", "周三 9月30日 8:30", "周四 10月8日 8:30"]
    assert slots(more)[:3] == expected
    await kim.does("返回", "定时发送")
    await kim.sees("已安排")
    for day, item in ((29, "第 1 课"), (30, "第 2 课")):
        town.clock.move_to(datetime.fromisoformat(f"2026-09-{day}T08:31:00+08:00"))
        await ana.sees(item)
    town.clock.move_to(datetime.fromisoformat("2026-10-07T20:00:00+08:00"))
    await ana.sees_not("第 3 课")
    town.clock.move_to(datetime.fromisoformat("2026-10-08T08:31:00+08:00"))
    await ana.sees("第 3 课")


async def test_a_year_whose_holidays_are_not_known_is_named(town: Town) -> None:
    kim = await planning(town)
    await kim.does("每月几号", "1", "8:30", "更多", "节假日")
    await kim.sees("2027 年的放假安排还没有公布")
    await town.rests()
    town.clock.advance(timedelta(seconds=2))  # else it is a second tap
    await kim.does("节假日")
    more = await kim.sees("更多设置")
    assert "放假安排" not in more.text


async def test_single_days_are_left_out_and_taken_back(town: Town) -> None:
    kim = await planning(town)
    await kim.does("每天", "8:30", "更多", "跳过", "周三 11月25日", ">11月27日")
    await kim.presses("选好了")
    more = await kim.sees("更多设置")
    assert slots(more)[:3] == ["周二 11月24日 8:30", "周四 11月26日 8:30", "周六 11月28日 8:30"]
    await kim.does("跳过", "周三 11月25日", "选好了")
    more = await kim.sees("更多设置")
    assert slots(more)[1] == "周三 11月25日 8:30"


async def test_numbers_that_are_not_understood_are_explained(town: Town) -> None:
    kim = await planning(town)
    await kim.does("加入课程后", ">很久以后")
    await kim.sees("0 到 365")
    await kim.does(">400")
    await kim.sees("0 到 365")
    await kim.does(">7", "8:30")
    await kim.sees("加入课程 7 天后")


async def test_a_form_for_a_rhythm_survives_a_restart(town: Town) -> None:
    kim = await planning(town)
    await kim.does("每月第几个周几", "第二个")
    await town.stops()
    await town.starts()
    await kim.does("周二", "19:30", "更多", "节假日")
    await town.stops()
    await town.starts()
    await kim.does("返回", "定时发送")
    await kim.sees("每月第二个周二 19:30，法定节假日不发")


# Joining a course


async def test_a_course_is_joined_and_left_in_the_library(town: Town) -> None:
    ana, bo = await town.member("ana"), await town.member("bo")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await ana.says("/study")
    await ana.presses("居民安全与权益")
    assert "加入" in (await ana.presses("加入课程") or "")
    await ana.sees("您已加入这门课程")
    await town.rests()
    town.clock.advance(timedelta(seconds=2))  # else it is a second tap
    assert "退出" in (await ana.presses("退出课程") or "")
    await ana.sees("不再推送给您")
    await kim.pushes()
    await bo.sees("第 1 课")
    await ana.sees_not("第 1 课")  # what the button says is what happens


async def test_after_joining_each_person_gets_the_item_once_on_their_own_day(town: Town) -> None:
    ana, bo, li = [await town.member(name) for name in ("ana", "bo", "li")]
    resident = await town.resident("mei")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.schedules_push("加入课程后", "2", "8:30", item="2.")
    await ana.says("/study")
    await ana.presses("居民安全与权益")
    await ana.presses("加入课程")
    town.clock.advance(DAY)  # Tuesday noon: bo joins by "done"
    await bo.says("/study")
    await bo.presses("居民安全与权益")
    await bo.presses("安全账户")
    await bo.sees("2 分钟")
    await bo.presses("已学习")
    town.clock.advance(timedelta(hours=20, minutes=31))  # Wednesday
    await ana.sees("第 2 课")
    await bo.sees_not("第 2 课")
    town.clock.advance(DAY)
    await bo.sees("第 2 课")
    for _ in range(3):
        town.clock.advance(DAY)
        await li.sees_not("第 2 课")
    for person, times in ((ana, 1), (bo, 1), (li, 0), (resident, 0)):
        assert sum("第 2 课（约" in m.text for m in person.messages) == times


async def test_who_leaves_the_course_in_time_gets_nothing(town: Town) -> None:
    ana = await town.member("ana")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.schedules_push("加入课程后", "1", "8:30", item="2.")
    await ana.says("/study")
    await ana.presses("居民安全与权益")
    await ana.presses("加入课程")
    await town.rests()
    town.clock.advance(timedelta(seconds=2))  # else it is a second tap
    await ana.presses("退出课程")
    town.clock.advance(timedelta(hours=21))
    await ana.sees_not("第 2 课")


# Reminders


async def test_a_reminder_comes_the_day_before_to_who_still_has_a_place(town: Town) -> None:
    bo, li, mei = [await town.resident(name) for name in ("bo", "li", "mei")]
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.posts_event()
    for person in (bo, li):
        await person.presses("我要报名")
        await person.sees("周五 11月27日 9:30 提醒您")
    town.clock.advance(timedelta(seconds=1))
    await li.presses("取消报名")
    shown = await li.sees("还剩 39")
    assert "提醒您" not in shown.text
    town.clock.advance(timedelta(days=3, hours=21, minutes=31))
    await bo.sees("别忘了")
    for person in (li, mei):
        await person.sees_not("别忘了")
    await li.presses("我要报名")
    shown = await li.sees("您已报名")
    assert "提醒您" not in shown.text  # that moment is over


async def test_staff_choose_another_reminder_or_none(town: Town) -> None:
    bo = await town.resident("bo")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.does(">/post", "公共服务", ">家庭消防演练", "周六 11月28日", "9:30", ">社区广场")
    await kim.presses("40")
    await kim.sees("提前 24 小时提醒")
    await kim.presses("⏰")
    await kim.sees("提前 48 小时提醒")
    await kim.presses("⏰")
    await kim.sees("不提醒")
    await kim.presses("⏰")
    await kim.sees("提前 2 小时提醒")
    await kim.presses("发布")
    await kim.sees("已发布")
    await bo.presses("我要报名")
    await bo.sees("周六 11月28日 7:30 提醒您")
    town.clock.advance(timedelta(days=4, hours=19))
    await bo.sees_not("别忘了")
    town.clock.advance(HOUR)
    await bo.sees("别忘了")


async def test_an_event_called_off_reminds_nobody(town: Town) -> None:
    bo = await town.resident("bo")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.posts_event()
    await bo.presses("我要报名")
    await kim.presses("取消活动")
    await kim.presses("确定取消")
    await bo.sees("取消了")
    town.clock.advance(timedelta(days=4))
    await bo.sees_not("别忘了")


async def test_a_reminder_stands_in_the_plans_and_can_be_stopped(town: Town) -> None:
    bo = await town.resident("bo")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.posts_event()
    await kim.does(">/staff", "更多", "定时计划")
    listed = await kim.sees("活动开始前 24 小时")
    assert "家庭消防演练" in listed.text
    assert "周五 11月27日 9:30" in listed.text
    await kim.does("停止第 1 项", "停止")
    await bo.presses("我要报名")
    shown = await bo.sees("您已报名")
    assert "提醒您" not in shown.text
    town.clock.advance(timedelta(days=4))
    await bo.sees_not("别忘了")


async def test_an_event_within_two_hours_has_no_reminder(town: Town) -> None:
    bo = await town.resident("bo")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.does(">/post", "公共服务", ">讲座", "周一 11月23日", ">13:30", ">社区广场", "40")
    confirm = await kim.sees("请确认")
    assert "不提醒（两小时内就开始了）" in confirm.text
    assert not any("⏰" in label for label in confirm.buttons)
    await kim.presses("发布")
    await bo.presses("我要报名")
    shown = await bo.sees("您已报名")
    assert "提醒您" not in shown.text


# What was missed


async def test_a_missed_slot_is_shown_also_when_it_was_the_only_one(town: Town) -> None:
    ana = await town.member("ana")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.schedules_push("选时间发一次", "周二 11月24日", "8:30")
    await town.stops()
    town.clock.advance(2 * DAY)
    await town.starts()
    await ana.sees_not("安全账户")
    await kim.presses("查看定时计划")
    listed = await kim.sees("周二 11月24日 8:30 机器人停机太久")
    assert not any("停止" in label for label in listed.buttons)
    town.clock.advance(8 * DAY)
    await kim.does(">/staff", "更多", "定时计划")
    await kim.sees("还没有定时计划")


async def test_staff_see_that_a_lesson_went_to_nobody_and_what_they_can_do(town: Town) -> None:
    ana = await town.member("ana")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.schedules_push("选时间发一次", "周二 11月24日", "8:30")
    await kim.schedules_push("每天", ">8:40")
    town.clock.advance(20.6 * HOUR)
    await ana.sees("安全账户")
    # The daily one begins with the same lesson, a little later: nobody is left for it.
    town.clock.advance(HOUR)
    await served(town, 1)
    await kim.does(">/staff", "更多", "定时计划")
    listed = await kim.sees("没有发给任何人")
    assert "周二 11月24日 8:40" in listed.text
    assert "骗局》没有发给任何人：能收的人都已经有这一课了" in listed.text
    assert "下一次接着发后面的一课；也可以停止" in listed.text
    await kim.presses("停止第 1 项")
    await kim.sees("没有发给任何人")
    await kim.presses("返回")
    town.clock.advance(DAY)  # the next lesson reaches ana: that is news no more
    await ana.sees("退款")
    await kim.does(">/staff", "更多", "定时计划")
    await kim.sees_not("没有发给任何人")


async def test_a_long_list_of_plans_has_pages(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    for number in range(10):
        await kim.schedules_push("每天", f">{number + 8}:15")
    await kim.presses("查看定时计划")
    first = await kim.sees("1. ")
    assert "停止第 8 项" in first.buttons
    assert "停止第 9 项" not in first.buttons
    await kim.presses("下一页")
    await kim.sees("10. ")
    await kim.does("停止第 10 项", "停止", "下一页")
    shown = await kim.sees("9. ")
    assert "停止第 9 项" in shown.buttons
    assert "停止第 10 项" not in shown.buttons


async def test_two_presses_on_done_at_once_join_once(town: Town) -> None:
    ana = await town.member("ana")
    await ana.says("/study")
    await ana.presses("居民安全与权益")
    card = await ana.sees("已学习 0/14")
    data = "done:resident-basics:safe-account"
    await asyncio.gather(*(ana.presses_raw(card, data) for _ in range(3)))
    await ana.says("/study")
    await ana.presses("居民安全与权益")
    await ana.sees("您已加入这门课程")


async def test_a_community_with_a_clock_of_its_own_is_asked_and_told_in_its_time(
    town: Town,
) -> None:
    east = nodes.update().where(nodes.c.id == town.communities["东湖社区"].id)
    await town.database.write(
        lambda c: c.execute(east.values(timezone="Asia/Urumqi")) and None  # two hours behind
    )
    ana = await town.member("ana")
    kim = await planning(town)
    await kim.does("每天", "8:30")
    confirm = await kim.sees("以上是乌鲁木齐时间")
    assert slots(confirm)[0] == "周二 11月24日 8:30"
    await kim.presses("定时发送")
    await kim.sees("已安排")
    town.clock.advance(timedelta(hours=22, minutes=29))
    await ana.sees_not("第 1 课")
    town.clock.advance(timedelta(minutes=2))  # 10:31 in Shanghai
    await ana.sees("第 1 课")
    await kim.presses("查看定时计划")
    await kim.sees("下一次 周三 11月25日 8:30")


async def test_the_clock_of_a_community_is_set_by_a_city_and_moves_what_is_planned(
    town: Town,
) -> None:
    ana, bo = await town.member("ana"), await town.member("bo", "西山社区")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.schedules_push("每天", "8:30")
    mei = await town.staff("mei", Role.DISTRICT)
    await mei.does(">/communities", "东湖社区 上海")
    asked = await mei.sees("东湖社区的时区")
    assert "上海（UTC+8）" in asked.text
    await mei.says("水星")
    await mei.sees("没找到“水星”")
    await mei.says("乌鲁木齐")
    confirm = await mei.sees("那里现在是 周一 11月23日 10:0")
    assert "乌鲁木齐（UTC+6）" in confirm.text
    assert "1 个定时计划" in confirm.text
    await mei.presses("改时区")
    await mei.sees("已改成乌鲁木齐")
    await kim.presses("查看定时计划")
    await kim.sees("下一次 周二 11月24日 8:30")
    town.clock.advance(timedelta(hours=20, minutes=31))  # 8:31 in Shanghai
    await ana.sees_not("第 1 课")
    town.clock.advance(2 * HOUR)
    await ana.sees("第 1 课")
    await bo.sees_not("第 1 课")


async def test_a_clock_further_east_serves_the_slot_that_is_over_there_once(town: Town) -> None:
    ana = await town.member("ana")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.schedules_push("每天", ">12:30")
    mei = await town.staff("mei", Role.DISTRICT)
    await mei.does(">/communities", "上海", "东京", "改时区")  # 13:00 there
    await ana.sees("第 1 课")
    town.clock.advance(HOUR)
    await ana.sees_not("第 2 课")
    town.clock.advance(timedelta(hours=22, minutes=31))  # 12:31 in Tokyo
    await ana.sees("第 2 课")


async def test_the_district_s_own_city_is_no_zone_of_its_own(town: Town) -> None:
    mei = await town.staff("mei", Role.DISTRICT)
    for city in ("东京", "上海"):
        await mei.does(">/communities", "🕘", city, "改时区")
        await mei.sees(f"已改成{city}")
    kept = await town.database.read(lambda c: list(c.execute(select(nodes.c.timezone)).scalars()))
    assert set(kept) == {None}


async def test_only_the_district_sets_a_clock(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.says("/communities")
    await kim.sees("邻里能做什么")  # as for a command that does not exist
    told = await kim.presses_raw(kim.last, f"zone:{town.communities['东湖社区'].id}")
    assert "没有找到" in (told or "")
    kept = await town.database.read(lambda c: list(c.execute(select(nodes.c.timezone)).scalars()))
    assert set(kept) == {None}

"""An event that is held every week, and what people hear of it: changes and reminders."""

from datetime import datetime

from storage.model.roles import Role
from storage.tables import nodes
from tests.stories.conftest import Town
from tests.stories.people import Neighbour

WEEKLY = "/post 周六9:30 家庭消防演练 社区广场 40人"


async def signs_up(person: Neighbour, day: str) -> None:
    await person.says("/events")
    await person.presses(f"{day} 家庭消防演练")
    await person.presses("我要报名")
    await person.sees("您已报名")


async def changes(kim: Neighbour, weeks: int, *steps: str) -> None:
    """Staff find the event so many weeks from now, and change it."""
    await kim.does(">/events", *["下周"] * weeks, "1", "名单", "改", *steps)


async def test_of_a_weekly_event_one_is_changed_and_then_all_to_come(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    bo, li = await town.resident("bo"), await town.resident("li")
    await kim.does(f">{WEEKLY}", "公共服务", "只有一次", "4", "发布")
    await kim.sees("共 4 场，最后一场 周六 12月19日 9:30")
    for person in (bo, li):
        await person.sees("周六 11月28日 9:30 · 社区广场")
    await signs_up(bo, "12月5日")
    await signs_up(li, "12月19日")
    await changes(kim, 1, ">10点", "保存", "只改这一场")
    news = await bo.sees("有变动")
    assert "周六 12月5日 9:30 → 周六 12月5日 10:00" in news.text
    await changes(kim, 2, "📍", ">一楼大厅", "保存", "这一场和以后的 1 场")
    news = await li.sees("有变动")
    assert "一楼大厅" in news.text
    assert "10:00" not in news.text, "the time of another of them"
    await bo.sees_not("一楼大厅")
    for day, shown in (("12月5日", "10:00 · 社区广场"), ("12月12日", "9:30 · 一楼大厅")):
        await bo.does(">/events", f"{day} 家庭消防演练")
        await bo.sees(f"周六 {day} {shown}")


async def test_staff_are_told_how_many_hear_of_a_change_of_all_to_come(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    bo, li = await town.resident("bo"), await town.resident("li")
    await kim.does(f">{WEEKLY}", "公共服务", "只有一次", "4", "发布")
    for person in (bo, li):
        await person.sees("社区广场")
        await signs_up(person, "12月12日")
    await signs_up(li, "12月19日")
    await changes(kim, 1, ">10点", "保存")
    told = await kim.sees("这样改，对吗")
    assert "这一场还没有人报名" in told.text
    assert "连后面的一起改，一共 2 人会收到通知" in told.text
    await kim.presses("这一场和以后的 2 场")
    assert "后面的 2 场也一起改了。正在通知 2 人" in (await kim.sees("已改好")).text
    for person in (bo, li):
        await person.sees("有变动")
    await kim.does("名单", "取消活动")
    asked = await kim.sees("确定取消")
    assert "已有 0 人报名" in asked.text
    assert "后面每周还有 2 场，连后面的，一共 2 人报名" in asked.text
    assert await kim.presses("以后的都取消") == "取消了 3 场，正在通知 2 人"
    for person in (bo, li):
        await person.sees("取消了")


async def test_two_events_of_a_day_are_one_reminder_a_day_and_two_hours_before(town: Town) -> None:
    west = nodes.update().where(nodes.c.id == town.communities["西山社区"].id)
    await town.database.write(lambda c: c.execute(west.values(timezone="Asia/Urumqi")) and None)
    mei = await town.staff("mei", Role.DISTRICT)
    bo, li = await town.resident("bo"), await town.resident("li", "西山社区")
    for title, at in (("消防演练", "9:00"), ("包饺子", "14:00")):
        await mei.does(f">/post 周六{at} {title} 社区广场 40人", "示范区", "公共服务")
        await mei.sees("请确认")
        await mei.does("发布", ">/events", "1" if at == "9:00" else "2")
        await mei.does("提醒", "2 小时前")
    for person in (bo, li):
        await person.sees("消防演练")
        await person.sees("包饺子")
        for title in ("消防演练", "包饺子"):
            await person.does(">/events", title, "我要报名")
            await person.sees("您已报名")
    until(town, "2026-11-27T09:00:00+08:00")
    for person in (bo, li):
        reminder = await person.sees("您有 2 个活动")
        assert reminder.text.index("消防演练") < reminder.text.index("包饺子")
    assert await bo.presses("来：消防演练") == "好的，到时见！"
    await bo.does("不来：包饺子", "让出名额")
    await bo.sees("名额让给别人了")
    await nothing_new(bo, li)
    until(town, "2026-11-27T23:30:00+08:00")  # 21:30 where li lives, and night at 7 o'clock
    assert "包饺子" not in (await li.sees("别忘了")).text
    await bo.sees_not("别忘了")
    until(town, "2026-11-28T07:00:00+08:00")
    assert "您说了会来" in (await bo.sees("别忘了")).text
    await nothing_new(bo, li)
    until(town, "2026-11-28T12:00:00+08:00")
    assert "包饺子" in (await li.sees("别忘了")).text
    await bo.sees_not("别忘了")


async def nothing_new(*people: Neighbour) -> None:
    """They go on to something else: what they see from now on is new."""
    for person in people:
        await person.says("/events")
        await person.sees("近期活动")


def until(town: Town, moment: str) -> None:
    """The clock goes on to this moment."""
    town.clock.advance(datetime.fromisoformat(moment) - town.clock.now())

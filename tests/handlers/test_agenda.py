"""/events of staff: weeks, months, what is missing, and telling those again who are silent."""

from datetime import timedelta

from storage.tables import broadcasts, events
from tests.handlers.room import Room
from tests.handlers.test_reminders import an_event
from tests.storage.district import rows_of


async def test_staff_turn_from_week_to_week_and_month_to_month(room: Room) -> None:
    kim = await room.staff("kim")
    await an_event(room, "消防演练")
    await kim.says("/events")
    assert "消防演练 · 0/10" in kim.screen
    await kim.presses("下周")
    assert "这一周没有活动" in kim.screen
    await kim.presses("上周", "整月")
    assert "1 场" in kim.screen
    await kim.presses("月 »", "« ")
    assert "1 场" in kim.screen
    week = next(label for label in kim.buttons if label.endswith("日"))
    await kim.presses(week)
    assert "编号" in kim.screen or "这一周没有活动" in kim.screen


async def test_each_choice_that_is_empty_says_what_to_do_next(room: Room) -> None:
    kim = await room.staff("kim")
    for choice, told in (
        ("我发布的", "发布活动"),
        ("待确认", "没有要确认"),
        ("已满", "还有名额"),
    ):
        await kim.says("/events")
        await kim.presses(choice)
        assert told in kim.screen
        await kim.presses("本周")
        assert "这一周没有活动" in kim.screen


async def test_staff_see_what_is_missing_and_tell_the_silent_again(room: Room) -> None:
    kim = await room.staff("kim")
    for name in ("ana", "bo"):
        await room.resident(name)
    await an_event(room, "消防演练")
    await kim.says("/events")
    await kim.presses("1")
    assert "10 个名额报了 0 个" in kim.screen
    await kim.presses("再通知没回应的 2 人")
    assert "一天最多发一次" in kim.screen
    before = len(await room.database.read(rows_of, broadcasts))
    assert await kim.presses("发给 2 人") == "正在发给 2 人"
    assert len(await room.database.read(rows_of, broadcasts)) == before + 1
    assert not [label for label in kim.buttons if "再通知" in label]
    room.clock.at += timedelta(days=1)


async def test_staff_choose_when_people_are_reminded(room: Room) -> None:
    kim = await room.staff("kim")
    await an_event(room, "消防演练", hours=200)
    await kim.says("/events")
    await kim.presses("整月")
    [row] = await room.database.read(rows_of, events)
    await kim.presses_raw(f"reminder_times:{row.id}")
    assert kim.buttons[:4] == ["○ 一周前", "○ 两天前", "✅ 一天前", "○ 2 小时前"]
    await kim.presses("一周前", "一天前")
    assert kim.buttons[:4] == ["✅ 一周前", "○ 两天前", "○ 一天前", "○ 2 小时前"]
    [row] = await room.database.read(rows_of, events)
    assert row.reminders == "168"


async def test_residents_see_their_own_first(room: Room) -> None:
    ana = await room.resident("ana")
    await an_event(room, "包饺子", hours=30)
    await an_event(room, "消防演练", hours=40)
    await ana.says("/events")
    await ana.presses("消防演练", "我要报名")
    await ana.says("/events")
    assert ["✅" in label for label in ana.buttons[:2]] == [True, False]
    assert "消防演练" in ana.buttons[0]


async def test_events_are_found_by_words_and_by_their_day_also_past_ones(room: Room) -> None:
    kim, bo = await room.staff("kim"), await room.resident("bo")
    far = await room.resident("li", "西山社区")
    await an_event(room, "消防演练")
    await an_event(room, "读书会")
    past = await an_event(room, "消防讲座")
    held = events.update().where(events.c.id == past)
    moved = held.values(starts_at=room.clock.now() - timedelta(days=3))
    await room.database.write(lambda c: c.execute(moved) and None)
    for talker in (kim, bo):
        await talker.says("/events")
        await talker.presses("找活动")
        await talker.says("消防")
        titles = [label for label in talker.buttons if "消防" in label]
        assert ["演练" in label for label in titles] == [True, False], "to come first"
        await talker.says("11月20日")
        assert [label for label in talker.buttons if "消防讲座" in label]
        assert not [label for label in talker.buttons if "读书会" in label]
        await talker.says("100%")
        assert "没有找到" in talker.form
        await talker.says("字" * 61)
        assert "1 到 60" in talker.screen
        await talker.says("讲座")
        await talker.presses("消防讲座")
        assert "消防讲座" in talker.screen
        assert await talker.forms() == []
    await far.says("/events")
    await far.presses("找活动")
    await far.says("消防")
    assert "没有找到" in far.form

"""Drafts, events once more, weekly ones, and signing up that is closed: as staff press."""

from storage.model.event import EventState
from tests.handlers.room import Room
from tests.handlers.test_post import at_the_review, posted


async def test_a_draft_is_found_again_and_posted(room: Room) -> None:
    kim, bo = await at_the_review(room), await room.resident("bo")
    await kim.presses("存为草稿")
    assert "只有工作人员看得到" in kim.screen
    await bo.says("/events")
    assert "家庭消防演练" not in "".join(bo.buttons)
    await kim.presses_raw("posted")
    await kim.presses("📝 草稿")
    await kim.says("10点")
    await kim.presses("存为草稿")
    await kim.presses("接着写")
    assert "10:00" in kim.screen
    await kim.says("60人")
    await kim.presses("发布")
    (event,) = await posted(room, kim)
    assert (event.state, event.capacity) == (EventState.OPEN, 60)
    await bo.says("/events")
    assert "家庭消防演练" in "".join(bo.buttons)


async def test_a_draft_is_deleted(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("存为草稿", "接着写", "删除草稿")
    assert "📝 草稿" not in "".join(kim.buttons)
    assert [each.state for each in await posted(room, kim)] in ([], [EventState.CANCELLED])


async def test_an_event_is_held_once_more_with_all_but_the_day(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("发布", "改", "再办一次")
    assert "哪一天" in kim.screen
    await kim.says("12月5日")
    assert "周六 12月5日 9:30 · 社区广场" in kim.screen
    await kim.presses("发布")
    assert len(await posted(room, kim)) == 2


async def test_of_a_weekly_event_that_begins_at_once_the_later_ones_remind(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.says("今天13点")
    assert "不提醒（两小时内就开始了）" in kim.screen
    assert "以后的会提醒" not in kim.screen
    await kim.presses("🔁 只有一次", "4")
    assert "第一场不提醒（两小时内就开始了），以后的会提醒" in kim.screen
    await kim.presses("发布")
    first, *later = sorted(await posted(room, kim), key=lambda each: each.starts_at)
    assert first.remind_at is None
    assert all(each.remind_at for each in later)


async def test_a_weekly_event_of_which_one_is_changed_and_then_all_to_come(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("🔁 只有一次", "4")
    assert "每周一次，共 4 次" in "".join(kim.buttons)
    await kim.presses("发布")
    assert "共 4 场，最后一场 周六 12月19日 9:30" in kim.screen
    every = await posted(room, kim)
    await kim.presses_raw(f"change:{every[1].id}")
    await kim.says("10点")
    await kim.presses("保存", "只改这一场")
    assert [str(e.starts_at.minute) for e in await posted(room, kim)] == ["30", "0", "30", "30"]
    await kim.presses_raw(f"change:{every[2].id}")
    await kim.presses("📍")
    await kim.says("一楼大厅")
    await kim.presses("保存")
    await kim.presses("这一场和以后的 1 场")
    places = [each.place for each in await posted(room, kim)]
    assert places == ["社区广场", "社区广场", "一楼大厅", "一楼大厅"]
    await kim.presses_raw(f"call_off:{every[1].id}")
    assert "每周还有 2 场" in kim.screen
    await kim.presses("这一场和以后的都取消")
    states = [each.state for each in await posted(room, kim)]
    assert states.count(EventState.OPEN) == 1


async def test_sign_up_is_closed_and_opened_on_the_review(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("发布", "改", "停止报名")
    assert "报名停止了" in kim.screen
    await kim.presses("改", "恢复报名")
    assert "又可以报名了" in kim.screen


async def test_too_many_weeks_are_told(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("🔁 只有一次")
    for text in ("27", "0", "很多"):
        await kim.says(text)
        assert "最多 26 次" in kim.screen

"""The library: what comes of a course by itself, what one may change of it, and its items."""

from datetime import UTC, datetime, time, timedelta

import pytest

from content.screen import Button, Screen
from content.screens.study import without_buttons
from storage.actions.study import schedule_push
from storage.model.message import Media, MediaKind
from storage.model.push import NewPush
from storage.model.rhythm import Rhythm, ScheduleKind, after_joining
from storage.model.schedule import Timetable
from storage.queries.people import by_telegram_id
from tests.handlers.room import OWNER, Room, Talker

COURSE, ITEM = "resident-basics", "safe-account"
AT = time(8, 30)
WEEKLY = Rhythm(ScheduleKind.WEEKLY, days=("mon",), at=AT)
CHANGES = ("加入课程", "退出课程", "暂停学习推送", "恢复学习推送")


async def opens(person: Talker) -> list[str]:
    """Opens the course; gives what may be changed of what comes of it."""
    await person.says("/study")
    await person.presses("居民安全与权益")
    return changes(person)


def changes(person: Talker) -> list[str]:
    return [word for word in CHANGES if any(word in label for label in person.buttons)]


def later(room: Room) -> None:
    """Somebody thinks again: no second tap."""
    room.clock.at += timedelta(seconds=2)


async def schedules(room: Room, rhythm: Rhythm, place: str = "东湖社区") -> None:
    owner = await room.database.read(by_telegram_id, OWNER)
    assert owner is not None
    new = NewPush(f"{rhythm.kind} {place}", room.communities[place].id, COURSE, ITEM, 0)
    now = room.clock.now()
    first = Timetable(rhythm, now + timedelta(days=1))
    await room.database.write(schedule_push, owner.id, new, first, now)


async def test_a_course_that_nobody_pushes_promises_nothing(room: Room) -> None:
    ana = await room.member("ana")
    assert await opens(ana) == ["加入课程"]
    assert "现在没有安排推送" in ana.screen
    assert "已加入" in await ana.presses("加入课程")
    assert "您已加入这门课程。社区现在没有安排推送" in ana.screen
    later(room)
    assert "已退出" in await ana.presses("退出课程")
    assert "不再推送给您" in ana.screen
    assert changes(ana) == ["加入课程"]


@pytest.mark.parametrize("place", ["东湖社区", "示范区"])
async def test_where_all_members_get_it_the_button_pauses_study_pushes(
    room: Room, place: str
) -> None:
    ana, gone = await room.member("ana"), await room.member("bo")
    await opens(gone)
    await gone.presses("加入课程")
    later(room)
    await gone.presses("退出课程")
    await schedules(room, WEEKLY, place)
    assert await opens(ana) == ["暂停学习推送"]
    assert "推送给全体成员" in ana.screen
    await ana.presses("暂停学习推送")
    assert "现在不会收到" in ana.screen
    later(room)
    await ana.presses("恢复学习推送")
    assert changes(ana) == ["暂停学习推送"]
    assert await opens(gone) == ["加入课程"]
    assert "不再推送给您" in gone.screen
    later(room)
    await gone.presses("加入课程")
    assert changes(gone) == ["暂停学习推送"]


async def test_what_comes_after_joining_is_joined_and_left(room: Room) -> None:
    ana, far = await room.member("ana"), await room.member("li", "西山社区")
    await schedules(room, after_joining(COURSE, 1, AT))
    await opens(ana)
    await ana.presses("加入课程")
    assert "按您加入的日子发来" in ana.screen
    assert changes(ana) == ["退出课程"]
    await opens(far)
    assert "没有安排推送" in far.screen


async def test_a_resident_is_offered_nothing_that_does_not_come(room: Room) -> None:
    bo = await room.resident("bo")
    for rhythm in (WEEKLY, after_joining(COURSE, 1, AT)):
        await schedules(room, rhythm)
        assert await opens(bo) == []
        assert "只发给在册成员" in bo.screen
    assert "只发给在册成员" in await bo.presses_raw(f"join_course:{COURSE}:0")
    assert await opens(bo) == []


async def test_an_item_of_the_list_says_that_it_is_done_and_leads_on_and_back(room: Room) -> None:
    ana = await room.member("ana")
    await opens(ana)
    await ana.presses("1. ")
    assert ana.buttons == ["✅ 已学习", "📖 往期资料", "下一课 ›"]
    await ana.presses("已学习")
    assert ana.buttons == ["📖 往期资料", "下一课 ›"]
    room.clock.at += timedelta(days=1)
    await ana.presses("往期资料")
    assert any(label.startswith("1. ✅ ") for label in ana.buttons)
    assert any(label.startswith("2. ") for label in ana.buttons)
    await ana.presses("1. ")
    assert "✅ 已学习 · " in ana.screen
    assert "已学习" not in "".join(ana.buttons)
    await ana.presses("下一课")
    assert "第 2 课" in ana.screen
    assert ana.buttons == ["✅ 已学习", "‹ 上一课", "📖 往期资料", "下一课 ›"]
    await ana.presses("上一课")
    assert "第 1 课" in ana.screen


def test_a_preview_has_the_pictures_of_what_it_shows_and_nothing_to_press() -> None:
    media = (Media(MediaKind.PHOTO, "id"),)
    shown = without_buttons(Screen("text", ((Button("done", "done:a:b"),),), media))
    assert shown == Screen("text", media=media)


async def test_from_november_on_the_desk_says_that_the_next_years_holidays_are_missing(
    room: Room,
) -> None:
    kim = await room.staff("kim")
    room.clock.at = datetime(2026, 10, 31, 4, tzinfo=UTC)
    await kim.says("/staff")
    assert "放假安排" not in kim.screen
    room.clock.at += timedelta(days=1)
    await kim.says("/staff")
    assert "2027 年的放假安排还没有" in kim.screen


async def test_a_long_choice_is_turned_with_words_not_with_numbers(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/push")
    await kim.presses("居民安全与权益")
    turns = [label for label in kim.buttons if "页" in label]
    assert turns == ["下一页 ›"]
    assert not {"1", "2", "3", "<", ">"} & set(kim.buttons)
    await kim.presses("下一页")
    assert [label for label in kim.buttons if "页" in label] == ["‹ 上一页", "下一页 ›"]
    await kim.presses("上一页")
    assert any(label.startswith("1. ") for label in kim.buttons)

"""Changing an event that was posted: the same review, who is told, and the slips that are put
right."""

from datetime import datetime, timedelta

import pytest

from storage.actions.events import post
from storage.model.event import Event, NewEvent
from storage.queries import events as queries
from storage.queries.people import by_telegram_id
from tests.handlers.room import OWNER, Room, Talker

SATURDAY = datetime.fromisoformat("2026-11-28T09:30:00+08:00")


async def an_event(room: Room, starts_at: datetime = SATURDAY) -> Event:
    owner = await room.database.read(by_telegram_id, OWNER)
    assert owner is not None
    node = room.communities["东湖社区"].id
    new = NewEvent("e", node, "service", "家庭消防演练", "社区广场", starts_at, 40)
    return await room.database.write(post, owner.id, new, room.clock.now())


async def as_it_is(room: Room, event: Event) -> Event:
    return await room.database.read(queries.by_id, event.id)


async def changing(room: Room, event: Event, language: str = "zh") -> Talker:
    kim = await room.staff("kim", language=language)
    await kim.presses_raw(f"roster:{event.id}")
    await kim.presses("改" if language == "zh" else "Change")
    return kim


async def signs_up(room: Room, event: Event, *names: str) -> None:
    for name in names:
        person = await room.resident(name)
        await person.presses_raw(f"join:{event.id}")


async def test_a_change_says_first_what_is_otherwise_and_who_is_told(room: Room) -> None:
    event = await an_event(room)
    await signs_up(room, event, "ana", "bo")
    kim = await changing(room, event)
    assert "周六 11月28日 9:30 · 社区广场" in kim.screen
    await kim.says("10点")
    await kim.presses("📍")
    await kim.says("一楼大厅")
    await kim.presses("保存")
    assert "周六 11月28日 9:30 → <b>周六 11月28日 10:00</b>" in kim.screen
    assert "报名的 2 人会收到通知" in kim.screen
    assert (await as_it_is(room, event)).place == "社区广场"
    await kim.presses("保存")
    assert "已改好。正在通知 2 人" in kim.screen
    assert "时间：周六 11月28日 9:30 → <b>周六 11月28日 10:00</b>" in kim.screen
    assert "地点：社区广场 → <b>一楼大厅</b>" in kim.screen
    after = await as_it_is(room, event)
    assert (after.place, after.starts_at) == ("一楼大厅", SATURDAY + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("line", "answer", "was", "shown"),
    [
        ("🎫 家庭消防演练", "says 防火演练", "家庭消防演练", "防火演练"),
        ("公共服务", "presses 学习活动", "公共服务", "学习活动"),
        ("📅", "says 12-5", "周六 11月28日 9:30", "周六 12月5日 9:30"),
        ("🕘", "says 10:00-11:30", "周六 11月28日 9:30", "周六 11月28日 10:00–11:30"),
        ("加结束时间", "says 11点", "周六 11月28日 9:30", "周六 11月28日 9:30–11:00"),
        ("📍", "says 一楼大厅", "社区广场", "一楼大厅"),
        ("名额 40", "presses 不限", "40", "不限"),
        ("⏰", "", "提前 24 小时", "提前 48 小时"),
    ],
)
async def test_each_thing_can_be_changed_alone(
    room: Room, line: str, answer: str, was: str, shown: str
) -> None:
    event = await an_event(room)
    kim = await changing(room, event)
    await kim.presses(line)
    verb, _, text = answer.partition(" ")
    if verb:
        await (kim.says(text) if verb == "says" else kim.presses(text))
    await kim.presses("保存")
    assert f"：{was} → <b>{shown}</b>" in kim.screen
    await kim.presses("保存")
    assert "已改好。没有通知任何人" in kim.screen
    assert f"：{was} → <b>{shown}</b>" in kim.screen
    assert await as_it_is(room, event) != event


async def test_with_nothing_changed_there_is_nothing_to_save(room: Room) -> None:
    event = await an_event(room)
    kim = await changing(room, event)
    assert "还没有改什么" in await kim.presses("保存")
    await kim.says("10点")
    await kim.says("9:30")
    assert "还没有改什么" in await kim.presses("保存")


async def test_fewer_places_than_people_lead_to_the_roster_and_keep_the_number(room: Room) -> None:
    event = await an_event(room)
    await signs_up(room, event, "ana", "bo", "li")
    kim = await changing(room, event)
    await kim.says("2人")
    assert "已有 3 人报名，比 2 多 1 人" in kim.screen
    assert "原来的（40）" in kim.screen
    await kim.presses("名单")
    assert "1. ana" in kim.screen
    event_now = await as_it_is(room, event)
    assert (event_now.capacity, event_now.taken) == (40, 3)


async def test_another_number_is_sent_where_one_was_too_few(room: Room) -> None:
    event = await an_event(room)
    await signs_up(room, event, "ana", "bo", "li")
    kim = await changing(room, event)
    for text, told in (("2人", "比 2 多 1 人"), ("1", "比 1 多 2 人"), ("好多", "没看懂")):
        await kim.says(text)
        assert told in kim.screen
    await kim.says("３人")
    await kim.presses("保存", "保存")
    assert "名额：40 → <b>3</b>" in kim.screen
    assert (await as_it_is(room, event)).capacity == 3


async def test_the_receipt_says_how_many_of_the_line_got_a_place(room: Room) -> None:
    event = await an_event(room)
    kim = await changing(room, event)
    await kim.says("1人")
    await kim.presses("保存", "保存")
    await signs_up(room, event, "ana", "bo", "li", "zhou")
    await kim.presses_raw(f"change:{event.id}")
    await kim.says("3人")
    await kim.presses("保存", "保存")
    assert "已改好。候补的 2 人有了名额" in kim.screen


async def test_an_event_that_is_over_is_put_right_and_nobody_is_told(room: Room) -> None:
    event = await an_event(room)
    await signs_up(room, event, "ana")
    room.clock.at = SATURDAY + timedelta(days=2)
    kim = await room.staff("kim")
    await kim.presses_raw(f"roster:{event.id}")
    await kim.presses("更多", "改")
    assert "不会通知任何人" in kim.screen
    await kim.presses("📅", "昨天")
    await kim.presses("🎫 家庭消防演练")
    await kim.says("防火演练")
    await kim.presses("保存")
    assert "周六 11月28日 9:30 → <b>周日 11月29日 9:30</b>" in kim.screen
    assert "不会通知任何人" in kim.screen
    await kim.presses("保存")
    after = await as_it_is(room, event)
    assert (after.title, after.starts_at) == ("防火演练", SATURDAY + timedelta(days=1))
    await kim.presses("改", "📅")
    await kim.says("2027-12-31")
    assert "只能改成过去的" in kim.screen


async def test_another_colleague_was_faster(room: Room) -> None:
    event = await an_event(room)
    kim, li = await changing(room, event), await room.staff("li")
    await li.presses_raw(f"change:{event.id}")
    for each, text in ((kim, "10点"), (li, "11点")):
        await each.says(text)
        await each.presses("保存")
    await kim.presses("保存")
    assert "同事刚刚也改了" in await li.presses("保存")
    assert (await as_it_is(room, event)).starts_at == SATURDAY + timedelta(minutes=30)


async def test_what_a_colleague_changed_is_shown_and_what_was_typed_is_kept(room: Room) -> None:
    event = await an_event(room)
    kim, li = await changing(room, event), await room.staff("li")
    await li.presses_raw(f"change:{event.id}")
    for each, place in ((kim, "图书馆"), (li, "一楼大厅")):
        await each.presses("📍")
        await each.says(place)
    await kim.says("10点")
    await li.presses("🎫")
    await li.says("防火演练")
    await kim.presses("保存", "保存")
    await li.presses("保存", "保存")
    assert "9:30 → <b>周六 11月28日 10:00</b>" in li.screen
    assert "社区广场 → <b>图书馆</b>" in li.screen
    assert "图书馆 → <b>一楼大厅</b>" in li.form
    assert "10:00" not in li.form, "their time is no change of this form"
    await li.presses("保存")
    after = await as_it_is(room, event)
    assert (after.title, after.place) == ("防火演练", "一楼大厅")
    assert after.starts_at == SATURDAY + timedelta(minutes=30)


async def test_it_is_told_in_english(room: Room) -> None:
    event = await an_event(room)
    await signs_up(room, event, "ana")
    kim = await changing(room, event, "en")
    await kim.says("10:00-11:30")
    await kim.presses("Save")
    assert "Time: Sat 28 Nov 9:30 → <b>Sat 28 Nov 10:00–11:30</b>" in kim.screen
    assert "1 who signed up will be told" in kim.screen

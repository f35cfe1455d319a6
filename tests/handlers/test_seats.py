"""Signing up, as people press it: what they are asked first, where they stand, and old buttons."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from storage.actions.events import post
from storage.model.event import NewEvent
from storage.model.event_details import Question, questions_to_json
from storage.queries.people import by_telegram_id
from storage.tables import events, sign_ups
from tests.handlers.room import OWNER, Room, Talker

FOOD = Question("吃什么？", ("荤", "素"))
WISH = Question("有什么要说的？")


async def an_event(room: Room, title: str = "包饺子", hours: int = 48, **given: Any) -> int:
    owner = await room.database.read(by_telegram_id, OWNER)
    assert owner is not None
    now = room.clock.now()
    node = room.communities["东湖社区"].id
    starts_at = now + timedelta(hours=hours)
    new = NewEvent(f"{title}-{hours}", node, "service", title, "食堂", starts_at, 2)
    event = await room.database.write(post, owner.id, new, now)
    if given:
        this = update(events).where(events.c.id == event.id).values(**given)
        await room.database.write(lambda c: c.execute(this) and None)
    return event.id


async def held(room: Room) -> list[tuple[str, int, str | None]]:
    def rows(c: Any) -> list[tuple[str, int, str | None]]:
        found = c.execute(select(sign_ups.c.state, sign_ups.c.seats, sign_ups.c.answers))
        return [tuple(row) for row in found]

    return await room.database.read(rows)


async def opens(talker: Talker, event_id: int) -> None:
    await talker.presses_raw(f"event:{event_id}")


async def test_a_second_tap_asks_and_a_double_tap_does_not(room: Room) -> None:
    bo = await room.resident("bo")
    event_id = await an_event(room)
    await opens(bo, event_id)
    assert await bo.presses("我要报名") == "已报名，第 1 位"
    await bo.presses_raw(f"join:{event_id}")
    assert "您已报名" in bo.screen
    assert bo.buttons == ["不取消", "取消报名"]
    await bo.presses("不取消")
    assert "取消报名" in bo.buttons
    assert (await held(room))[0][0] == "signed_up"
    await bo.presses_raw(f"join:{event_id}")
    assert await bo.presses("取消报名") == "已取消报名"
    li = await room.resident("li")
    await opens(li, event_id)
    here = li.window
    assert await li.presses_raw(f"join:{event_id}", here) == "已报名，第 1 位"
    assert await li.taps(f"join:{event_id}", here) == "您已经报名了"


async def test_the_card_of_an_event_stays_whole_whatever_becomes_of_ones_seat(room: Room) -> None:
    bo, event_id = await room.resident("bo"), await an_event(room, words="带水杯", cost="免费")
    await opens(bo, event_id)
    for press in ("我要报名", "取消报名", "我要报名"):
        assert "带水杯\n💰 免费" in bo.screen
        await bo.presses(press)
    assert "带水杯\n💰 免费" in bo.screen


async def test_taking_an_offer_that_overlaps_is_asked_first(room: Room) -> None:
    ana, bo, kim = [await room.resident(name) for name in ("ana", "bo", "kim")]
    event_id, other = await an_event(room), await an_event(room, "读书会")
    for each in (ana, bo, kim):
        await opens(each, event_id)
        await each.presses_raw(f"join:{event_id}")
    await opens(kim, other)
    await kim.presses("我要报名")
    await ana.presses_raw(f"unjoin:{event_id}")
    await opens(kim, event_id)
    await kim.presses("要")
    assert "读书会" in kim.screen
    await kim.presses("不报了")
    assert "为您保留到" in kim.screen
    await kim.presses("要")
    assert await kim.presses("仍要报名") == "名额归您了，已报名"


async def test_who_waits_sees_where_they_stand_and_why(room: Room) -> None:
    crowd = [await room.resident(name) for name in ("ana", "bo", "kim", "li")]
    event_id = await an_event(room)
    for each in crowd:
        await opens(each, event_id)
    *_, kim, li = crowd
    for each in crowd[:2]:
        await each.presses("我要报名")
    await opens(kim, event_id)
    assert kim.buttons[0] == "排队候补"
    assert await kim.presses("排队候补") == "名额已满，候补第 1 位"
    assert await li.presses("我要报名") == "名额已满，候补第 2 位"
    assert "候补第 2 位，有空位会为您保留 2 小时" in li.screen
    await crowd[0].presses("取消报名")
    await opens(kim, event_id)
    assert "为您保留到" in kim.screen
    assert await kim.presses("不要") == "好的，名额给下一位"
    await opens(li, event_id)
    assert await li.presses("要") == "名额归您了，已报名"
    assert await li.presses_raw(f"take_seat:{event_id}:0") == "您已经报名了"
    assert await kim.presses_raw(f"take_seat:{event_id}:0") == "没有为您保留的名额，可以重新候补"
    assert await kim.presses_raw(f"decline_seat:{event_id}") == "没有为您保留的名额"


async def test_two_events_at_once_are_a_question(room: Room) -> None:
    bo = await room.resident("bo")
    first, second = await an_event(room), await an_event(room, "讲座", 49)
    await opens(bo, first)
    await bo.presses("我要报名")
    await opens(bo, second)
    await bo.presses("我要报名")
    assert "包饺子" in bo.screen
    await bo.presses("不报了")
    assert await bo.presses("我要报名", "仍要报名") == "已报名，第 1 位"
    assert len(await held(room)) == 2


async def test_one_comes_with_others(room: Room) -> None:
    bo = await room.resident("bo")
    event_id = await an_event(room, companions=3)
    await opens(bo, event_id)
    await bo.presses("带人来")
    assert bo.buttons[:4] == ["1 位", "2 位", "3 位", "4 位"]
    assert await bo.presses("3 位") == "只剩 2 个名额，不够"
    assert await bo.presses("带人来", "2 位") == "已报名 2 个名额，第 1–2 位"
    assert "您一行 2 人" in bo.screen
    assert await bo.presses("改人数", "1 位") == "好的，一共 1 位"
    assert await held(room) == [("signed_up", 1, None)]


async def test_what_an_event_asks_is_answered_before_and_changed_after(room: Room) -> None:
    bo = await room.resident("bo")
    event_id = await an_event(room, questions=questions_to_json([FOOD, WISH]), companions=1)
    await opens(bo, event_id)
    await bo.presses("带人来", "2 位")
    assert await held(room) == [], "nothing is signed up yet"
    await bo.presses("回答并报名")
    assert "吃什么？" in bo.screen
    await bo.says("鱼")
    assert "吃什么？" in bo.form
    await bo.presses("素")
    await bo.says("x" * 201)
    assert "200" in bo.screen
    wish = await bo.says("带花椒")
    assert "素" in bo.form
    await bo.presses("素")
    await bo.presses("荤")
    assert "带花椒" in bo.form
    await bo.presses("就这样报名")
    assert await held(room) == [("signed_up", 2, '["荤", "带花椒"]')]
    await bo.edits(wish, text="不要花椒")
    assert "再点“改回答”" in bo.screen, "sent again, it would be a suggestion"
    assert await held(room) == [("signed_up", 2, '["荤", "带花椒"]')]
    await opens(bo, event_id)
    await bo.presses("改回答", "带花椒")
    await bo.says("不要辣")
    await bo.presses("就这样报名")
    assert await held(room) == [("signed_up", 2, '["荤", "不要辣"]')]

"""The people on a roster, one by one: what they said, and taking them off."""

from datetime import timedelta

from sqlalchemy import update

from storage.actions import comings
from storage.actions.sign_ups import sign_up
from storage.model.event import Event
from storage.model.event_details import Question, questions_to_json
from storage.model.sign_up import Wish
from storage.tables import deliveries, events, sign_ups
from tests.handlers.room import Room, Talker
from tests.handlers.test_doors import an_event
from tests.storage.district import ZONE, rows_of

ASKED = (Question("吃素吗？", ("是", "否")), Question("怎么来？"))


async def an_event_of_tomorrow(room: Room, seats: int) -> Event:
    """With so many seats, companions and two questions."""
    event = await an_event(room)
    values = {
        "starts_at": room.clock.at + timedelta(days=1),
        "capacity": seats,
        "companions": 3,
        "questions": questions_to_json(ASKED),
    }
    await _set(room, event, **values)
    return event


async def _set(room: Room, event: Event, **values: object) -> None:
    this = update(events).where(events.c.id == event.id).values(**values)
    await room.database.write(lambda c: c.execute(this) and None)


async def signs_up(room: Room, who: Talker, event: Event, seats: int, *answers: str) -> None:
    wish = Wish(seats, answers=answers)
    await room.database.write(sign_up, who.id, event.id, room.clock.at, ZONE, wish)


async def test_staff_see_answers_companions_and_who_comes(room: Room) -> None:
    event = await an_event_of_tomorrow(room, 9)
    ana, bo = await room.resident("ana"), await room.resident("bo")
    await signs_up(room, ana, event, 3, "是", "骑车")
    await signs_up(room, bo, event, 1, "否", "走路")
    await ana.presses_raw(f"reminder:{event.id}")
    await room.database.write(comings.confirm, ana.id, event.id, room.clock.at)
    kim = await room.staff("kim")
    await kim.presses_raw(f"roster:{event.id}")
    assert "1. ana +2 · 会来" in kim.screen
    assert "2. bo\n" in f"{kim.screen}\n"
    await kim.presses("逐个看", "ana +2 · 会来")
    for told in ("共 3 人", "会来", "吃素吗？ <b>是</b>", "怎么来？ <b>骑车</b>"):
        assert told in kim.screen
    await kim.presses("返回", "bo")
    assert "还没有回答会不会来" in kim.screen
    assert "走路" in kim.screen
    await _set(room, event, starts_at=room.clock.at)
    await kim.presses_raw(f"roster:{event.id}")
    assert "○ ana +2 · 会来" in kim.buttons


async def test_staff_take_somebody_off_and_give_the_seat_back(room: Room) -> None:
    event = await an_event_of_tomorrow(room, 2)
    ana, bo = await room.resident("ana"), await room.resident("bo")
    await signs_up(room, ana, event, 2, "是", "骑车")
    kim = await room.staff("kim")
    await kim.presses_raw(f"roster_people:{event.id}:0")
    await kim.presses("ana", "取消他的名额")
    assert "确定取消 ana" in kim.screen
    await kim.presses("返回", "取消他的名额")
    assert await kim.presses("确定取消") == "名额已取消，会告诉本人"
    assert "由工作人员取消了" in kim.screen
    assert await _owed(room) == ["seat_taken_off queued"]
    assert await kim.presses("恢复名额") == "名额已恢复"
    assert "共 2 人" in kim.screen
    assert "骑车" in kim.screen
    assert await _owed(room) == ["seat_taken_off cancelled"]
    await kim.presses("取消他的名额", "确定取消")
    await signs_up(room, bo, event, 1, "否", "走路")
    assert await kim.presses("恢复名额") == "名额已经给了别人，恢复不了"


async def test_who_was_told_is_told_that_they_have_it_again(room: Room) -> None:
    event = await an_event_of_tomorrow(room, 2)
    ana = await room.resident("ana")
    await signs_up(room, ana, event, 1, "是", "骑车")
    kim = await room.staff("kim")
    await kim.presses_raw(f"take_off:{event.id}:{await _id_of(room, event)}:0")
    await kim.presses("确定取消")
    sent = update(deliveries).values(state="sent")
    await room.database.write(lambda c: c.execute(sent) and None)
    await kim.presses("恢复名额")
    assert await _owed(room) == ["seat_taken_off sent", "seat_put_back queued"]


async def test_who_gave_up_their_seat_themselves_is_not_put_back(room: Room) -> None:
    event = await an_event_of_tomorrow(room, 2)
    ana = await room.resident("ana")
    await signs_up(room, ana, event, 1, "是", "骑车")
    who = await _id_of(room, event)
    await ana.presses_raw(f"unjoin:{event.id}")
    kim = await room.staff("kim")
    await kim.presses_raw(f"take_off:{event.id}:{who}:0")  # an old screen
    assert "没有名额" in kim.screen
    assert kim.buttons == ["‹ 返回"]
    said = await kim.presses_raw(f"put_back:{event.id}:{who}:0")
    assert said == "这个名额不是工作人员取消的，不能恢复"


async def test_staff_of_another_place_and_a_number_of_nobody_find_nothing(room: Room) -> None:
    event = await an_event_of_tomorrow(room, 2)
    ana = await room.resident("ana")
    await signs_up(room, ana, event, 1, "是", "骑车")
    who = await _id_of(room, event)
    mei, kim = await room.staff("mei", place="西山社区"), await room.staff("kim")
    for action in ("roster_person", "take_off", "taken_off", "put_back"):
        await mei.presses_raw(f"{action}:{event.id}:{who}:0")
        assert "ana" not in mei.screen
    await kim.presses_raw(f"roster_person:{event.id}:{who + 77}:0")
    assert "ana" not in kim.screen
    assert await _owed(room) == []


async def _id_of(room: Room, event: Event) -> int:
    """Of the only person who signed up."""
    [row] = await room.database.read(rows_of, sign_ups, sign_ups.c.event_id == event.id)
    return int(row.person_id)


async def _owed(room: Room) -> list[str]:
    rows = await room.database.read(rows_of, deliveries, deliveries.c.kind.like("seat_%"))
    return [f"{row.kind} {row.state}" for row in rows]


async def test_somebody_is_found_on_a_long_list_before_the_event(room: Room) -> None:
    event = await an_event_of_tomorrow(room, 90)
    for number in range(30):
        await signs_up(room, await room.resident(f"p{number}"), event, 1, "否", "走路")
    await room.resident("p777")  # of the place, and not on the list
    kim = await room.staff("kim")
    await kim.presses_raw(f"roster:{event.id}")
    await kim.presses("逐个看", "🔍 找人")
    await kim.says("zhao")
    assert "名单上没有找到“zhao”" in kim.screen
    await kim.says("P2")
    assert kim.buttons[:3] == ["p2", "p20", "p21"]
    assert "还有别人" in kim.screen
    await kim.says("p7")
    assert kim.buttons == ["p7", "好了"]
    await kim.presses("p7")
    assert "怎么来？ <b>走路</b>" in kim.screen
    await kim.presses("返回")
    assert "🔍 找人" in kim.buttons
    await kim.presses("🔍 找人", "好了")
    assert "点开一个人" in kim.screen
    assert not await kim.forms()


async def test_a_list_that_is_seen_whole_needs_no_search(room: Room) -> None:
    event = await an_event_of_tomorrow(room, 9)
    await signs_up(room, await room.resident("ana"), event, 1, "否", "走路")
    kim = await room.staff("kim")
    await kim.presses_raw(f"roster_people:{event.id}:0")
    assert kim.buttons == ["ana", "‹ 返回"]

"""The buttons of a reminder, and of the calendar."""

from datetime import timedelta

import vobject

from storage.actions.events import post
from storage.actions.sign_ups import sign_up
from storage.model.event import NewEvent
from storage.model.sign_up import Wish
from storage.queries.people import by_telegram_id
from storage.tables import schedules, sign_ups
from tests.handlers.room import OWNER, Room, Talker
from tests.storage.district import ZONE, rows_of

ANYWAY = Wish(anyway=True)


async def an_event(room: Room, title: str, hours: int = 30) -> int:
    owner = await room.database.read(by_telegram_id, OWNER)
    assert owner is not None
    now = room.clock.now()
    new = NewEvent(
        draft_key=title,
        node_id=room.communities["东湖社区"].id,
        category="service",
        title=title,
        place="社区广场",
        starts_at=now + timedelta(hours=hours),
        capacity=10,
        remind_hours=24,
    )
    return (await room.database.write(post, owner.id, new, now)).id


async def reminded(room: Room, talker: Talker, *events: int) -> None:
    """They hold seats there, and look at the reminder of the first."""
    for event_id in events:
        await room.database.write(sign_up, talker.id, event_id, room.clock.now(), ZONE, ANYWAY)
    [first] = await room.database.read(rows_of, schedules, schedules.c.event_id == events[0])
    await talker.presses_raw(f"reminder:{first.id}")


async def test_somebody_says_of_each_event_whether_they_come(room: Room) -> None:
    ana = await room.resident("ana")
    both = [await an_event(room, "消防演练"), await an_event(room, "包饺子", 33)]
    await reminded(room, ana, *both)
    assert "2 个活动" in ana.screen
    assert ana.buttons == ["来：消防演练", "不来：消防演练", "来：包饺子", "不来：包饺子"]
    assert await ana.presses("来：包饺子") == "好的，到时见！"
    assert "✅ 来：包饺子" in ana.buttons
    assert await ana.presses("来：包饺子") == "您已经说了会来"
    await ana.presses("不来：消防演练")
    assert "“消防演练”" in ana.screen
    assert await seats(room) == 2, "it is asked first"
    await ana.presses("返回")
    await ana.presses("不来：消防演练", "让出名额")
    assert await seats(room) == 1
    assert "名额让给别人了" in ana.screen
    assert ana.buttons == ["✅ 来：包饺子", "不来：包饺子"]


async def test_an_old_button_of_a_reminder_says_what_is(room: Room) -> None:
    ana = await room.resident("ana")
    event_id = await an_event(room, "消防演练")
    await reminded(room, ana, event_id)
    old = [data for data in ana.carried if data.startswith("stay_away")]
    room.clock.at += timedelta(days=3)
    await ana.presses_raw(old[0])
    assert await ana.presses("让出名额") == "活动已经开始"
    assert await seats(room) == 1


async def test_who_signed_up_puts_the_event_into_their_calendar(room: Room) -> None:
    ana = await room.resident("ana")
    event_id = await an_event(room, "消防演练")
    await ana.says("/events")
    await ana.presses("消防演练")
    assert not [label for label in ana.buttons if "日历" in label]
    assert await ana.presses_raw(f"calendar:{event_id}") == "报名以后才能加到日历"
    await ana.says("/events")
    await ana.presses("消防演练", "我要报名", "加到日历")
    [file] = ana.messages[-1].made
    assert file.path.name == "消防演练.ics"
    assert vobject.readOne(file.made.decode()).vevent.summary.value == "消防演练"


async def seats(room: Room) -> int:
    return len(await room.database.read(rows_of, sign_ups, sign_ups.c.state == "signed_up"))

"""The card of an event in a group: what a press there does, for everybody who may press it."""

from typing import Any

import pytest
from aiogram.types import CallbackQuery, Chat, InaccessibleMessage, Message
from sqlalchemy import select, update

from storage.model.event_details import Question, questions_to_json
from storage.model.roles import Role
from storage.tables import events, sign_ups
from tests.handlers.room import Room, Talker
from tests.handlers.test_seats import an_event

LINK = "https://t.me/bot?start=event_"
GROUP = Chat(id=-1001, type="supergroup", title="东湖大家庭")
CHANNEL = Chat(id=-1002, type="channel", title="东湖频道")
TOPICS = Chat(id=-1003, type="supergroup", title="话题群", is_forum=True)


async def press_in(
    talker: Talker, data: str, chat: Chat = GROUP, *, late: bool = False, gone: bool = False
) -> str:
    """Press a button of a message that a whole group reads; what one is told, or led to."""
    room = talker.room
    room.phones.too_late = late
    given: Any = {"message_id": 5, "chat": chat}
    shown: Any = Message(date=room.clock.now(), text="…", **given)
    message = InaccessibleMessage(**given, date=0) if gone else shown
    query = f"{talker.id}-{len(room.phones.toasts)}-there"
    press = CallbackQuery(
        id=query, from_user=talker.account, chat_instance="1", message=message, data=data
    )
    await room.feed(callback_query=press)
    room.phones.too_late = False
    return room.phones.toasts.get(query, "")


async def seats(room: Room, event_id: int) -> list[str]:
    def states(c: Any) -> list[str]:
        its = select(sign_ups.c.state).where(sign_ups.c.event_id == event_id)
        return list(c.execute(its.order_by(sign_ups.c.id)).scalars())

    return await room.database.read(states)


async def test_one_press_signs_up_and_a_second_takes_nothing_back(room: Room) -> None:
    bo = await room.resident("bo")
    event_id = await an_event(room)
    assert "报名成功，第 1 位" in await press_in(bo, f"here:{event_id}")
    for _ in range(3):
        assert "已经报过名了" in await press_in(bo, f"here:{event_id}")
    assert await seats(room, event_id) == ["signed_up"]
    assert room.phones.chats.get(GROUP.id) is None
    assert bo.id not in room.phones.chats  # nothing came into their own chat either


async def test_who_is_too_late_stands_in_line_and_is_told_where(room: Room) -> None:
    event_id = await an_event(room)
    crowd = [await room.resident(f"p{n}") for n in range(4)]
    told = [await press_in(each, f"here:{event_id}") for each in crowd]
    assert "候补第 1 位" in told[2]
    assert "候补第 2 位" in told[3]
    assert "已经在候补第 1 位" in await press_in(crowd[2], f"here:{event_id}")
    await crowd[0].presses_raw(f"unjoin:{event_id}")
    assert "名额归您了" in await press_in(crowd[2], f"here:{event_id}")


async def test_a_stranger_is_led_to_the_bot_and_back_to_the_event(room: Room) -> None:
    ana = Talker(room, "ana")
    event_id = await an_event(room)
    link = await press_in(ana, f"here:{event_id}")
    assert link == f"{LINK}{event_id}"
    assert await seats(room, event_id) == []
    await ana.says(f"/start event_{event_id}")
    await ana.presses("同意")
    assert "包饺子" in ana.screen
    assert await ana.presses("我要报名") == "已报名，第 1 位"


async def test_an_event_of_the_district_waits_until_they_say_where_they_live(room: Room) -> None:
    event_id = await an_event(room)
    here = room.communities["示范区"].id
    move = update(events).values(node_id=here)
    await room.database.write(lambda c: c.execute(move) and None)
    ana = Talker(room, "ana")
    await ana.says(f"/start event_{event_id}")
    await ana.presses("同意", "西山社区")
    assert "包饺子" in ana.screen


@pytest.mark.parametrize(
    "given",
    [
        {"companions": 2},
        {"questions": questions_to_json((Question("吃什么？", ("荤", "素")),))},
    ],
)
async def test_what_is_to_be_asked_is_asked_in_ones_own_chat(
    room: Room, given: dict[str, Any]
) -> None:
    bo = await room.resident("bo")
    event_id = await an_event(room, **given)
    assert await press_in(bo, f"here:{event_id}") == f"{LINK}{event_id}"
    assert await seats(room, event_id) == []
    await bo.says(f"/start event_{event_id}")
    assert "包饺子" in bo.screen
    assert "我要报名" in bo.buttons


async def test_an_overlap_is_asked_in_ones_own_chat(room: Room) -> None:
    bo = await room.resident("bo")
    first, second = await an_event(room), await an_event(room, "读书会")
    await press_in(bo, f"here:{first}")
    assert await press_in(bo, f"here:{second}") == f"{LINK}{second}"
    assert await seats(room, second) == []


async def test_who_has_a_seat_sees_it_in_their_own_chat(room: Room) -> None:
    bo = await room.resident("bo")
    event_id = await an_event(room)
    await press_in(bo, f"here:{event_id}")
    assert await press_in(bo, f"here_more:{event_id}") == f"{LINK}{event_id}"
    await bo.says(f"/start event_{event_id}")
    assert bo.buttons[0] == "取消报名"


async def test_people_of_elsewhere_drafts_and_forged_numbers_are_all_nothing(room: Room) -> None:
    bo = await room.resident("bo", "西山社区")
    kim = await room.staff("kim", Role.COMMUNITY, "西山社区")
    ana = await room.resident("ana")
    event_id, draft = await an_event(room), await an_event(room, "草稿", state="draft")
    for talker, number in ((bo, event_id), (kim, event_id), (ana, draft), (ana, 999)):
        told = await press_in(talker, f"here:{number}")
        assert told == room.tools.texts.in_("zh").label("event.not_for_you")
        await talker.says(f"/start event_{number}")
        assert "包饺子" not in talker.screen
        assert "草稿" not in talker.screen
    assert await seats(room, event_id) == []


@pytest.mark.parametrize(
    ("state", "words"), [("cancelled", "活动已取消"), ("closed", "报名已经结束"), ("held", "")]
)
async def test_what_takes_nobody_any_more_says_so(room: Room, state: str, words: str) -> None:
    bo = await room.resident("bo")
    event_id = await an_event(room, state=state)
    assert words in await press_in(bo, f"here:{event_id}")
    assert await seats(room, event_id) == []


async def test_a_press_that_telegram_forgot_is_told_in_ones_own_chat(room: Room) -> None:
    bo, ana = await room.resident("bo"), Talker(room, "ana")
    event_id, full = await an_event(room), await an_event(room, "读书会", state="closed")
    await press_in(bo, f"here:{event_id}", late=True)
    assert "包饺子" in bo.screen
    assert await seats(room, event_id) == ["signed_up"]
    await press_in(bo, f"here:{full}", late=True)
    assert "已经结束" in bo.screen
    await press_in(ana, f"here:{event_id}", late=True)
    assert ana.id not in room.phones.chats  # strangers cannot be written to


@pytest.mark.parametrize("chat", [CHANNEL, TOPICS])
async def test_wherever_the_card_stands_its_button_works_once(room: Room, chat: Chat) -> None:
    bo = await room.resident("bo")
    event_id = await an_event(room)
    assert "第 1 位" in await press_in(bo, f"here:{event_id}", chat)
    assert "报过名" in await press_in(bo, f"here:{event_id}", chat, gone=True)
    assert room.phones.chats.get(chat.id) is None


async def test_other_buttons_do_nothing_in_a_group(room: Room) -> None:
    kim = await room.staff("kim")
    event_id = await an_event(room)
    for data in (
        f"join:{event_id}",
        f"called_off:{event_id}",
        "here:x",
        "here",
        f"here:{event_id}:1",
    ):
        told = await press_in(kim, data)
        assert told == room.tools.texts.in_("zh").label("home.group")
    assert await seats(room, event_id) == []


async def test_a_quick_press_in_private_does_not_swallow_one_in_the_group(room: Room) -> None:
    bo = await room.resident("bo")
    event_id = await an_event(room)
    await bo.says("/events")
    await bo.taps("home", bo.window)
    assert "第 1 位" in await press_in(bo, f"here:{event_id}")

"""What cannot be seen in a text says nothing, presses nothing, and turns nothing round."""

import pytest
from aiogram.types import Message, User
from aiogram_dialog.utils import REPLY_CALLBACK_SYMBOLS, join_reply_callback

from tests.handlers.content import photo, submitted
from tests.handlers.room import Room, Talker
from tests.handlers.test_typed_reviews import at_a_notice


async def at_a_suggestion(room: Room, text: str = "路灯坏了") -> Talker:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.says(text)
    return bo


async def test_a_text_presses_no_button_that_is_hidden_in_it(room: Room) -> None:
    bo = await at_a_suggestion(room)
    await bo.says(join_reply_callback("还有井盖", bo.carried[0]))
    assert await submitted(room) == []
    assert "路灯坏了\n还有井盖" in bo.screen
    await bo.says(join_reply_callback("怎么退出？", "left"))
    assert await bo.forms() != []


@pytest.mark.parametrize("count", [1, 2, 3, 40])
async def test_a_text_with_something_unseen_behind_it_is_that_text(room: Room, count: int) -> None:
    bo = await at_a_suggestion(room)
    for number, sign in enumerate(REPLY_CALLBACK_SYMBOLS):
        said = await bo.says(sign * count)
        assert "请发文字" in bo.screen
        await bo.edits(said, text=f"第{number}句{sign * count}")
        await bo.says(f"又一句{number}{sign * count}")
        assert f"第{number}句\n又一句{number}" in bo.form
    await bo.presses("提交")
    await bo.says("帮助" + REPLY_CALLBACK_SYMBOLS)
    assert "邻里能做什么" in bo.screen


@pytest.mark.parametrize("unseen", ["\u3164\u3164", "\u2800", "\u202e", "\u2066\u2069"])
async def test_what_cannot_be_seen_is_no_answer_and_takes_nothing_away(
    room: Room, unseen: str
) -> None:
    kim = await room.staff("kim")
    await kim.says("/log 走访慰问 3 昨天")
    await kim.presses("说明")
    await kim.says("送月饼")
    review = kim.form
    assert "送月饼" in review
    await kim.says(unseen)
    assert kim.form == review
    await kim.presses("送月饼")
    await kim.says(unseen)
    await kim.presses("返回")
    assert kim.form == review


@pytest.mark.parametrize("turned", ["\u202e路灯坏了", "路灯\u202d坏\u202c了", "\u2067路灯坏了"])
async def test_nothing_turns_round_what_stands_beside_a_text(room: Room, turned: str) -> None:
    bo = await at_a_suggestion(room, turned)
    await bo.sends(**photo("p", caption=turned))
    await bo.presses("提交")
    assert await submitted(room) == [("路灯坏了", ["p"])]
    kim = await at_a_notice(room, turned)
    assert "路灯坏了" in kim.screen


@pytest.mark.parametrize("is_over", [True, False])
async def test_a_reply_to_an_older_window_is_heard_like_anything_else(
    room: Room, is_over: bool
) -> None:
    kim = await room.staff("kim")
    await kim.says("/post")
    window = Message(
        message_id=kim.window,
        date=room.clock.now(),
        chat=kim.chat,
        text="…",
        from_user=User(id=room.bot.id, is_bot=True, first_name="邻里"),
        reply_markup=room.phones.chats[kim.id][kim.window].markup(),
    )
    if is_over:
        await kim.says("/cancel")
    await kim.says("/notice")
    await kim.sends(text="明天停水", reply_to_message=window)
    assert "明天停水" in kim.form
    await kim.sends(text="/help", reply_to_message=window)
    assert "邻里能做什么" in "".join(each.text for each in kim.messages[-2:])

"""Edits and albums in the forms of staff: what was typed follows its message."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from storage.model.message import Message
from storage.model.roles import Role
from tests.handlers.content import album, photo
from tests.handlers.room import Room, Talker
from tests.handlers.test_correction_form import contents, correcting
from tests.handlers.test_log import recorded
from tests.handlers.test_said import replying

Start = Callable[[Room], Awaitable[Talker]]


def poll(question: str) -> dict[str, Any]:
    options = [{"text": each, "voter_count": 0, "persistent_id": each} for each in ("八点", "九点")]
    plain = dict.fromkeys(
        ("is_closed", "allows_multiple_answers", "allows_revoting", "members_only"), False
    )
    asked = {"id": "1", "type": "regular", "question": question, "options": options}
    return {"poll": {**asked, **plain, "is_anonymous": True, "total_voter_count": 0}}


def look(kim: Talker) -> str:
    """What stands last: a form, with a preview above it or a remark below."""
    return "\n".join(shown.text for shown in kim.messages[-3:])


async def replying_one(room: Room) -> Talker:
    return (await replying(room))[1]


async def correcting_one(room: Room) -> Talker:
    return await correcting(room, Message({"zh": "明天停水"}))


async def noticing(room: Room) -> Talker:
    kim = await room.staff("kim")
    await kim.says("/notice")
    return kim


async def linking(room: Room) -> Talker:
    kim = await noticing(room)
    await kim.says("明天停水")
    await kim.presses("选项", "加按钮")
    return kim


async def translating(room: Room) -> Talker:
    kim = await noticing(room)
    await kim.says("明天停水")
    await kim.presses("选项", "英文版")
    return kim


@pytest.mark.parametrize(
    ("start", "said", "edited", "old", "new"),
    [
        (replying_one, {"text": "本周更换"}, {"text": "下周更换"}, "本周更换", "下周更换"),
        (correcting_one, {"text": "周五停水"}, {"text": "周五停电"}, "周五停水", "周五停电"),
        (
            *(linking, {"text": "报名 https://example.org/a"}),
            *({"text": "报名 https://example.org/b"}, "example.org/a", "example.org/b"),
        ),
        (linking, {"text": "https://a.example"}, {"text": "去 https://a.example"}, "打开", "去"),
        (noticing, poll("几点？"), poll("几点开会？"), "几点？", "几点开会？"),
        (translating, {"text": "No water"}, {"text": "No power"}, "No water", "No power"),
        (replying_one, photo("a", "本周更换"), photo("a", "下周更换"), "本周更换", "下周更换"),
        (correcting_one, photo("a", "周五停水"), photo("a", "周五停电"), "停水", "周五停电"),
    ],
)
async def test_what_was_typed_follows_an_edit_and_is_told_nothing_else(
    room: Room, start: Start, said: dict[str, Any], edited: dict[str, Any], old: str, new: str
) -> None:
    kim = await start(room)
    number = await kim.sends(**said)
    assert old in look(kim)
    await kim.edits(number, **edited)
    assert new in look(kim)
    assert "不算数" not in kim.screen


async def pushing(room: Room) -> Talker:
    kim = await room.staff("kim", Role.DISTRICT, "示范区")
    await kim.says("/push")
    await kim.presses("居民安全与权益")
    return kim


async def posting(room: Room) -> Talker:
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.presses("公共服务")
    return kim


@pytest.mark.parametrize(
    ("start", "words"),
    [(pushing, "1."), (posting, "消防演练"), (linking, "https://a.example"), (replying_one, "好")],
)
async def test_an_edit_that_leaves_no_words_leaves_the_answer(
    room: Room, start: Start, words: str
) -> None:
    kim = await start(room)
    number = await kim.sends(**photo("a", words))
    [form, *_] = await kim.forms()
    held = await kim.holds(form)
    await kim.edits(number, **photo("a"))
    assert await kim.holds(form) == held
    assert "请" in kim.screen, "it is told"


@pytest.mark.parametrize("under", [0, 1, 2])
@pytest.mark.parametrize("start", [replying_one, correcting_one])
async def test_of_an_album_the_words_are_taken_and_it_is_told_once_what_is_not(
    room: Room, start: Start, under: int
) -> None:
    kim = await start(room)
    ids = await album(kim, "g", "a", "b", "c", caption="周五更换", under=under)
    assert sum("周五更换" in m.text for m in kim.messages) == 1
    assert sum("这里收不了" in m.text for m in kim.messages) == 1
    await kim.edits(ids[under], **photo("x", "周六更换", media_group_id="g"))
    assert any("周六更换" in shown.text for shown in kim.messages)


async def test_an_edited_correction_is_the_one_that_counts(room: Room) -> None:
    kim = await correcting_one(room)
    said = await kim.says("周五停水")
    await kim.edits(said, text="周五停电")
    assert "周五停电" in kim.messages[-2].text
    assert "上面就是新的样子" in kim.messages[-1].text
    await kim.presses("确认更正")
    assert (await contents(room))[0].bodies == {"zh": "周五停电"}


@pytest.mark.parametrize(
    ("said", "edited", "shown"),
    [
        ("今年走访慰问多少", "去年走访慰问多少", "2025年"),
        ("/stats 今年", "/stats 去年", "2025年"),
        ("/stats 走访慰问", "/stats 走访企业", "走访企业"),
        ("how many home visits this year", "走访企业多少", "走访企业"),
    ],
)
async def test_a_question_in_other_words_is_answered_anew(
    room: Room, said: str, edited: str, shown: str
) -> None:
    """A look changes nothing, so there is nothing for which it could be too late."""
    kim = await room.staff("kim")
    number = await kim.says(said)
    assert shown not in kim.screen
    await kim.edits(number, text=edited)
    assert "📊" in kim.screen
    assert shown in kim.screen


async def test_an_edit_of_recorded_work_is_told_where_to_put_it_right(room: Room) -> None:
    """Sent again, as it was told to, it would be counted twice."""
    kim = await room.staff("kim")
    line = await kim.says("/log 走访慰问 3 昨天")
    await kim.presses("保存")
    await kim.edits(line, text="/log 走访慰问 5 昨天")
    assert "不算数" in kim.screen
    assert "点开那一笔，再点“更正”" in kim.screen
    assert len(await recorded(room)) == 1

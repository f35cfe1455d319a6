"""Nothing that is said is lost: edited, in parts, of other kinds."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiogram.types import Chat
from sqlalchemy import Connection, select

from storage.tables import conversations
from tests.handlers.content import album, file, photo, submitted
from tests.handlers.room import Room, Talker

# Edited


async def test_an_edit_changes_the_draft_of_a_suggestion(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    first = await bo.says("明天停水")
    more = await bo.says("晚上也停")
    await bo.presses("改为匿名")
    count = len(bo.messages)
    await bo.edits(first, text="明天停电")
    assert "明天停电\n晚上也停" in bo.screen
    await bo.edits(more, text="晚上不停")
    await bo.edits(first, text="后天停电")
    assert len(bo.messages) == count
    assert "署名：匿名" in bo.screen
    await bo.presses("提交")
    assert await submitted(room) == [("后天停电\n晚上不停", [])]
    receipt = bo.screen
    await bo.edits(first, text="又改了")
    assert "不算数" in bo.screen
    await bo.edits(first, text="再改")
    assert [m.text for m in bo.messages].count(bo.screen) == 1
    assert receipt in [m.text for m in bo.messages]


@pytest.mark.parametrize("begin", ["/suggest 路灯坏了", "路灯坏了", "caption"])
async def test_words_that_began_a_form_can_be_edited_too(room: Room, begin: str) -> None:
    bo = await room.resident("bo")
    if begin == "caption":
        said = await bo.sends(**photo("a", "路灯坏了"))
    else:
        said = await bo.says(begin)
    if not begin.startswith("/"):
        await bo.presses("作为建议提交")
    if begin == "caption":
        await bo.edits(said, **photo("b", "灯亮了"))
    else:
        await bo.edits(said, text=begin.replace("路灯坏了", "灯亮了"))
    await bo.presses("设施维修", "提交")
    assert await submitted(room) == [("灯亮了", ["b"] if begin == "caption" else [])]


async def test_what_was_sent_twice_on_a_review_stands_there_once(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    for said in ("路灯坏了", "路灯坏了", "三楼的", "路灯坏了"):
        twice = await bo.says(said)
    assert "请确认" in bo.screen
    await bo.edits(twice, text="二楼的也坏了")
    await bo.presses("提交")
    assert await submitted(room) == [("路灯坏了\n三楼的\n二楼的也坏了", [])]


async def test_an_edit_of_an_answer_that_was_replaced_is_told_not_to_count(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    said = await bo.says("明天停水")
    await bo.presses("修改")
    await bo.says("明天停电")
    await bo.edits(said, text="明天停气")
    assert "以后来的为准" in bo.screen
    await bo.edits(said, text="明天停网")
    assert [m.text for m in bo.messages].count(bo.screen) == 1
    await bo.presses("提交")
    assert await submitted(room) == [("明天停电", [])]


async def test_an_edit_that_cannot_be_is_told_and_the_old_answer_stays(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    said = await bo.says("灯" * 10_001)
    assert "太长" in bo.screen
    await bo.edits(said, text="路灯坏了")
    assert "请确认" in bo.form
    await bo.edits(said, text="灯" * 10_001)
    assert "太长" in bo.screen
    await bo.presses("提交")
    assert await submitted(room) == [("路灯坏了", [])]


async def test_an_edit_of_what_was_offered_is_offered_as_it_is_now(room: Room) -> None:
    bo = await room.resident("bo")
    said = await bo.says("帮住")
    await bo.edits(said, text="社区电话多少")
    assert bo.buttons[0] == "🙋 问工作人员"
    await bo.edits(said, text="帮助")
    assert "邻里能做什么" in bo.screen


async def test_an_edit_of_a_message_of_long_ago_is_told_once(room: Room) -> None:
    bo, kim = await room.resident("bo"), await room.staff("kim")
    await bo.edits(room.phones.new_id(), text="停电")
    assert "不算数" in bo.screen
    assert "更正”" not in bo.screen
    known = room.phones.new_id()
    await kim.edits(known, text="停电")
    await kim.edits(known, text="停水")
    assert "群发进度" in kim.screen
    assert len(kim.messages) == 1


async def test_edits_reach_a_form_that_waits_below_another(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/notice")
    said = await kim.says("明天停水")
    await kim.says("/post")
    await kim.presses("公共服务")
    title = await kim.says("讲座")
    window = kim.form
    await kim.edits(said, text="明天停电")
    assert "没填完" in kim.screen
    assert kim.form == window
    await kim.edits(title, text="急救讲座")
    await kim.says("12月5日 9:30")
    await kim.says("社区广场")
    await kim.presses("40")
    assert "急救讲座" in kim.screen
    await kim.presses("取消", "继续")
    assert "明天停电" in kim.screen


async def replying(room: Room) -> tuple[Talker, Talker]:
    """Who suggested something, and staff in front of the reply."""
    bo, kim = await room.resident("bo"), await room.staff("kim")
    await bo.says("/suggest 路灯坏了")
    await bo.presses("设施维修", "提交")
    await kim.says("/inbox")
    await kim.presses("2026-0001", "采纳")
    return bo, kim


async def test_an_edit_changes_the_reply_before_it_is_sent(room: Room) -> None:
    bo, kim = await replying(room)
    said = await kim.says("本周更换")
    await kim.edits(said, text="下周更换")
    assert "下周更换" in kim.screen
    await kim.presses("发送")
    await bo.says("2026-0001")
    assert "下周更换" in bo.screen


async def test_an_edit_changes_the_line_that_a_text_was_said_to_be_meant_for(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.presses("公共服务")
    for answer in ("讲座", "12月5日 9:30", "社区广场"):
        await kim.says(answer)
    await kim.presses("40")
    said = await kim.says("急救讲座")
    await kim.presses("名称")
    await kim.edits(said, text="消防讲座")
    assert "消防讲座" in kim.screen
    assert "急救" not in kim.screen
    assert "请确认" in kim.screen


# Several parts


@pytest.mark.parametrize("under", [0, 1, 2])
async def test_an_album_outside_a_form_is_offered_once_with_all_of_it(
    room: Room, under: int
) -> None:
    bo = await room.resident("bo")
    await album(bo, "g", "a", "b", "c", caption="路灯坏了", under=under)
    assert len(bo.messages) == 1
    await bo.presses("作为建议提交")
    await bo.sends(**photo("d", media_group_id="g"))  # it was still on its way
    await bo.presses("设施维修")
    assert "路灯坏了 📷×4" in bo.screen
    await bo.presses("提交")
    assert await submitted(room) == [("路灯坏了", ["a", "b", "c", "d"])]


@pytest.mark.parametrize("under", [0, 1, 2])
async def test_an_album_in_a_form_is_one_answer(room: Room, under: int) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.says("旧的")
    await bo.presses("修改")
    count = len(bo.messages)
    ids = await album(bo, "g", "a", "b", "c", caption="路灯坏了", under=under)
    assert len(bo.messages) == count + 1
    await bo.edits(ids[under], **photo("x", "路灯全坏了", media_group_id="g"))
    await bo.presses("提交")
    [(text, files)] = await submitted(room)
    assert text == "路灯全坏了"
    assert files == [("x" if n == under else name) for n, name in enumerate("abc")]


async def test_more_pictures_than_there_is_room_for_are_said_once(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await album(bo, "g", *"abcdef")
    await bo.says("路灯坏了")
    await album(bo, "h", *"123456")
    assert [m.text for m in bo.messages if "最多附 10 个" in m.text] == [bo.screen]
    await bo.presses("提交")
    assert await submitted(room) == [("路灯坏了", list("abcdef1234"))]


@pytest.mark.parametrize("under", [0, 1])
async def test_where_only_words_are_asked_an_album_gives_its_words(room: Room, under: int) -> None:
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.presses("公共服务")
    await album(kim, "g", "a", "b", "c", caption="急救讲座", under=under)
    assert "哪一天" in kim.form
    left_out = [m.text for m in kim.messages if not m.buttons]
    assert sum("图片" in text for text in left_out) == 1
    for answer in ("12月5日 9:30", "社区广场"):
        await kim.says(answer)
    await kim.presses("40")
    assert "急救讲座" in kim.screen


async def test_an_album_in_a_notice_comes_whole(room: Room) -> None:
    kim = await room.staff("kim")
    await album(kim, "g", "a", "b", "c", caption="明天停水", under=2)
    assert len(kim.messages) == 1
    await kim.presses("作为通知")
    assert "图片 3" in kim.screen
    assert "明天停水" in kim.screen
    await kim.presses("取消")
    await kim.says("/notice")
    await album(kim, "h", *"abcd", caption="{{ 谁 }}")
    assert "图片 4" in kim.form
    refusals = [m.text for m in kim.messages if not m.buttons and "谁" in m.text]
    assert len(refusals) == 1


async def test_in_a_group_an_album_of_commands_is_answered_once(room: Room) -> None:
    bo = await room.resident("bo")
    bo.chat = Chat(id=-5, type="supergroup", title="3号楼")
    for name in "abc":
        await bo.sends(**photo(name, "/suggest", media_group_id="g"))
    assert len(room.phones.chats[-5]) == 1
    await bo.says("/suggest")
    await bo.edits(await bo.says("大家好"), text="/suggest")
    assert len(room.phones.chats[-5]) == 2


async def a_suggestion(room: Room) -> Talker:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await album(bo, "g", "a", "b", caption="路灯坏了")
    await bo.presses("提交")
    return bo


async def one_that_was_offered(room: Room) -> Talker:
    bo = await room.resident("bo")
    await album(bo, "g", "a", "b", caption="路灯坏了")
    await bo.presses("作为建议提交", "设施维修", "提交")
    return bo


async def a_notice(room: Room) -> Talker:
    await room.resident("bo")
    kim = await room.staff("kim")
    await album(kim, "g", "a", "b", caption="明天停水")
    await kim.presses("作为通知", "发送")
    return kim


async def an_entry_above_another_form(room: Room) -> Talker:
    kim = await room.staff("kim")
    await kim.says("/post 讲座")
    await kim.says("/log")
    await kim.presses("走访", "今天", "3 家次")
    await album(kim, "g", "a", "b", caption="独居老人")
    await kim.presses("保存")
    return kim


@pytest.mark.parametrize(
    "form", [a_suggestion, one_that_was_offered, a_notice, an_entry_above_another_form]
)
async def test_a_picture_that_comes_after_its_form_was_submitted_is_told_to_be_late(
    room: Room, form: Callable[[Room], Awaitable[Talker]]
) -> None:
    by = await form(room)
    count = len(by.messages)
    await album(by, "g", "c", "d")
    late = by.messages[-1]
    assert len(by.messages) == count + 1
    assert "到晚了" in late.text
    assert "没有收进去" in late.text
    assert any(data.endswith("_this") for _, data in late.buttons)
    await by.says("灯坏了")
    assert "到晚了" not in by.messages[-1].text


async def test_what_is_made_of_a_late_picture_takes_the_later_ones(room: Room) -> None:
    kim = await a_notice(room)
    await kim.sends(**photo("c", media_group_id="g"))
    await kim.presses("作为通知")
    await kim.sends(**photo("d", media_group_id="g"))
    assert "图片 2" in kim.form


# Other kinds


@pytest.mark.parametrize("kind", ["video", "voice", "audio", "animation", "document"])
async def test_what_can_be_taken_is_taken_with_its_words(room: Room, kind: str) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.sends(**file(kind, "f", "路灯坏了"))
    await bo.presses("提交")
    assert await submitted(room) == [("路灯坏了", ["f"])]
    await bo.says("2026-0001")
    assert bo.messages[-1].media == 1


NOTHING: list[dict[str, Any]] = [
    file("sticker", "f"),
    file("video_note", "f"),
    {"location": {"latitude": 1, "longitude": 1}},
    {"contact": {"phone_number": "1", "first_name": "x"}},
    {"dice": {"emoji": "🎲", "value": 1}},
]


@pytest.mark.parametrize("given", NOTHING, ids=lambda given: next(iter(given)))
async def test_what_cannot_be_taken_is_said_in_forms_and_outside(
    room: Room, given: dict[str, Any]
) -> None:
    bo = await room.resident("bo")
    await bo.sends(**given)
    assert "看不懂" in bo.screen
    assert bo.buttons == ["💡 提建议", "🎫 近期活动", "📚 学习", "‹ 返回", "❓ 帮助"]
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.sends(**given)
    assert "记不下来" in bo.screen
    await bo.says("路灯坏了")
    assert "请确认" in bo.screen


@pytest.mark.parametrize("kind", ["photo", "video", "voice", "audio", "animation", "document"])
async def test_words_under_what_is_refused_are_kept(room: Room, kind: str) -> None:
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.presses("公共服务")
    await kim.sends(**file(kind, "f", "急救讲座"))
    assert "这里收不了" in kim.screen
    await kim.says("12月5日 9:30")
    await kim.says("社区广场")
    await kim.presses("40")
    assert "急救讲座" in kim.screen


@pytest.mark.parametrize("kind", ["photo", "video", "voice", "audio", "animation", "document"])
async def test_staff_can_send_on_every_kind_of_file(room: Room, kind: str) -> None:
    kim = await room.staff("kim")
    await kim.sends(**file(kind, "f", "明天停水"))
    await kim.presses("作为通知", "先发给我")
    assert any(shown.media == 1 and "明天停水" in shown.text for shown in kim.messages)


async def test_no_conversation_is_left_of_edits_and_albums_for_ever(room: Room) -> None:
    bo = await room.resident("bo")
    for n in range(30):
        await bo.edits(await bo.says(f"第{n}盏路灯坏了"), text=f"第{n}盏灯坏了")

    def kept(connection: Connection) -> int:
        return max(len(each or "") for each in connection.scalars(select(conversations.c.data)))

    assert await room.database.read(kept) < 2_000


async def test_pictures_of_an_answer_that_is_none_are_told_to_be_left_out(room: Room) -> None:
    """Only the words under them were spoken of."""
    kim = await room.staff("kim")
    await kim.says("/post")
    await album(kim, "g", "a", "b", "c", caption="请带水")
    told = [shown.text for shown in kim.messages]
    assert [text for text in told if "没找到“请带水”" in text or "收不了" in text] == [
        *("没找到“请带水”，请换几个字试试，或者点按钮。", "图片这里也收不了，没有收下。")
    ]

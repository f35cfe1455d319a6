"""What grows too much by an edit, or one more picture, is told at once, and the draft stays."""

import pytest

from handlers.forms.hearing import REMEMBERED
from tests.handlers.content import album, photo, submitted
from tests.handlers.room import Room


async def test_texts_that_are_too_long_together_are_told_at_once(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    first = await bo.says("灯")
    await bo.says("坏" * 3_000)
    await bo.says("黑" * 3_000)
    await bo.edits(first, text="灯" * 4_000)
    assert "太长" in bo.screen
    await bo.says("黑" * 4_000)
    assert "太长" in bo.screen
    await bo.edits(first, text="路灯" * 900)
    assert "路灯" in bo.form
    await bo.presses("提交")
    assert await submitted(room) == [
        ("\n".join(("路灯" * 900, "坏" * 3_000, "黑" * 3_000)), []),
    ]


async def test_a_late_picture_that_is_one_too_many_is_told_at_once(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await album(bo, "g", "a", "b", caption="路灯坏了")
    await album(bo, "h", *"12345678")
    await bo.sends(**photo("c", media_group_id="g"))
    assert "最多附 10 个" in bo.screen
    await bo.presses("提交")
    assert await submitted(room) == [("路灯坏了", list("ab12345678"))]


async def test_paragraphs_of_a_notice_that_are_too_long_together_are_told(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/notice")
    first = await kim.says("停")
    for n in range(4):
        await kim.presses("再加一段")
        await kim.says(f"{n}" + "水" * 3_999)
    await kim.edits(first, text="停" * 4_000)
    assert "太长" in kim.screen
    await kim.edits(first, text="停电")
    assert "停电" in kim.form


async def test_what_cannot_hold_its_button_any_more_is_told_and_kept(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/notice")
    [first, _] = await album(kim, "g", "a", "b", caption="明天停水")
    await kim.presses("选项", "加按钮")
    await kim.says("报名 https://example.org")
    await kim.edits(first, **photo("a", media_group_id="g"))
    assert "按钮" in kim.screen
    await kim.presses("返回")
    assert "明天停水" in kim.form


@pytest.mark.parametrize("after", [0, REMEMBERED - 1])
async def test_of_many_messages_each_can_be_edited(room: Room, after: int) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    first = await bo.says("第一句")
    for n in range(after):
        await bo.says(f"第{n}句")
    await bo.edits(first, text="头一句")
    assert "头一句" in bo.form
    await bo.edits(first, text="开头")
    assert "头一句" not in bo.form
    assert "开头" in bo.form

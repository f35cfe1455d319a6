"""What was being written when a neighbour's suggestion was supported instead still hears."""

from datetime import timedelta

import pytest

from tests.handlers.content import album, photo, submitted
from tests.handlers.room import Room, Talker

LAMP = "3号楼一带路灯不亮"
MINE = "3号楼东侧路灯坏了,晚上很黑"


async def supported(room: Room, how: str) -> tuple[Talker, list[int]]:
    """Somebody who said `how` what is alike, and supported it; gives the ids of what they said."""
    li, kim, bo = await room.resident("li"), await room.staff("kim"), await room.resident("bo")
    await li.says(f"/suggest {LAMP}")
    await li.presses("设施维修", "提交")
    await kim.says("/inbox")
    await kim.presses("2026-0001", "采纳")
    await kim.says("本周更换")
    await kim.presses("发送")
    if how == "command":
        ids = [await bo.says(f"/suggest {MINE}")]
    elif how == "offered":
        ids = await album(bo, "g", "a", "b", caption=MINE)
        await bo.presses("作为建议提交")
    else:
        await bo.says("/suggest")
    await bo.presses("设施维修")
    if how == "typed":
        ids = [await bo.says(MINE)]
    await bo.presses("我也附议")
    assert "没有提交，先给您留着" in bo.screen
    return bo, ids


@pytest.mark.parametrize("how", ["command", "offered", "typed"])
async def test_an_edit_changes_what_waits_and_what_goes_on(room: Room, how: str) -> None:
    bo, [first, *_] = await supported(room, how)
    slash = "/suggest " if how == "command" else ""
    content = photo("a", media_group_id="g") if how == "offered" else {}
    words = "caption" if content else "text"
    await bo.edits(first, **content | {words: f"{slash}广场舞太吵"})
    assert "您改的内容已经换进给您留着的那条里" in bo.screen
    if how == "offered":
        await bo.sends(**photo("c", media_group_id="g"))
    await room.conversations.load()
    await bo.presses("继续提交我写的")
    assert "广场舞太吵" in bo.messages[-1].text
    await bo.edits(first, **content | {words: f"{slash}广场舞晚上太吵"})
    assert "广场舞晚上太吵" in bo.form
    room.clock.at += timedelta(seconds=2)
    await bo.presses("提交")
    everything = await submitted(room)
    files = ["a", "b", "c"] if how == "offered" else []
    assert ("广场舞晚上太吵", files) in everything
    assert len(everything) == 2


async def test_an_edit_that_cannot_be_leaves_what_waits(room: Room) -> None:
    bo, [first] = await supported(room, "typed")
    await bo.edits(first, text="灯" * 10_001)
    assert "太长" in bo.screen
    await bo.presses("继续提交我写的")
    assert MINE in bo.form


async def test_what_waits_opens_no_window_and_keeps_the_form_that_is_open(room: Room) -> None:
    bo, [first] = await supported(room, "typed")
    await bo.says("/track")
    windows = [m for m in bo.messages if m.buttons]
    await bo.edits(first, text=f"{MINE}！")
    assert [m for m in bo.messages if m.buttons][:-1] == windows
    await bo.says("楼道的灯也坏了")
    assert "作为建议提交" in "".join(bo.buttons)


async def test_what_waits_outlives_an_old_screen_of_the_door(room: Room) -> None:
    bo, _ = await supported(room, "typed")
    waits, before = bo.carried[0], bo.window
    await bo.presses_raw("agree:zh")
    await bo.presses_raw(waits, before)
    assert MINE in bo.form

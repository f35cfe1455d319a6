"""Answers that do not get through: whoever waits is not left without a word."""

import pytest

from content.screen import NotShown
from tests.handlers.room import Room


async def test_what_a_toast_could_not_say_comes_as_a_message(room: Room) -> None:
    bo = await room.resident("bo")
    room.phones.too_late = True
    await bo.presses_raw("event:999")
    assert "没有找到" in bo.screen


async def test_what_telegram_will_never_take_is_said_to_have_gone_wrong(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo = await room.resident("bo")

    async def never(*_: object) -> None:
        raise NotShown("can't parse entities")

    monkeypatch.setattr(room.phones, "edit", never)
    await bo.presses_raw("events")
    assert "出了点问题" in bo.screen


async def test_a_window_that_is_owed_leaves_the_one_before_its_buttons(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("其他")
    window = bo.messages[-1]
    assert window.buttons
    room.phones.out_of_reach = True
    await bo.says("灯坏了")
    assert bo.messages[-1] is window
    assert window.buttons


async def test_a_press_whose_window_is_owed_is_told_that_it_comes(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("其他")
    await bo.says("灯坏了")
    room.phones.out_of_reach = True
    assert "稍后会自动补上" in await bo.presses("改为匿名")


@pytest.mark.parametrize("label", ["提交", "取消"])
async def test_a_press_whose_receipt_is_owed_is_told_that_it_comes(room: Room, label: str) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest 灯坏了")
    await bo.presses("其他")
    room.phones.out_of_reach = True
    assert "稍后会自动补上" in await bo.presses(label)
    room.phones.out_of_reach = False
    await bo.says("2026-0001")
    assert ("💡 <b>2026-0001</b>" in bo.screen) is (label == "提交")


async def test_a_window_that_telegram_will_never_take_is_said_to_have_gone_wrong(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("其他")
    await bo.says("灯坏了")

    async def never(*_: object) -> None:
        raise NotShown("can't parse entities")

    monkeypatch.setattr(room.phones, "edit", never)
    await bo.presses("改为匿名")
    assert "出了点问题" in bo.screen

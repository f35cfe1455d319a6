"""A form that is opened while one of its kind is open: to go on or to begin anew is asked, and
nobody has two of a kind."""

import pytest

from handlers import FORM_MARK
from handlers.forms.open import TOUCHED
from storage.model.roles import Role
from tests.handlers.room import Room, Talker
from tests.handlers.test_windows import ground

# How a form is opened, and what is said to it then.
OPENED = [
    ("/suggest", "路灯坏了"),
    ("/notice", "明早停水"),
    ("/post", "公共服务"),
    ("/push", "居民必学"),
]


async def somebody(room: Room, command: str) -> Talker:
    return await (room.resident("ana") if command == "/suggest" else room.staff("kim"))


async def begun(kim: Talker, command: str, said: str) -> None:
    await kim.says(command)
    labels = [each for each in kim.buttons if said in each]
    await (kim.presses(labels[0]) if labels else kim.says(said))


@pytest.mark.parametrize(("command", "said"), OPENED, ids=[row[0] for row in OPENED])
async def test_opening_a_form_again_and_again_leaves_one(
    room: Room, command: str, said: str
) -> None:
    kim = await somebody(room, command)
    await begun(kim, command, said)
    window, first = kim.form, kim.buttons
    for _ in range(10):
        await kim.says(command)
        assert kim.buttons == ["继续填写", "重新开始"]
    assert len(await kim.forms()) == 1
    await kim.presses("继续填写")
    assert (kim.form, kim.buttons) == (window, first)
    await kim.says(command)
    await kim.presses("重新开始")
    [other] = await kim.forms()  # it may have the id of the one that is over
    anew = await kim.stands(other)
    assert anew is not None
    assert TOUCHED not in anew.dialog_data
    await kim.presses("取消")
    assert not await kim.forms()


@pytest.mark.parametrize("command", ["/suggest", "/notice", "/post"])
async def test_what_stands_behind_the_command_is_in_what_is_begun_anew(
    room: Room, command: str
) -> None:
    kim = await somebody(room, command)
    await kim.says(f"{command} 第一样东西")
    await kim.says(f"{command} 第二样东西")
    assert "重新开始" in kim.buttons
    [form] = await kim.forms()
    assert "第一样东西" in str(await kim.holds(form))
    await kim.presses("重新开始")
    [form] = await kim.forms()
    assert "第二样东西" in str(await kim.holds(form))
    assert "第一样东西" not in str(await kim.holds(form))


async def test_so_is_what_was_said_outside_a_form(room: Room) -> None:
    ana = await room.resident("ana")
    await ana.says("/suggest 第一样东西")
    await ana.says("/cancel")
    await ana.says("第二样东西坏了很久")
    offer = next(data for data in ana.carried if data == "suggest_this")
    window = ana.window
    await ana.says("/suggest 第一样东西")
    await ana.presses_raw(offer, window)
    assert "重新开始" in ana.buttons
    await ana.presses("重新开始")
    [form] = await ana.forms()
    assert "第二样东西坏了很久" in str(await ana.holds(form))


async def test_a_reply_to_another_suggestion_is_another_form(room: Room) -> None:
    given, bo = await ground(room), await room.resident("bo2")
    await bo.says("/suggest 花坛的水管漏水")
    await bo.presses("环境", "提交")
    kim = await room.staff("kim", Role.DISTRICT, "示范区")
    await kim.presses_raw(f"decide:{given.suggestion}:adopted")
    await kim.says("本周更换")
    await kim.presses_raw(f"decide:{given.suggestion + 1}:adopted")
    assert len(await kim.forms()) == 2
    await kim.says("已安排")
    await kim.presses_raw(f"decide:{given.suggestion}:declined")
    assert kim.buttons == ["继续填写", "重新开始"]
    await kim.presses("继续填写")
    assert "本周更换" in kim.form
    assert any(FORM_MARK in each for each in kim.carried)


async def test_the_question_about_a_form_that_is_over_opens_the_other(room: Room) -> None:
    ana = await room.resident("ana")
    await ana.says("/suggest 第一样东西")
    await ana.says("/suggest 第二样东西")
    anew, window = ana.carried[1], ana.window
    await ana.says("/cancel")
    await ana.presses_raw(anew, window)
    [form] = await ana.forms()
    assert "第二样东西" in str(await ana.holds(form))

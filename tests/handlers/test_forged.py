"""What no button of ours carries, or where none is, sent by a changed client: nothing breaks."""

from itertools import product

import pytest
from aiogram.types import CallbackQuery, Chat, Message

from content.screen import BELOW
from handlers import FORM_MARK
from tests.handlers.matrix import PRESSES
from tests.handlers.room import Room, Shown, Talker
from tests.handlers.test_searching import at_the_places
from tests.handlers.test_windows import ground

FORGED = ["x", "密语", "-1", "9" * 30, "1.5", "", "1:2", "١"]


def _carried(talker: Talker, start: str) -> str:
    """What the first button of a form carries whose own part begins so."""
    shown = [m for m in talker.messages if m.buttons][-1]
    found = (data for _, data in shown.buttons if data.partition(FORM_MARK)[2].startswith(start))
    return next(found)


@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_page_of_one_s_own_form_is_the_nearest_or_over(
    room: Room, forged: str, caplog: pytest.LogCaptureFixture
) -> None:
    kim = await at_the_places(room, *(f"社区{n}" for n in range(13)))
    own, before = _carried(kim, "node_pages:"), kim.form
    await kim.presses_raw(own.rpartition(":")[0] + f":{forged}")
    assert kim.form == before
    assert "社区" in "".join(kim.buttons), "the choices are there still"
    assert not [r for r in caplog.records if r.levelname in ("WARNING", "ERROR")]


@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_choice_of_one_s_own_form_chooses_nothing(room: Room, forged: str) -> None:
    kim = await at_the_places(room)
    own = _carried(kim, "node:")
    await kim.presses_raw(own.rpartition(":")[0] + f":{forged}")
    assert "发给谁" in kim.form


@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_weekday_is_none(room: Room, forged: str) -> None:
    kim = await at_the_places(room)
    await kim.presses("东湖社区", "每周定时")
    own = _carried(kim, "weekdays:")
    await kim.presses("周三")
    await kim.presses_raw(own.rpartition(":")[0] + f":{forged}")
    await kim.presses("选好了", "8:30")
    assert "每周三" in kim.form or "周三" in kim.form


@pytest.mark.parametrize("kind", ["supergroup", "channel"])
async def test_what_a_group_reads_is_changed_by_no_press(room: Room, kind: str) -> None:
    given = await ground(room)
    group = Chat(id=-100, type=kind, title="东湖群")
    everybody = [Talker(room, "li"), await room.member("ana"), await room.staff("mei")]
    for who, press, mark in product(everybody, PRESSES, ("", BELOW)):
        data = mark + ":".join([press.action, *(str(given.event) for _ in press.readers)])
        room.phones.chats[group.id] = {1: Shown("明天停水")}
        at = room.clock.now()
        message = Message(message_id=1, date=at, chat=group, text="明天停水")
        query = CallbackQuery(
            id=data, from_user=who.account, chat_instance="1", message=message, data=data
        )
        await room.feed(callback_query=query)
        assert room.phones.chats[group.id] == {1: Shown("明天停水")}, data
        toast = room.phones.toasts.pop(data)
        if not press.in_groups:
            assert toast == "请在私聊里使用我。"


async def test_a_press_on_no_message_is_answered(room: Room) -> None:
    ana = await room.resident("ana")
    query = CallbackQuery(id="1", from_user=ana.account, chat_instance="1", data="suggest")
    await room.feed(callback_query=query)
    assert room.phones.toasts["1"]

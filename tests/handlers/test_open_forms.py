"""Several forms that one person has open: the one on top is filled in, the others wait."""

import pytest
from aiogram_dialog.api.entities import stack

from handlers import FORM_MARK
from handlers.forms.drafts import started_with
from handlers.forms.open import LOOKING, MOST, SUBJECT, TOUCHED
from handlers.people.suggest import SuggestForm
from storage.model.roles import Role
from storage.model.suggestion_draft import SuggestionDraft
from tests.handlers.room import Room, Talker
from tests.handlers.test_figures import held
from tests.handlers.test_windows import FORMS, SAMPLES, ground


async def test_forms_to_which_the_library_gives_one_id_are_both_kept(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has a hundred for each second."""
    monkeypatch.setattr(stack, "new_id", iter("aaab").__next__)
    kim = await room.staff("kim")
    await kim.says("/notice 明早停水")
    await kim.says("/post")
    await kim.says("/cancel")
    await kim.presses("继续填写")
    assert "明早停水" in kim.screen
    await kim.presses("取消")
    await kim.says("/events")
    assert "还没有提交" not in kim.screen


@pytest.mark.parametrize("name", [each for each in FORMS if each not in LOOKING])
async def test_a_command_that_does_not_exist_is_answered_in_a_form_as_it_is_outside(
    room: Room, name: str
) -> None:
    state = FORMS[name][0]
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    drafts = SAMPLES[name](await ground(room)) or [None]
    form = await mei.has_open(state, started_with(drafts[0]) if drafts[0] else {})
    await mei.presses_raw(f"continue:{form}")
    window = mei.form
    await mei.says("／没有这个")
    assert [each.text.split("\n")[0] for each in mei.messages[-2:]] == [
        "<b>邻里能做什么</b>",
        mei.screen,
    ]
    assert "还没有提交" in mei.screen
    await mei.presses("继续填写")
    assert mei.form == window


async def test_so_is_a_command_for_which_somebody_has_no_power(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.says("/communities")
    assert "邻里能做什么" in kim.messages[-2].text
    assert "/communities" not in kim.messages[-2].text


def _windows(kim: Talker) -> list[list[str]]:
    """The buttons of every message that acts on a form."""
    labels = [[label for label, data in each.buttons if FORM_MARK in data] for each in kim.messages]
    return [each for each in labels if each]


async def test_a_form_that_is_opened_again_and_again_has_one_window(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.says("/help")
    await kim.says("/me")  # is offered once, and from then on where people look around
    await kim.says("/staff")
    offers = [each.buttons[0] for each in kim.messages if "还没有提交" in each.text]
    assert len(offers) == 2
    for _, data in (*offers, *offers):
        await kim.presses_raw(data)
        assert len(_windows(kim)) == 1


async def test_a_form_that_is_given_up_leaves_no_window_behind(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.says("/help")
    form = kim.buttons[1]
    [data] = [data for label, data in kim.messages[-1].buttons if label == form]
    await kim.presses("继续填写")
    await kim.presses_raw(data)
    assert "已取消" in kim.messages[-2].text
    assert _windows(kim) == []


async def test_the_form_on_top_keeps_its_window_when_one_below_is_given_up(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/notice 明早停水")
    await kim.says("/help")
    [(_, data)] = [each for each in kim.messages[-1].buttons if each[0] == "取消"]
    await kim.says("/post")
    await kim.presses_raw(data)
    [window] = _windows(kim)
    assert "公共服务" in window
    await kim.presses("继续填写", "公共服务")
    assert "叫什么名字" in kim.screen


async def test_who_has_too_many_open_forms_hears_so_and_can_end_one(room: Room) -> None:
    kim = await room.staff("kim")
    data = {**started_with(SuggestionDraft("key", 1)), TOUCHED: True}
    for number in range(MOST):
        await kim.has_open(SuggestForm.category, data | {SUBJECT: str(number)})
    await kim.says("/notice 停水")
    assert f"{MOST} 份" in kim.messages[-2].text
    assert len(await kim.forms()) == MOST
    await kim.presses("取消")
    await kim.says("/notice 停水")
    assert "停水" in kim.form
    assert len(await kim.forms()) == MOST


async def test_whoever_looked_for_somebody_has_nothing_to_finish(room: Room) -> None:
    kim = await room.staff("kim")
    event = await held(room, "消防演练", room.clock.now(), said=False)
    await kim.presses_raw(f"find_seat:{event}")
    await kim.says("ana")
    await kim.says("/events")
    assert not [each.text for each in kim.messages if "还没有提交" in each.text]


@pytest.mark.parametrize("opener", ["find_event", "find_managed", "find_seat", "find_person"])
async def test_where_one_only_looks_nothing_waits_and_nothing_is_asked(
    room: Room, opener: str
) -> None:
    kim = await room.staff("kim")
    event = await held(room, "消防演练", room.clock.now(), said=False)
    press = opener if "event" in opener or "managed" in opener else f"{opener}:{event}"
    for _ in range(2):  # the first is no work that the second would lose
        await kim.presses_raw(press)
        await kim.says("ana")
        assert "好了" in kim.buttons
    await kim.presses_raw("past")
    await kim.presses("取消")
    assert await kim.forms() == []
    await kim.presses_raw(press)
    await kim.presses("好了")
    assert await kim.forms() == []
    assert not [each.text for each in kim.messages if "还没有提交" in each.text]

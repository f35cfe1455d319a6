"""Forms that another version of the bot left open: over, with a word, and nothing else is lost."""

from typing import Any

import pytest
from aiogram.fsm.state import State, StatesGroup

from handlers.staff.post_form import PostForm
from tests.handlers.room import Room

SORRY = "对不上新版本"


class GoneForm(StatesGroup):
    """A form of an older version."""

    step = State()


FROM_ANOTHER_VERSION = [
    (PostForm.review, {}),
    (PostForm.review, {"draft": {"key": "a", "colour": "a field that there is no more"}}),
    (PostForm.title, {"draft": {}}),
    (GoneForm.step, {"draft": {"key": "a"}}),
]


@pytest.mark.parametrize(("state", "data"), FROM_ANOTHER_VERSION)
async def test_what_is_typed_into_it_is_answered_once_and_then_taken_as_usual(
    room: Room, state: State, data: dict[str, Any]
) -> None:
    kim = await room.staff("kim")
    await kim.has_open(state, data)
    await kim.says("9:30")
    assert SORRY in kim.screen
    await kim.says("9:30")
    assert "想怎么处理" in kim.screen


@pytest.mark.parametrize(("state", "data"), FROM_ANOTHER_VERSION)
async def test_the_form_below_it_goes_on(room: Room, state: State, data: dict[str, Any]) -> None:
    kim = await room.staff("kim")
    await kim.says("/notice")
    await kim.has_open(state, data)
    await kim.says("明早停水")
    assert SORRY in kim.screen
    await kim.says("明早停水")
    assert "明早停水" in kim.screen


@pytest.mark.parametrize(("state", "data"), FROM_ANOTHER_VERSION)
async def test_a_press_says_so_too(room: Room, state: State, data: dict[str, Any]) -> None:
    kim = await room.staff("kim")
    form = await kim.has_open(state, data)
    await kim.presses_raw(f"continue:{form}")
    assert SORRY in kim.screen


async def test_a_draft_with_less_in_it_than_today_goes_on(room: Room) -> None:
    kim = await room.staff("kim")
    node_id = room.communities["东湖社区"].id
    await kim.has_open(PostForm.title, {"draft": {"key": "a", "node_id": node_id}})
    await kim.says("家庭消防演练")
    assert "什么活动" in kim.screen


async def test_a_form_at_a_step_that_is_gone_does_not_keep_another_from_being_opened(
    room: Room,
) -> None:
    kim = await room.staff("kim")
    await kim.has_open(GoneForm.step, {})
    await kim.says("/post")
    assert SORRY in kim.screen
    await kim.says("/post")
    assert "什么活动" in kim.screen

"""Several forms that one person has open: the one on top is filled in, the others wait."""

import pytest
from aiogram_dialog.api.entities import stack

from tests.handlers.room import Room


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

"""What no button of a form carries, sent by a changed client: nothing breaks."""

import pytest

from handlers import FORM_MARK
from tests.handlers.room import Room, Talker
from tests.handlers.test_searching import at_the_places

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

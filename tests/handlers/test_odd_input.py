"""Whatever is sent into any window is answered, and breaks nothing."""

from typing import Any

import pytest
from aiogram.fsm.state import State

from handlers.forms.drafts import started_with
from storage.model.roles import Role
from tests.handlers.content import file, photo
from tests.handlers.room import Room
from tests.handlers.test_windows import SAMPLES, WINDOWS, ground

HERE = {"latitude": 31.2, "longitude": 121.4}
ODD: tuple[dict[str, Any], ...] = (
    {"text": "长" * 4096},
    {"text": "a\n" * 2047},
    {"text": "😀👍"},
    {"text": "?"},
    {"text": "<b>{{ x }}</b> {% y %}"},
    {"text": "９" * 300},
    file("sticker", "s"),
    file("voice", "v"),
    file("video_note", "n"),
    file("document", "d", caption="说明" * 500),
    photo("p"),
    {"location": HERE},
    {"contact": {"phone_number": "1", "first_name": "ana"}},
    {"dice": {"emoji": "🎲", "value": 1}},
)


@pytest.mark.parametrize(
    ("name", "state"), WINDOWS, ids=[f"{name}-{state.state}" for name, state in WINDOWS]
)
async def test_whatever_is_sent_is_answered(room: Room, name: str, state: State) -> None:
    draft = next(iter(SAMPLES[name](await ground(room))), None)
    for number, content in enumerate(ODD):
        mei = await room.staff(f"mei{number}", Role.DISTRICT, "示范区")
        form = await mei.has_open(state, started_with(draft) if draft else {})
        await mei.presses_raw(f"continue:{form}")
        said = len(mei.messages)
        await mei.sends(**content)
        assert len(mei.messages) > said, content

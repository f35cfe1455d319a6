"""A screen that shows already what it would show is not drawn again: Telegram refuses that call."""

from datetime import timedelta

import pytest

from storage.actions.sign_ups import sign_up
from storage.model.event import Event
from tests.handlers.room import Room, Shown, Talker
from tests.handlers.test_post import at_the_review, posted
from tests.storage.district import ZONE


async def with_a_roster(room: Room) -> tuple[Talker, Event]:
    kim = await at_the_review(room)
    await kim.presses("发布")
    (event,) = await posted(room, kim)
    room.phones.tells_texts = True
    await kim.presses("名单")
    return kim, event


async def refresh(room: Room, kim: Talker) -> None:
    room.clock.at += timedelta(minutes=1)
    await kim.presses("刷新")


async def test_nothing_is_drawn_again_until_something_changes(room: Room) -> None:
    kim, event = await with_a_roster(room)
    before = room.phones.edits
    for _ in range(3):
        await refresh(room, kim)
    assert room.phones.edits == before
    bo = await room.resident("bo")
    await room.database.write(sign_up, bo.id, event.id, room.clock.now(), ZONE)
    await refresh(room, kim)
    assert room.phones.edits == before + 1
    assert "bo" in kim.screen


async def test_what_somebody_else_changed_meanwhile_is_drawn(room: Room) -> None:
    """A progress card, say, which the scheduler edits."""
    kim, _ = await with_a_roster(room)
    [(number, shown)] = list(room.phones.chats[kim.id].items())[-1:]
    more = [*shown.buttons, ("OK", "home")]
    for other in (Shown("另一个", shown.buttons), Shown(shown.text, more)):
        room.phones.put(kim.id, number, other)
        await refresh(room, kim)
        assert room.phones.chats[kim.id][number] == shown


@pytest.mark.parametrize("button", ["改时间", "改对象", "选项"])
async def test_a_window_that_stands_there_already_is_not_drawn_again(
    room: Room, button: str
) -> None:
    """A form's, by a second tap that came late, say."""
    room.phones.tells_texts = True
    kim = await room.staff("kim")
    await kim.says("/notice")
    await kim.says("明天停水")
    shown = room.phones.chats[kim.id][kim.window].buttons
    data = next(data for label, data in shown if button in label)
    await kim.presses_raw(data, kim.window)
    window, before = kim.form, room.phones.edits
    for _ in range(2):
        room.clock.at += timedelta(minutes=1)
        await kim.presses_raw(data, kim.window)
    assert (kim.form, room.phones.edits) == (window, before)
    await kim.presses("返回")
    assert "请确认" in kim.form
    assert room.phones.edits == before + 1

"""An event whose day lies in a closed year: what staff would write of it is refused, they are told
what to do, and nothing is lost."""

from datetime import UTC, datetime

import pytest

from storage.actions import past_events
from storage.model.past_event import PastEvent
from storage.tables import events
from tests.handlers.room import Room
from tests.handlers.test_closed_years import IN_IT, SHUT, YEAR, close, heard, owner
from tests.handlers.test_figures import held
from tests.storage.district import rows_of

AT = datetime(YEAR, 6, 2, 2, tzinfo=UTC)


async def states(room: Room) -> list[str]:
    return [row.state for row in await room.database.read(rows_of, events)]


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize("action", ["held", "not_held", "unsaid"])
async def test_nobody_says_any_more_whether_it_took_place(
    room: Room, said: bool, action: str
) -> None:
    ana = await room.member("ana")
    event = await held(room, "消防演练", AT, ana, said=said)
    await close(room)
    kim, before = await room.staff("kim"), await states(room)
    await kim.presses_raw(f"{action}:{event}")
    assert await states(room) == before
    if (action == "unsaid") is said or action == "not_held":
        assert SHUT in heard(kim)


async def test_what_was_recorded_afterwards_is_neither_put_right_nor_voided(room: Room) -> None:
    node, write = room.communities["东湖社区"], room.database.write
    new = PastEvent("k", node.id, "study", "演出", IN_IT, "一楼大厅", 35)
    now, zone = room.clock.now(), room.tools.zone
    event = await write(past_events.record, await owner(room), new, now, zone)
    await close(room)
    kim = await room.staff("kim")
    await kim.presses_raw(f"past_correct:{event}")
    await kim.says("40")
    await kim.presses("保存")
    assert SHUT in heard(kim)
    await kim.presses_raw(f"past_voided:{event}:twice")
    assert SHUT in heard(kim)
    assert await states(room) == ["held"]


async def test_another_day_is_asked_for_what_is_recorded_afterwards(room: Room) -> None:
    await close(room)
    kim = await room.staff("kim")
    await kim.presses_raw("posted")
    await kim.presses("补录活动", "学习活动")
    await kim.says("演出")
    await kim.says("2025年6月2日")
    assert SHUT in heard(kim)
    await kim.says("11月3日")
    await kim.says("一楼大厅")
    await kim.says("35人")
    await kim.presses("保存")
    [event] = await room.database.read(rows_of, events)
    assert (event.title, event.place) == ("演出", "一楼大厅")


async def test_an_event_is_not_put_right_there_nor_moved_there(room: Room) -> None:
    ana = await room.member("ana")
    old = await held(room, "消防演练", AT, ana)
    new = await held(room, "读书会", AT.replace(year=YEAR + 1), ana)
    await close(room)
    before = await room.database.read(rows_of, events)
    kim = await room.staff("kim")
    for event, said in ((old, "11点"), (new, "2025-06-02")):
        await kim.presses_raw(f"change:{event}")
        await kim.says(said)
        await kim.presses("保存", "保存")
        assert SHUT in heard(kim)
    assert await room.database.read(rows_of, events) == before

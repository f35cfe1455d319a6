"""An event was called off. Every button of it that stands in somebody's chat still answers calmly,
and changes nobody's seat, tick or number."""

from datetime import timedelta
from typing import Any

import pytest

from storage.actions.events import cancel
from storage.actions.sign_ups import sign_up
from storage.queries.people import by_telegram_id
from storage.tables import attendances, events, headcounts, no_shows, sign_ups
from tests.handlers.room import OWNER, Room, Talker
from tests.handlers.test_doors import an_event, came, digits_on, link_on, shows
from tests.handlers.test_group_cards import press_in
from tests.storage.district import ZONE, rows_of

OF_PEOPLE = (
    *("join:{e}", "join_anyway:{e}:1", "how_many:{e}", "bring:{e}:2", "take_seat:{e}:0"),
    *("take_anyway:{e}:0", "decline_seat:{e}", "calendar:{e}", "venue:{e}", "event_pictures:{e}"),
    *("come:{e}:0", "stay_away:{e}:0", "event:{e}"),
)
OF_STAFF = (
    *(
        "came:{e}:{p}:0",
        "absent:{e}:{p}:0",
        "all_came:{e}:0",
        "missed:{e}:{p}:0",
        "all_missed:{e}:0",
    ),
    *("not_missed:{e}:{p}:0", "unnamed_add:{e}:5", "unnamed_undo:{e}:1", "taken_off:{e}:{p}:0"),
    *("put_back:{e}:{p}:0", "door:{e}", "nudge:{e}", "nudged:{e}", "held:{e}", "not_held:{e}"),
    *("unsaid:{e}", "change:{e}", "called_off:{e}", "call_off_all:{e}", "reminder_time:{e}:24"),
    *("find_seat:{e}", "find_person:{e}", "unnamed_other:{e}", "paper_list:{e}", "papers:{e}"),
)
TABLES = (sign_ups, attendances, headcounts, no_shows, events)


async def facts(room: Room) -> list[Any]:
    """All that is recorded of it."""
    return [await room.database.read(rows_of, table) for table in TABLES]


async def called_off(room: Room) -> tuple[int, Talker, Talker, str, str]:
    """The event, who had a seat, staff at the door, and the code that they showed."""
    event, bo = await an_event(room), await room.resident("bo")
    await room.database.write(sign_up, bo.id, event.id, room.clock.at, ZONE)
    kim = await shows(room, event)
    code, digits = link_on(kim), digits_on(kim)
    owner = await room.database.read(by_telegram_id, OWNER)
    assert owner is not None
    await room.database.write(cancel, owner.id, event.id, room.clock.at)
    return event.id, bo, kim, code, digits


@pytest.mark.parametrize("late", [timedelta(), timedelta(hours=1), timedelta(days=300)])
async def test_no_old_button_changes_what_is_recorded(room: Room, late: timedelta) -> None:
    event, bo, kim, code, digits = await called_off(room)
    person = await room.database.read(by_telegram_id, bo.id)
    assert person is not None
    broken = room.tools.texts.in_("zh").label("refused.broken")
    room.clock.at += late
    before = await facts(room)
    for talker, buttons in ((bo, OF_PEOPLE), (kim, OF_STAFF)):
        for data in buttons:
            seen = len(talker.messages)
            told = await talker.presses_raw(data.format(e=event, p=person.id))
            assert told or len(talker.messages) > seen, data
            assert broken not in (told, talker.screen), data
            assert await facts(room) == before, data
    assert "取消" in await press_in(bo, f"here:{event}")
    await bo.says(f"/start {code}")
    await bo.says(digits)
    assert await came(room) == {}
    assert await facts(room) == before


@pytest.mark.parametrize("over", [False, True])
async def test_what_began_or_was_called_off_is_not_asked_to_be_called_off(
    room: Room, over: bool
) -> None:
    kim, event = await room.staff("kim"), await an_event(room)
    if over:
        room.clock.at += timedelta(hours=1)
    else:
        owner = await room.database.read(by_telegram_id, OWNER)
        assert owner is not None
        await room.database.write(cancel, owner.id, event.id, room.clock.at)
    told = await kim.presses_raw(f"call_off:{event.id}")
    assert told == ("活动已经开始" if over else "活动已取消")
    assert "确定取消" not in kim.buttons
    assert "<b>演练</b>" in kim.screen

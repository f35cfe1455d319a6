"""Reminders of many events that are planned together: what comes of it is what comes of one."""

from datetime import datetime, timedelta
from typing import Any

from storage.actions import slots
from storage.actions.broadcasts import CHUNK
from storage.actions.reminder_rounds import plan_reminders
from storage.actions.sign_ups import sign_up
from storage.model.quiet_hours import USUAL
from storage.model.reminder import Due, in_rounds
from storage.model.schedule import Slot
from storage.model.sign_up import Wish
from storage.queries import schedules as queries
from storage.tables import broadcasts, deliveries, moves, progress, schedules

from .district import NOW, ZONE, District

ANYWAY = Wish(anyway=True)

STARTS = datetime(2026, 3, 5, 6, 30, tzinfo=ZONE)
SLOT = STARTS - timedelta(hours=2)
# What two broadcasts of the same kind do not share.
_OWN = {"id", "broadcast_id", "subject_id", "schedule_id", "draft_key", "audience", "event_id"}
_OWN |= {"person_id"}


async def _event(district: District) -> int:
    """One with a seat in each of two places, and for somebody who is reminded the evening before.
    Gives the id of its reminder's schedule."""
    event = await district.event(district.node, starts_at=STARTS, remind_hours=2)
    for name, node, quiet in (
        ("ana", district.east, None),
        ("li", district.west, None),
        ("bo", district.east, USUAL),
    ):
        person = await district.resident(name, node, quiet)
        await district.database.write(sign_up, person.telegram_id, event.id, NOW, ZONE, ANYWAY)
    [row] = await district.rows(schedules, schedules.c.event_id == event.id)
    return int(row.id)


async def _made(district: District, schedule_id: int) -> list[dict[str, Any]]:
    """All that was made of a slot, without what is its own. Whom a database owes first is its own
    affair."""
    [broadcast] = await district.rows(broadcasts, broadcasts.c.schedule_id == schedule_id)
    of = broadcast.id
    history = (moves.c.subject_kind == "broadcast", moves.c.subject_id == of)
    rows = [
        *await district.rows(schedules, schedules.c.id == schedule_id),
        broadcast,
        *await district.rows(progress, progress.c.broadcast_id == of),
        *await district.rows(deliveries, deliveries.c.broadcast_id == of),
        *await district.rows(moves, *history),
    ]
    made = [{k: v for k, v in row._asdict().items() if k not in _OWN} for row in rows]
    return sorted(made, key=repr)


async def test_together_is_the_same_as_alone(district: District) -> None:
    alone, *others = [await _event(district) for _ in range(3)]
    read, write = district.database.read, district.database.write
    [one] = [each for each in await read(queries.due, SLOT) if each.id == alone]
    await write(slots.plan_slot, one, Slot(SLOT), SLOT)
    await district.owes(SLOT)
    due = await read(queries.due_reminders, SLOT, CHUNK)
    assert [each.schedule_id for each in due] == others
    assert await write(plan_reminders, due, SLOT, ZONE) == 4
    expected = await _made(district, alone)
    for schedule_id in others:
        assert await _made(district, schedule_id) == expected
    assert await write(plan_reminders, due, SLOT, ZONE) == 0, "another planner is too late"
    assert len(await district.rows(broadcasts, broadcasts.c.schedule_id.is_not(None))) == 3


def test_a_round_holds_no_more_people_than_a_press_can_wait_for() -> None:
    seats = enumerate((400, 500, 200, 0, 900, 100))
    due = [Due(i, i, 1, SLOT, STARTS, taken) for i, taken in seats]
    rounds = [[each.taken for each in some] for some in in_rounds(due, 1000)]
    assert rounds == [[400, 500], [200, 0], [900, 100]]

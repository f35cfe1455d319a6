"""Reminders in the night: promised when somebody signs up, owed at the time that is promised."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from storage.actions import people, slots
from storage.actions.schedules import cancel as stop
from storage.actions.sign_ups import cancel as give_back
from storage.actions.sign_ups import sign_up
from storage.model.delivery import DeliveryState
from storage.model.event import Event
from storage.model.kinds import DeliveryKind
from storage.model.person import Person, Quiet
from storage.model.quiet_hours import USUAL
from storage.model.schedule import Slot
from storage.queries import events as queries
from storage.queries import schedules as schedule_queries
from storage.tables import deliveries, schedules

from .district import NOW, ZONE, District

STARTS = datetime(2026, 3, 3, 6, 30, tzinfo=ZONE)
SLOT = STARTS - timedelta(hours=2)
EVENING = datetime(2026, 3, 2, 21, tzinfo=ZONE)
OTHERS = deliveries.c.broadcast_id.is_not(None)


@pytest.fixture
async def event(district: District) -> Event:
    return await district.event(starts_at=STARTS, remind_hours=2)


async def take(district: District, person: Person, event: Event, now: datetime = NOW) -> Any:
    """Take a seat; returns when a reminder is promised."""
    done = await district.database.write(sign_up, person.telegram_id, event.id, now, ZONE)
    telegram_id, read = person.telegram_id, district.database.read
    again = await read(queries.card, event.id, telegram_id, now, ZONE)
    assert again.reminded_at == done.card.reminded_at
    return done.card.reminded_at


async def owed(district: District, person: Person, *more: Any) -> Sequence[Any]:
    kind = deliveries.c.kind == DeliveryKind.EVENT_REMINDER
    rows = await district.rows(deliveries, deliveries.c.person_id == person.id, kind, *more)
    return [(row.state, row.due_at) for row in rows]


async def all_are_reminded(district: District) -> None:
    """The planner at half past four."""
    [due] = await district.database.read(schedule_queries.due, SLOT)
    await district.database.write(slots.plan_slot, due, Slot(SLOT), SLOT)
    await district.owes(SLOT)


async def test_who_sleeps_then_is_owed_the_reminder_of_the_evening_and_only_that(
    district: District, event: Event
) -> None:
    ana, bo = await district.resident("ana", quiet=USUAL), await district.resident("bo")
    assert await take(district, ana, event) == EVENING
    assert await take(district, bo, event) == SLOT
    assert await owed(district, ana) == [(DeliveryState.QUEUED, EVENING)]
    assert await owed(district, bo) == []
    await all_are_reminded(district)
    assert await owed(district, ana) == [(DeliveryState.QUEUED, EVENING)]
    assert await owed(district, bo, OTHERS) == [(DeliveryState.QUEUED, SLOT)]


async def test_what_can_wait_for_the_morning_is_promised_for_the_morning(
    district: District,
) -> None:
    ana = await district.resident("ana", quiet=USUAL)
    event = await district.event(starts_at=STARTS + timedelta(hours=2), remind_hours=2)
    morning = datetime(2026, 3, 3, 7, tzinfo=ZONE)
    assert await take(district, ana, event) == morning
    assert await owed(district, ana) == []


async def test_whoever_signs_up_in_the_night_is_promised_nothing(
    district: District, event: Event
) -> None:
    ana = await district.resident("ana", quiet=USUAL)
    assert await take(district, ana, event, EVENING + timedelta(hours=2)) is None
    assert await owed(district, ana) == []


async def test_a_second_thought_promises_once(district: District, event: Event) -> None:
    ana = await district.resident("ana", quiet=USUAL)
    for _ in range(2):
        await take(district, ana, event)
        await district.database.write(give_back, ana.telegram_id, event.id, NOW, ZONE)
    await take(district, ana, event)
    assert await owed(district, ana) == [(DeliveryState.QUEUED, EVENING)]


async def test_other_quiet_hours_move_the_promise(district: District, event: Event) -> None:
    ana = await district.resident("ana")
    await take(district, ana, event)
    for quiet, at in (
        (USUAL, EVENING),
        (Quiet(time(20), time(8)), EVENING - timedelta(hours=2)),
        (None, None),
        (USUAL, EVENING),
    ):
        await district.database.write(people.set_quiet, ana.id, quiet, NOW, ZONE)
        waits = deliveries.c.state == DeliveryState.QUEUED
        assert await owed(district, ana, waits) == (
            [] if at is None else [(DeliveryState.QUEUED, at)]
        )
    await district.database.write(people.set_quiet, ana.id, None, NOW, ZONE)
    await all_are_reminded(district)
    assert await owed(district, ana, OTHERS) == [(DeliveryState.QUEUED, SLOT)]


async def test_a_reminder_that_staff_stopped_is_promised_to_nobody(
    district: District, event: Event
) -> None:
    ana, kim = await district.resident("ana", quiet=USUAL), await district.kim()
    [row] = await district.rows(schedules)
    await district.database.write(stop, kim.id, row.id, NOW)
    assert await take(district, ana, event) is None
    assert await owed(district, ana) == []

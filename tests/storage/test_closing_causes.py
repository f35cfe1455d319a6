"""Why a closed figure is another one: what was sent late, or taken back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from storage.model.closing import Cause
from storage.model.figure import Adds, Measure
from storage.model.node import Node
from storage.model.period import Days, year_of
from storage.queries.closing_causes import cause
from storage.tables import broadcasts, deliveries

from .district import DAY, NOW, ZONE, District

HOUR = timedelta(hours=1)
SLOT = NOW - 10 * DAY
CLOSED_AT = NOW - DAY
DAYS = Days(year_of(SLOT.date()), ZONE, NOW)
REACH = Measure.of("broadcasts", Adds.SUM, kind="study_item")


async def sent(
    district: District, node: Node, at: datetime, kind: str = "study_item", slot: datetime = SLOT
) -> int:
    """A broadcast that reached one person of a place at this instant."""
    bo = await district.resident(f"bo {at} {kind} {slot}", node)

    def put(connection: Connection) -> int:
        one = _broadcast(connection, district, kind, slot, finished_at=at)
        row = {"broadcast_id": one, "person_id": bo.id, "node_id": node.id, "kind": kind}
        done = {"state": "sent", "due_at": slot, "sent_at": at}
        connection.execute(insert(deliveries).values(**row, **done))
        return one

    return await district.database.write(put)


def _broadcast(
    connection: Connection, district: District, kind: str, slot: datetime, **more: Any
) -> int:
    row = {"kind": kind, "node_id": district.node.id, "slot_at": slot, "planned_at": slot}
    row |= {"priority": 3, "audience": "{}", "created_by": district.mei.id, "created_at": slot}
    done = connection.execute(insert(broadcasts).values(**row | {"state": "finished"} | more))
    [key] = done.inserted_primary_key or [0]
    return int(key)


async def found(district: District, node: Node | None = None) -> Cause | None:
    read = district.database.read
    return await read(cause, REACH, node or district.east, DAYS, CLOSED_AT)


async def test_what_arrived_late_is_named_and_what_arrived_in_time_is_not(
    district: District,
) -> None:
    await sent(district, district.east, SLOT)
    assert await found(district) is None
    await sent(district, district.west, CLOSED_AT + HOUR)
    await sent(district, district.east, CLOSED_AT + HOUR, kind="notice")
    await sent(district, district.east, CLOSED_AT + HOUR, slot=SLOT - 400 * DAY)
    assert await found(district) is None, "elsewhere, of another kind, of another year"
    await sent(district, district.east, CLOSED_AT + 2 * HOUR)
    assert await found(district) == Cause(1, CLOSED_AT + 2 * HOUR, None)
    assert await found(district, district.node) == Cause(2, CLOSED_AT + 2 * HOUR, None)


@pytest.mark.parametrize("late", [True, False])
async def test_what_was_taken_back_says_by_whom(district: District, late: bool) -> None:
    at = CLOSED_AT + HOUR if late else CLOSED_AT - HOUR
    one = await sent(district, district.east, SLOT)

    def take_back(connection: Connection) -> None:
        _broadcast(connection, district, "withdrawal", at, of_id=one, created_at=at)

    await district.database.write(take_back)
    assert await found(district) == (Cause(1, at, "mei") if late else None)

"""The reminders of many events come at one time: how long until everybody is owed theirs, and how
long other writes wait meanwhile. Planned as the product plans, in this process.

A week of as many events is planned before the one that is measured, and the database has counted
its tables, as PostgreSQL does by itself within a minute.

On SQLite, and on PostgreSQL where TEST_DATABASE_URL names a server.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select, update

from content.courses import load_courses
from content.holidays import load_holidays
from scheduler.planner import Planner
from storage.actions import reminders
from storage.database import Database, open_database
from storage.model.delivery import DeliveryState
from storage.model.event import EventState
from storage.model.kinds import DeliveryKind
from storage.model.sign_up import SignUpState
from storage.queries import events as event_queries
from storage.tables import broadcasts, deliveries, events, nodes, persons, sign_ups
from tests.benchmarks import life, pushing
from tests.benchmarks.outcome import Miscounted, Outcome

MUST = 5.0  # seconds
MUST_WAIT = 0.05
_PROBE_EVERY = 0.005
_AT_ONCE = 5_000
_ZONE = ZoneInfo("Asia/Shanghai")


def run(count: int = 1_000, people: int = 200, rounds: int = 1) -> Outcome:
    """Every round plans the same reminders once more, on fresh events of the same people."""
    found = {}
    for name in pushing.databases():
        found[name] = measure(name, count, people, rounds)
    told, met = [], True
    for name, every in found.items():
        seconds = median(each["seconds"] for each in every)
        wait = median(each["longest_wait"] for each in every)
        told.append(f"{name}: {seconds:.1f} s; the longest wait {wait * 1000:.0f} ms")
        met &= seconds <= MUST and wait <= MUST_WAIT
    return Outcome(
        "reminders",
        f"reminders of {count:,} events of {people} people each are owed after their slot; other "
        "writes meanwhile",
        f"≤ {MUST:g} s, a write waits ≤ {MUST_WAIT * 1000:.0f} ms",
        "; ".join(told),
        met,
        {"events": count, "people": people, "rounds": found},
    )


def measure(name: str, count: int, people: int, rounds: int) -> list[dict[str, Any]]:
    """Raises Miscounted if somebody is owed no reminder, or two."""
    with (
        tempfile.TemporaryDirectory() as folder,
        pushing.database_on(name, Path(folder), count * people) as url,
    ):
        return asyncio.run(_measure(url, count, people, rounds))


async def _measure(url: str, count: int, people: int, rounds: int) -> list[dict[str, Any]]:
    database = open_database(url)
    try:
        await _round(database, count, people, 0)
        return [await _round(database, count, people, 1 + number) for number in range(rounds)]
    finally:
        await database.close()


async def _round(database: Database, count: int, people: int, number: int) -> dict[str, Any]:
    now = datetime.now(UTC)
    starts_at = now + timedelta(hours=24, seconds=1, days=7 * number)
    ids = await database.write(_events, count, people, starts_at, number)
    for first in range(0, count, 100):
        await database.write(_scheduled, ids[first : first + 100], now)
    await database.write(life.analyzed)
    at = starts_at - timedelta(hours=24)
    planner = Planner(database, load_courses(), _ZONE, lambda: at, lambda: None, load_holidays())
    async with _probing(database) as waits:
        began = time.monotonic()
        await planner.plan()
        seconds = time.monotonic() - began
    owed = await database.read(_owed, ids)
    if owed != count * people:
        raise Miscounted(f"{owed} reminders, not {count * people}")
    return {"seconds": seconds, "longest_wait": max(waits), "writes": len(waits)}


@asynccontextmanager
async def _probing(database: Database) -> AsyncIterator[list[float]]:
    """A row is written all the time, as a press would do; gives how long each write took."""
    waits: list[float] = []

    async def probe() -> None:
        while True:
            began = time.monotonic()
            await database.write(_touch)
            waits.append(time.monotonic() - began)
            await asyncio.sleep(_PROBE_EVERY)

    probing = asyncio.create_task(probe())
    try:
        yield waits
    finally:
        probing.cancel()


def _touch(connection: Connection) -> None:
    connection.execute(update(persons).where(persons.c.id == 1).values(paused=False))


def _events(
    connection: Connection, count: int, people: int, starts_at: datetime, number: int
) -> list[int]:
    places = connection.execute(select(nodes.c.id).where(nodes.c.parent_id.is_not(None)))
    communities = list(places.scalars())
    before = connection.execute(select(func.max(events.c.id))).scalar_one() or 0
    now = starts_at - timedelta(days=8)
    rows = [
        {
            "id": before + i + 1,
            "node_id": communities[i % len(communities)],
            "category": "service",
            "title": "家庭消防演练",
            "place": "社区广场",
            "starts_at": starts_at,
            "taken": people,
            "state": EventState.OPEN,
            "draft_key": f"event {number} {i}",
            "created_by": 1,
            "created_at": now,
        }
        for i in range(count)
    ]
    connection.execute(insert(events), rows)
    everybody = connection.execute(
        select(persons.c.id).where(persons.c.node_id.is_not(None)).order_by(persons.c.id)
    ).scalars()
    seats = [
        {
            "event_id": before + i // people + 1,
            "person_id": person_id,
            "state": SignUpState.SIGNED_UP,
            "signed_up_at": now,
        }
        for i, person_id in zip(range(count * people), everybody, strict=False)
    ]
    for first in range(0, len(seats), _AT_ONCE):
        connection.execute(insert(sign_ups), seats[first : first + _AT_ONCE])
    return [row["id"] for row in rows]


def _scheduled(connection: Connection, ids: list[int], now: datetime) -> None:
    for event_id in ids:
        event = event_queries.by_id(connection, event_id)
        reminders.plan(connection, 1, event, (24,), now)


def _owed(connection: Connection, ids: list[int]) -> int:
    theirs = select(func.count(func.distinct(deliveries.c.person_id))).where(
        deliveries.c.kind == DeliveryKind.EVENT_REMINDER,
        deliveries.c.state == DeliveryState.QUEUED,
        deliveries.c.broadcast_id.in_(
            select(broadcasts.c.id).where(broadcasts.c.subject_id.in_(ids))
        ),
    )
    return int(connection.execute(theirs).scalar_one())

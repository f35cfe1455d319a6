"""The roster of an event of 2,000 people, in a community of 10,000: any page of it, and part of a
name that staff at the door look for.

On SQLite, and on PostgreSQL where TEST_DATABASE_URL names a server. Asked as the handlers ask.
"""

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select

from storage.database import open_database
from storage.model.event import EventState
from storage.model.person import CONSENT_VERSION, Person, Standing
from storage.model.roster import Way
from storage.model.sign_up import SignUpState
from storage.queries.people import by_id
from storage.queries.rosters import TICKS, found_for, roster_for
from storage.tables import attendances, events, no_shows, persons, sign_ups
from tests.benchmarks import life, pushing
from tests.benchmarks.event_lists import summary, timed
from tests.benchmarks.outcome import Miscounted, Outcome

MUST = 0.020  # seconds, p95
_EVENT, _PLACE, _FIRST = 1, 2, 10_001
_NAMES = 4_000  # so that most share theirs
_SOUGHT = {"one of few": "邻居0017", "one of many": "17", "anybody": "邻居", "nobody": "没有此人"}

Questions = Mapping[str, Callable[[Connection], object]]


def run(people: int = 2_000, community: int = 10_000, times: int = 50) -> Outcome:
    """Each question in turn, `times` times."""
    found = {name: measure(name, people, community, times) for name in pushing.databases()}
    worst = {name: max(each, key=lambda asked: each[asked]["p95"]) for name, each in found.items()}
    told = [
        f"{name}: p50 {found[name][asked]['p50'] * 1000:.1f}, "
        f"p95 {found[name][asked]['p95'] * 1000:.1f} ms (slowest: {asked})"
        for name, asked in worst.items()
    ]
    return Outcome(
        "roster",
        f"any page of a roster of {people:,} people, and a search by name among the {community:,} "
        "of their community",
        f"p95 ≤ {MUST * 1000:.0f} ms",
        "; ".join(told),
        all(found[name][asked]["p95"] <= MUST for name, asked in worst.items()),
        {"people": people, "community": community, "asked": found},
    )


def measure(name: str, people: int, community: int, times: int) -> dict[str, dict[str, float]]:
    """p50 and p95 of each question, in seconds."""
    with (
        tempfile.TemporaryDirectory() as folder,
        pushing.database_on(name, Path(folder), 1_000) as url,
    ):
        life.run(url, lambda connection: _fill(connection, people, community))
        life.run(url, life.analyzed)
        return asyncio.run(_measure(url, people, times))


def _fill(connection: Connection, people: int, community: int) -> None:
    """An event that goes on: nine of ten of its people have a seat, the others walked in; most who
    signed up are here, and of some it was noted that they did not come."""
    now = datetime.now(UTC)
    connection.execute(insert(persons), [_person(i, now) for i in range(community)])
    connection.execute(insert(events).values(_event(people, now)))
    seated, here = people * 9 // 10, people * 3 // 4
    noted = range(here, here + people // 20)
    came = [*range(here), *range(seated, people)]
    connection.execute(insert(sign_ups), [_seat(i, now) for i in range(seated)])
    ways = [Way.CHECKED_IN if i < seated else Way.WALKED_IN for i in came]
    facts = [_fact(i, now) | {"way": way} for i, way in zip(came, ways, strict=True)]
    connection.execute(insert(attendances), facts)
    connection.execute(insert(no_shows), [_fact(i, now) for i in noted])


def _person(i: int, now: datetime) -> dict[str, Any]:
    return {
        "id": _FIRST + i,
        "telegram_id": 7_000_000_000 + i,
        "name": f"邻居{i % _NAMES:04}",
        "language": "zh",
        "standing": Standing.MEMBER,
        "node_id": _PLACE,
        "consent_version": CONSENT_VERSION,
        "consented_at": now,
        "joined_at": now - timedelta(minutes=i),
    }


def _event(people: int, now: datetime) -> dict[str, Any]:
    return {
        "id": _EVENT,
        "node_id": _PLACE,
        "category": "service",
        "title": "家庭消防演练",
        "place": "社区广场",
        "starts_at": now,
        "capacity": people,
        "taken": people * 9 // 10,
        "state": EventState.OPEN,
        "draft_key": "event",
        "created_by": 1,
        "created_at": now - timedelta(days=7),
    }


def _seat(i: int, now: datetime) -> dict[str, Any]:
    own = {"event_id": _EVENT, "person_id": _FIRST + i}
    return own | {"state": SignUpState.SIGNED_UP, "signed_up_at": now - timedelta(days=2)}


def _fact(i: int, now: datetime) -> dict[str, Any]:
    own = {"event_id": _EVENT, "person_id": _FIRST + i}
    return own | {"recorded_by": 1, "recorded_at": now}


async def _measure(url: str, people: int, times: int) -> dict[str, dict[str, float]]:
    database = open_database(url)
    try:
        staff = await database.read(by_id, 1)
        there = await database.read(lambda c: c.execute(_COUNT).scalar_one())
        if there != people:
            raise Miscounted(f"{there} came, were noted or have a seat, not {people}")
        asked = _questions(staff, people, datetime.now(UTC))
        took: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(times):
            for name, question in asked.items():
                took[name].append(await timed(database, question))
    finally:
        await database.close()
    return {name: summary(each) for name, each in took.items()}


_COUNT = select(func.count()).select_from(
    select(sign_ups.c.person_id)
    .union(select(attendances.c.person_id), select(no_shows.c.person_id))
    .subquery()
)


def _questions(staff: Person, people: int, now: datetime) -> Questions:
    last = (people - 1) // TICKS

    def page(number: int) -> Callable[[Connection], object]:
        return lambda c: roster_for(c, _EVENT, staff, now, number)

    def search(text: str) -> Callable[[Connection], object]:
        return lambda c: found_for(c, _EVENT, staff, text)

    pages = {"the first page": 0, "a page in the middle": last // 2, "the last page": last}
    return {
        **{name: page(number) for name, number in pages.items()},
        **{f"a search for {name}": search(text) for name, text in _SOUGHT.items()},
    }

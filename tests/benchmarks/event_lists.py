"""The lists of events in a community that had 20,000 of them: what is on for its residents, the
weeks and months of its staff, those that need them, and those with a word in their texts.

On SQLite, and on PostgreSQL where TEST_DATABASE_URL names a server. Asked as the handlers ask.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from storage.database import Database, open_database
from storage.model.agenda import Choice, monday_of
from storage.model.event import EventState
from storage.model.person import Person
from storage.queries import agenda, event_search
from storage.queries import events as event_queries
from storage.queries.people import by_id
from storage.tables import events
from tests.benchmarks import life, pushing
from tests.benchmarks.outcome import Outcome

MUST = 0.005  # seconds, p95
_ZONE = ZoneInfo("Asia/Shanghai")
_PLACE = 2  # the community; so many a day make 20,000 in three years
_DAY = timedelta(days=1)
_AT_ONCE = 5_000
_WORDS = "请提前十分钟到，带好身份证。有事请找居委会，电话在门口的公告栏上。"
_UNCONFIRMED = 40  # of the newest, every one; before them all are held

# In nearly every event, in some, and in none, of which all are looked at.
_SOUGHT = ("消防", "演出", "消防 演出", "游泳")

Questions = Mapping[str, Callable[[Connection], object]]
Asking = Callable[[Person, Person, datetime], Questions]  # as staff, as a resident, at a moment


def run(past: int = 20_000, times: int = 100) -> Outcome:
    """Each list in turn, `times` times."""
    what = f"a page of /events in a community with {past:,} past events, for residents and staff"
    return _run("event_lists", what, lists, MUST, past, times)


def run_searches(past: int = 20_000, times: int = 100) -> Outcome:
    """The same of searches by words, of which nothing is demanded."""
    what = f"a search by words among {past:,} past events, for residents and staff"
    return _run("event_search", what, searches, None, past, times)


def _run(row: str, what: str, ask: Asking, must: float | None, past: int, times: int) -> Outcome:
    found = {name: measure(name, ask, past, times) for name in pushing.databases()}
    worst = {name: max(each, key=lambda asked: each[asked]["p95"]) for name, each in found.items()}
    told = [
        f"{name}: p50 {found[name][asked]['p50'] * 1000:.1f}, "
        f"p95 {found[name][asked]['p95'] * 1000:.1f} ms (slowest: {asked})"
        for name, asked in worst.items()
    ]
    met = (
        None
        if must is None
        else all(found[name][asked]["p95"] <= must for name, asked in worst.items())
    )
    demanded = f"p95 ≤ {must * 1000:.0f} ms" if must else ""
    return Outcome(row, what, demanded, "; ".join(told), met, {"past": past, "lists": found})


def measure(name: str, ask: Asking, past: int, times: int) -> dict[str, dict[str, float]]:
    """p50 and p95 of each question, in seconds."""
    with (
        tempfile.TemporaryDirectory() as folder,
        pushing.database_on(name, Path(folder), 1_000) as url,
    ):
        life.run(url, partial(_fill, past=past, now=datetime.now(UTC)))
        life.run(url, life.analyzed)
        return asyncio.run(_measure(url, ask, times))


def _fill(connection: Connection, past: int, now: datetime) -> None:
    step = 3 * 365 * _DAY / past
    for first in range(0, past + 200, _AT_ONCE):
        rows = [_event(i, past, now, step) for i in range(first, min(first + _AT_ONCE, past + 200))]
        connection.execute(insert(events), rows)


def _event(number: int, past: int, now: datetime, step: timedelta) -> dict[str, Any]:
    """The last 200 are to come, at the same pace."""
    waits = number >= past - _UNCONFIRMED
    return {
        "node_id": _PLACE,
        "category": "service",
        "title": "家庭消防演练" if number % 50 else f"重阳节慰问演出第{number}场",
        "place": "社区广场",
        "words": _WORDS,
        "starts_at": now + (number - past + 0.5) * step,
        "capacity": 40,
        "taken": 40 if number % 3 == 0 else 7,
        "state": EventState.OPEN if waits else EventState.HELD,
        "draft_key": f"event {number}",
        "created_by": 1,
        "created_at": now - 4 * 365 * _DAY,
    }


async def _measure(url: str, ask: Asking, times: int) -> dict[str, dict[str, float]]:
    database = open_database(url)
    try:
        staff = await database.read(by_id, 1)
        some = await database.read(by_id, 2 + _PLACE)
        asked = ask(staff, some, datetime.now(UTC))
        took: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(times):
            for name, question in asked.items():
                took[name].append(await timed(database, question))
    finally:
        await database.close()
    return {name: summary(each) for name, each in took.items()}


async def timed(database: Database, question: Callable[[Connection], object]) -> float:
    began = time.perf_counter()
    await database.read(question)
    return time.perf_counter() - began


def summary(seconds: list[float]) -> dict[str, float]:
    cuts = quantiles(seconds, n=20)
    return {"p50": cuts[9], "p95": cuts[18]}


def lists(staff: Person, resident: Person, now: datetime) -> Questions:
    look, today = agenda.Look(now, _ZONE), now.astimezone(_ZONE).date()
    monday, year_ago = monday_of(today), today - 365 * _DAY

    def week(first_on: date) -> Callable[[Connection], object]:
        return lambda c: agenda.week(c, staff, first_on, 0, look)

    def month(day: date) -> Callable[[Connection], object]:
        return lambda c: agenda.month(c, staff, day, look)

    def of(choice: Choice) -> Callable[[Connection], object]:
        return lambda c: agenda.chosen(c, staff, choice, 0, now)

    return {
        "what is on": lambda c: event_queries.upcoming(c, resident, now, 0),
        "a week": week(monday),
        "a week of last year": week(monday_of(year_ago)),
        "a month": month(today),
        "a month of last year": month(year_ago),
        **{str(choice): of(choice) for choice in Choice},
    }


def searches(staff: Person, resident: Person, now: datetime) -> Questions:
    def staff_look(word: str) -> Callable[[Connection], object]:
        return lambda c: event_search.managed(c, staff, word, (), (now, _ZONE))

    def resident_looks(word: str) -> Callable[[Connection], object]:
        return lambda c: event_search.for_person(c, resident, word, (), (now, _ZONE))

    return {
        **{f"staff look for {word}": staff_look(word) for word in _SOUGHT},
        **{f"a resident looks for {word}": resident_looks(word) for word in _SOUGHT},
    }

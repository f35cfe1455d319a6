"""A crowd at the door of one event: 1,000 people scan its code within a minute, or within ten
seconds. All of them are in; on both databases, through the whole product."""

import os
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage.model.door import Door
from storage.model.roster import Way
from storage.model.sign_up import SignUpState
from storage.tables import attendances, doors, events, sign_ups
from tests.benchmarks import prefill
from tests.benchmarks.botapi import SAID_AT
from tests.benchmarks.outcome import Miscounted, Outcome, measured
from tests.benchmarks.processes import limited_server, product
from tests.conftest import new_postgres

MUST_P99 = 1.0
_EVENT = 1
_PAUSES = {"a minute": 60, "ten seconds": 10}  # how long a crowd takes to come
_WARM_UP = 100


def run(people: int = 1_000) -> Outcome:
    """Scans become available to the bot at an even rate; each waits from that moment on."""
    found: dict[str, Any] = {}
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory()))
        found["SQLite"] = measure(folder, people)
        server = os.environ.get("TEST_DATABASE_URL")
        if server:
            url = kept.enter_context(new_postgres(server, "checkins"))
            other = Path(kept.enter_context(tempfile.TemporaryDirectory()))
            found["PostgreSQL"] = measure(other, people, url)
    waits = {
        name: {pause: each[pause]["answer_seconds"] for pause in _PAUSES}
        for name, each in found.items()
    }
    told = [
        f"{name}: p99 {each['a minute']['p99']:.3f} s (p50 {each['a minute']['p50']:.3f} s); within"
        f" ten seconds p99 {each['ten seconds']['p99']:.3f} s"
        for name, each in waits.items()
    ]
    return Outcome(
        "checkins",
        f"{people:,} people check in at one event within a minute: wait for an answer",
        f"p99 ≤ {MUST_P99:g} s, all counted",
        f"{'; '.join(told)}; all counted, each once",
        all(each["a minute"]["p99"] <= MUST_P99 for each in waits.values()),
        found,
    )


def measure(folder: Path, people: int, url: str | None = None) -> dict[str, Any]:
    """Raises Miscounted if somebody is not in, or otherwise than they came. Half of them signed
    up before."""
    everybody = _WARM_UP + people * len(_PAUSES)
    url = prefill.new_database(folder, everybody, url=url)
    prefill.with_database(url, lambda connection: _open(connection, everybody))
    payload = Door(_EVENT, _SECRET).payload(datetime.fromtimestamp(SAID_AT, UTC))
    found: dict[str, Any] = {}
    with limited_server(folder) as server, product(folder, server, url) as bot:
        server.begin(None, latency=0)

        def scan(first: int, count: int, seconds: float) -> dict[str, Any]:
            said = prefill.everybody(everybody, f"/start {payload}", None)[first : first + count]
            return server.round(said, {"sendMessage": count}, rate=count / seconds, deadline=120)

        measured(bot, partial(scan, 0, _WARM_UP, 1))
        for number, (pause, seconds) in enumerate(_PAUSES.items()):
            first = _WARM_UP + number * people
            found[pause] = measured(bot, partial(scan, first, people, seconds))
    check(prefill.with_database(url, _came), everybody)
    return found


def check(came: dict[str, int], everybody: int) -> None:
    """Raises Miscounted unless everybody came once, those with a seat by its right."""
    seats = (everybody + 1) // 2
    if came != {Way.CHECKED_IN: seats, Way.WALKED_IN: everybody - seats}:
        raise Miscounted(f"{everybody} scanned, of whom came: {came}")


_SECRET = "of the benchmark"


def _open(connection: Connection, everybody: int) -> None:
    """The event begins soon, and its code is shown; every second person signed up."""
    now = datetime.now(UTC)
    times = {"starts_at": now + timedelta(minutes=30), "ends_at": now + timedelta(hours=2)}
    seats = [
        {
            "event_id": _EVENT,
            "person_id": i + 1,
            "state": SignUpState.SIGNED_UP,
            "signed_up_at": now,
        }
        for i in range(0, everybody, 2)
    ]
    taken = {"taken": len(seats)}
    connection.execute(update(events).where(events.c.id == _EVENT).values(times | taken))
    connection.execute(insert(sign_ups), seats)
    connection.execute(insert(doors).values(event_id=_EVENT, secret=_SECRET, shown_at=now))


def _came(connection: Connection) -> dict[str, int]:
    counted = (
        select(attendances.c.way, func.count().label("people"))
        .where(attendances.c.event_id == _EVENT, attendances.c.withdrawn_at.is_(None))
        .group_by(attendances.c.way)
    )
    return {row.way: int(row.people) for row in connection.execute(counted)}

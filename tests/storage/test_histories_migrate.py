"""Migration 0006: what was known of earlier moves becomes their history, and nothing else does."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, table, text
from sqlalchemy import column as column_

from storage.database import open_database
from storage.tables import broadcasts, events, moves, nodes, persons, schedules
from storage.tables.base import Instant
from tests.conftest import new_postgres

from .district import DAY, NOW, rows_of
from .test_migrations_with_data import move

ANA, KIM = 1, 2


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of each kind as it was before, with people in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/before.db"
        move(url, "0005")
        yield url
        return
    with new_postgres(request.getfixturevalue("postgres_server"), "before") as url:
        move(url, "0005")
        yield url


def old(name: str, *names: str) -> Any:
    """A table as it was, by the names of those of its columns that are not any more."""
    return table(name, *(column_(n, Instant() if n.endswith("_at") else None) for n in names))


SUGGESTIONS = old(
    "suggestions",
    *("id", "year", "sequence", "node_id", "author_id", "anonymous", "category", "text", "state"),
    *("draft_key", "submitted_at", "decided_by", "decided_at", "reply"),
)
REQUESTS = old(
    "membership_requests",
    *("id", "person_id", "node_id", "state", "asked_at", "decided_by", "decided_at"),
)


def within(url: str, action: Any) -> Any:
    async def run() -> Any:
        database = open_database(url)
        try:
            return await database.write(action)
        finally:
            await database.close()

    return asyncio.run(run())


def fill(connection: Connection) -> None:
    """Something of everything, in every state."""

    def put(into: Table, *rows: Mapping[str, Any]) -> None:
        for row in rows:
            connection.execute(insert(into).values(**row))

    put(
        nodes,
        {
            "id": 1,
            "kind": "district",
            "name": "示范区",
            "code": "d",
            "path": "/1/",
            "created_at": NOW,
        },
    )
    person = {"language": "zh", "standing": "resident", "consent_version": 1, "consented_at": NOW}
    person |= {"joined_at": NOW, "paused": False}
    put(persons, person | {"id": ANA, "telegram_id": 1, "name": "ana"})
    put(persons, person | {"id": KIM, "telegram_id": 2, "name": "kim"})
    suggestion = {
        "year": 2026,
        "node_id": 1,
        "author_id": ANA,
        "anonymous": True,
        "category": "other",
    }
    suggestion |= {"text": "a lamp", "submitted_at": NOW}
    answer = {"decided_by": KIM, "decided_at": NOW + DAY, "reply": "on Friday"}
    for number, state in enumerate(("received", "adopted", "declined", "implemented"), 1):
        given = {} if state == "received" else answer
        row = suggestion | given | {"id": number, "sequence": number, "state": state}
        put(SUGGESTIONS, row | {"draft_key": f"s{number}"})
    decision = {"decided_by": KIM, "decided_at": NOW + DAY}
    for number, state in enumerate(("pending", "accepted", "declined", "withdrawn"), 1):
        given = decision if state in ("accepted", "declined") else {}
        row = {"id": number, "person_id": ANA, "node_id": 1, "state": state, "asked_at": NOW}
        put(REQUESTS, row | given)
    event = {
        "node_id": 1,
        "category": "other",
        "title": "t",
        "place": "p",
        "starts_at": NOW + DAY,
        "taken": 0,
    }
    event |= {"created_by": KIM, "created_at": NOW}
    for number, state in enumerate(("open", "cancelled", "cancelled"), 1):
        put(events, event | {"id": number, "state": state, "draft_key": f"e{number}"})
    broadcast = {"priority": 1, "slot_at": NOW, "node_id": 1, "audience": "{}", "created_at": NOW}
    broadcast |= {"revision": 0, "at_most_once": False, "retry_place": 0}
    states = ("running", "paused", "done", "cancelled", "skipped")
    for number, state in enumerate(states, 1):
        put(broadcasts, broadcast | {"id": number, "kind": "notice", "state": state})
    news = {"kind": "event_cancelled", "state": "done", "subject_id": 2, "created_by": KIM}
    put(broadcasts, broadcast | news | {"id": 6, "created_at": NOW + DAY})
    schedule = {
        "kind": "notice",
        "rhythm": "{}",
        "after_joining": False,
        "node_id": 1,
        "position": 0,
    }
    schedule |= {
        "priority": 1,
        "at_most_once": False,
        "fired": 0,
        "created_by": KIM,
        "created_at": NOW,
    }
    put(schedules, schedule | {"id": 1, "state": "ended", "draft_key": "r1"})


def histories(connection: Connection) -> dict[str, dict[int, list[tuple[Any, ...]]]]:
    """Of each kind and thing its moves: from, to, by, days later, words."""
    found: dict[str, dict[int, list[tuple[Any, ...]]]] = {}
    for row in rows_of(connection, moves):
        assert row.update_id is None
        mine = found.setdefault(row.subject_kind, {}).setdefault(row.subject_id, [])
        days = (row.at - NOW) // timedelta(days=1)
        mine.append((row.from_state, row.to_state, row.by, days, row.words))
    return found


REQUESTED = (None, "pending", ANA, 0, None)
OPENED, BEGUN = (None, "open", KIM, 0, None), (None, "running", None, 0, None)
RECEIVED = (None, "received", None, 0, None)
KNOWN = {
    "suggestion": {
        1: [RECEIVED],
        2: [RECEIVED, ("received", "adopted", KIM, 1, "on Friday")],
        3: [RECEIVED, ("received", "declined", KIM, 1, "on Friday")],
        4: [RECEIVED, ("adopted", "implemented", KIM, 1, "on Friday")],  # the adoption is lost
    },
    "membership_request": {
        1: [REQUESTED],
        2: [REQUESTED, ("pending", "accepted", KIM, 1, None)],
        3: [REQUESTED, ("pending", "declined", KIM, 1, None)],
        4: [REQUESTED],  # when it was withdrawn nobody knows
    },
    "event": {
        1: [OPENED],
        2: [OPENED, ("open", "cancelled", KIM, 1, None)],
        3: [OPENED],  # nobody was told that it was called off
    },
    "broadcast": {
        **{number: [BEGUN] for number in (1, 2, 3, 4)},
        5: [(None, "skipped", None, 0, None)],
        6: [(None, "running", KIM, 1, None)],
    },
    "schedule": {1: [(None, "active", KIM, 0, None)]},
}


def test_what_was_known_becomes_history_and_the_way_back_keeps_the_last_of_it(
    before: str,
) -> None:
    within(before, fill)
    decided = within(before, decisions)
    for _ in range(2):
        move(before, "0006")
        assert within(before, histories) == KNOWN
        move(before, "0005", down=True)
        assert within(before, decisions) == decided


def decisions(connection: Connection) -> list[tuple[Any, ...]]:
    """The rows that told of their last decision alone."""
    order = text("id")
    return [
        tuple(row)
        for each in (SUGGESTIONS, REQUESTS)
        for row in connection.execute(each.select().order_by(order))
    ]

"""What is said to the bot is stored in few statements, and as it was said."""

import json
from datetime import UTC, datetime

from storage.actions import updates
from storage.database import Database
from storage.queries.updates import waiting

from .district import counted

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


async def test_a_batch_is_two_statements_however_many_are_in_it(database: Database) -> None:
    """Nothing is fetched before the last batch is stored, and each statement is a round trip."""
    body = "x" * 400
    for first, count in ((0, 1), (1_000, 2), (2_000, 100)):
        batch = [(first + n, body) for n in range(count)]
        with counted() as statements:
            stored = await database.write(updates.store, batch, {*range(count)}, NOW)
        assert stored == [n for n, _ in batch]
        assert len(statements) == 2, statements
    with counted() as statements:
        assert await database.write(updates.store, [(0, body), (1, body)], {1}, NOW) == [1]
        assert await database.write(updates.store, [(0, body), (1, body)], {1}, NOW) == []
        assert await database.write(updates.store, [], {1}, NOW) == []
    assert len(statements) == 3, statements


async def test_what_is_stored_is_what_was_said(database: Database) -> None:
    odd = [
        (2**63 - 1, "路灯“坏了” \\ 'a' \"b\" %s :x $1 ?\n\t🙂"),
        (-(2**63), json.dumps({"text": "\0 \ud83d half a pair"})),
        (7, json.dumps({"n": float("nan"), "deep": json.loads("[" * 90 + "]" * 90)})),
        (8, ""),
    ]
    assert await database.write(updates.store, odd, set(), NOW) == sorted(i for i, _ in odd)
    assert await database.read(waiting) == sorted(odd)


async def test_of_one_id_that_comes_twice_in_a_batch_one_is_stored(database: Database) -> None:
    assert await database.write(updates.store, [(1, "a"), (2, "b"), (1, "c")], set(), NOW) == [1, 2]
    assert [update_id for update_id, _ in await database.read(waiting)] == [1, 2]

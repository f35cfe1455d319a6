"""The ledger: what Telegram accepted, message by message, against what the database says.

The simulator knows what it accepted, whether or not the product heard of it. Every test of faults
ends with this comparison, and looks at the sums all along the way.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.simulator import Person

from .life import Peek

_LOOK = 0.05  # seconds between two looks at the sums


@dataclass(frozen=True)
class Sending:
    """A notice to `people`. `words` stand in every version of it, and in no other message."""

    broadcast_id: int
    words: str
    people: Sequence[Person]
    at_most_once: bool = False


@dataclass(frozen=True)
class Found:
    """What became of a sending. `twice`: messages beyond the first; `unsure`: deliveries of which
    nobody can know whether they came once; `lost`: people without a message, by their state."""

    states: Counter[str]
    accepted: int
    twice: int
    unsure: int
    lost: Counter[str]


def accepted(sending: Sending) -> dict[int, list[int]]:
    """The messages of a sending that Telegram accepted: ids by chat, oldest first."""
    return {
        person.id: [m.message_id for m in person.messages if m.by_bot and sending.words in m.text]
        for person in sending.people
    }


def compare(peek: Peek, sending: Sending) -> Found:
    """Compare ledger and rows when nothing is on its way. Raises AssertionError for a difference
    that the promise does not allow (docs/decisions/0001-delivery-promise.md)."""
    rows = {row.chat_id: row for row in _rows(peek, sending.broadcast_id)}
    ledger = accepted(sending)
    assert rows.keys() == ledger.keys(), "everybody of the audience has one row"
    problems = [
        f"{rows[chat_id]}: accepted {ids}"
        for chat_id, ids in ledger.items()
        if not _agree(rows[chat_id], ids, sending.at_most_once)
    ]
    assert not problems, "\n".join([f"{sending.words}: ledger and database differ", *problems])
    check_sums(peek, {sending.broadcast_id: len(sending.people)})
    return Found(
        states=Counter(row.state for row in rows.values()),
        accepted=sum(map(len, ledger.values())),
        twice=sum(len(ids) - 1 for ids in ledger.values() if ids),
        unsure=sum(row.unsure for row in rows.values()),
        lost=Counter(rows[chat_id].state for chat_id, ids in ledger.items() if not ids),
    )


@dataclass(frozen=True)
class _Row:
    chat_id: int
    state: str
    unsure: bool
    ids: tuple[int, ...]
    reason: str | None


def _rows(peek: Peek, broadcast_id: int) -> list[_Row]:
    found: list[tuple[Any, ...]] = peek.rows(
        "SELECT telegram_id, state, unsure_at IS NOT NULL, coalesce(message_ids, ''), reason"
        " FROM deliveries JOIN persons ON persons.id = person_id"
        f" WHERE broadcast_id = {int(broadcast_id)}"
    )
    return [
        _Row(chat_id, state, bool(unsure), tuple(map(int, ids.split(";"))) if ids else (), reason)
        for chat_id, state, unsure, ids, reason in found
    ]


def _agree(row: _Row, accepted: list[int], at_most_once: bool) -> bool:
    # 1. What is said to be sent is there, under the ids that the row has.
    if row.state == "sent" and not accepted:
        return False
    if not set(row.ids) <= set(accepted):
        return False
    # 2. What is there without being said to be sent is said to be unsure.
    if row.state != "sent" and accepted and not row.unsure:
        return False
    # 3. Twice only where nobody could know; never, if that was asked for.
    if len(accepted) > 1 and (at_most_once or not row.unsure):
        return False
    # 4. Unsure and at most once: staff find it among what failed, and nothing was tried again.
    return not (at_most_once and row.unsure) or (row.state == "failed" and bool(row.reason))


def check_sums(peek: Peek, audiences: dict[int, int]) -> None:
    """The counts that are kept are those of the rows, for every broadcast; and their sum is the
    audience, for those of `audiences` that are planned. True at every instant."""
    kept, counted, sums, planned = peek.at_once(
        "SELECT broadcast_id, state, count FROM progress WHERE count > 0 ORDER BY 1, 2",
        "SELECT broadcast_id, state, count(*) FROM deliveries WHERE broadcast_id IS NOT NULL"
        " GROUP BY 1, 2 ORDER BY 1, 2",
        "SELECT broadcast_id, sum(count) FROM progress GROUP BY 1",
        "SELECT id FROM broadcasts WHERE planned_at IS NOT NULL",
    )
    assert kept == counted
    owed, done = dict(sums), {broadcast_id for (broadcast_id,) in planned}
    expected = {key: size for key, size in audiences.items() if key in done}
    assert {key: owed[key] for key in expected} == expected


@asynccontextmanager
async def watched(peek: Peek, sendings: Sequence[Sending]) -> AsyncIterator[None]:
    """Look at the sums again and again while the block runs, also of sendings added meanwhile."""

    def check() -> None:
        check_sums(peek, {each.broadcast_id: len(each.people) for each in sendings})

    async def look() -> None:
        while True:
            check()
            await asyncio.sleep(_LOOK)

    looking = asyncio.ensure_future(look())
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.wait({looking})
    if not looking.cancelled():
        looking.result()
    check()

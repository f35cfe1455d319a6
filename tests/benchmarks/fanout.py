"""A slot comes for a million members: how long until all of them are owed their message, how long
other writes wait meanwhile, and when the first message goes out.

The writes are made inside the product, beside its own, and wait in the same queue.
"""

import json
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks import pushing
from tests.benchmarks.outcome import Miscounted, Outcome
from tests.benchmarks.processes import limited_server, unlimited_product

MUST_WAIT = 0.05  # seconds
MUST_FIRST = 2.0
_LIMIT = 30
_AHEAD = 10.0  # seconds from planning the slot to the slot: the product starts meanwhile
_DEADLINE = 300.0


def run(members: int = 1_000_000, rounds: int = 5) -> Outcome:
    """One slot in each of `rounds` rounds, always on a fresh copy of the same database."""
    with tempfile.TemporaryDirectory() as name:
        details = measure(Path(name), members, rounds)
    every = details["rounds"]
    waits = [each["longest_wait"] for each in every]
    firsts = [each["first_message_after"] for each in every]
    return Outcome(
        "fanout",
        f"a push to {members:,} members is owed after its slot; other writes meanwhile; the first "
        "message",
        f"a write waits ≤ {MUST_WAIT * 1000:.0f} ms, first message ≤ {MUST_FIRST:g} s",
        f"{median(each['seconds'] for each in every):.1f} s; the longest wait "
        f"{median(waits) * 1000:.0f} ms ({min(waits) * 1000:.0f} to {max(waits) * 1000:.0f}); the "
        f"first message after {median(firsts):.1f} s ({min(firsts):.1f} to {max(firsts):.1f})",
        median(waits) <= MUST_WAIT and median(firsts) <= MUST_FIRST,
        details,
    )


def measure(folder: Path, members: int, rounds: int) -> dict[str, Any]:
    """Raises Miscounted if not everybody is owed a message."""
    filled = pushing.new_database(folder, members)
    return {
        "members": members,
        "rounds": [_slot(folder, filled, members) for _ in range(rounds)],
    }


def _slot(folder: Path, filled: str, members: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        own = Path(name)
        url = pushing.copy_database(filled, own)
        slot_at = datetime.now(UTC) + timedelta(seconds=_AHEAD)
        slot = time.monotonic() + _AHEAD
        pushing.schedule(url, slot_at)
        with limited_server(own) as server:
            server.begin(_LIMIT)
            with unlimited_product(own, server, url, "probe", PACE_PER_SECOND=str(_LIMIT)) as bot:
                planned_at = _planned(url)
                first_at = server.wait(_AHEAD, accepted=1)["first_at"]
                waits = json.loads(bot.end())
        if planned_at is None or sum(pushing.left(url).states.values()) != members:
            raise Miscounted("not everybody is owed a message")
    return {
        "seconds": (planned_at - slot_at).total_seconds(),
        "first_message_after": first_at - slot,
        "longest_wait": max(waits),
        "waits_over": sum(wait > MUST_WAIT for wait in waits),
        "writes": len(waits),
    }


def _planned(url: str) -> datetime | None:
    deadline = time.monotonic() + _DEADLINE
    while (planned_at := pushing.planned_at(url)) is None and time.monotonic() < deadline:
        time.sleep(1)
    return planned_at

"""What keeping the roll-ups costs: the same is done with the triggers that keep them and without,
in turn (tests/benchmarks/twins.py). Through the whole product: a press, a message of a push; by the
product's own actions: a fan-out, and what a press and a message write.

On SQLite, and on PostgreSQL where TEST_DATABASE_URL names a server; every commit is durable.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from storage.database import open_database
from tests.benchmarks import life, prefill, press, pushing
from tests.benchmarks.outcome import Miscounted, Outcome, measured, ratios
from tests.benchmarks.processes import (
    LimitedServer,
    limited_server,
    load_server,
    product,
    unlimited_product,
)
from tests.benchmarks.twins import MOST_ROUNDS, Twin, left, push_later, twins

MUST = 0.05
AIM = 0.02
_DEADLINE = 180.0
_SETTLE = 1.0  # seconds until the last outcomes are written
# What is done in each round, by the product's own actions.
_ACTIONS = {
    "done": Twin.done,
    "sign-up": Twin.signed_up,
    "tick": Twin.ticked,
    "fan-out": Twin.owed,
    "recorded": Twin.sent,
}
JUDGED = ("press", "message", "fan-out")


@dataclass(frozen=True, slots=True)
class Size:
    """How many people a fan-out owes a message, write presses in a round of actions, press in a
    round of the product, and are sent a message in one; and how many rounds there are after one to
    warm up."""

    owed: int = 100_000
    acting: int = 2_000
    pressing: int = 4_000
    sent: int = 10_000
    rounds: int = MOST_ROUNDS - 1


def run(size: Size = Size()) -> Outcome:
    """All of it on each database."""
    found = {}
    for name in pushing.databases():
        server = os.environ["TEST_DATABASE_URL"] if name == pushing.POSTGRES else None
        found[name] = measure(server, size)
    return Outcome(
        "rollup_costs",
        "what keeping the roll-ups costs: a press and a message of a push through the whole "
        f"product, a fan-out to {size.owed:,}; in brackets what is written alone",
        f"≤ {MUST:.0%} slower (aim {AIM:.0%})",
        "; ".join(f"{name}: {_told(each)}" for name, each in found.items()),
        all(each[part]["median"] <= 1 + MUST for each in found.values() for part in JUDGED),
        found,
    )


def _told(found: Mapping[str, Mapping[str, Any]]) -> str:
    def slower(part: str) -> str:
        return f"{part} {found[part]['median'] - 1:+.1%}"

    written = ", ".join(slower(part) for part in found if part not in JUDGED)
    return f"{', '.join(slower(part) for part in JUDGED)} ({written})"


def measure(server: str | None, size: Size) -> dict[str, Any]:
    """How many times as long each takes with the triggers. Raises Miscounted."""
    parts: tuple[tuple[int, int, _Measured], ...] = (
        (size.owed, size.acting, _actions),
        (size.pressing, 0, _presses),
        (size.sent, 0, _messages),
    )
    found: dict[str, list[tuple[float, float]]] = {}
    for people, acting, part in parts:
        with (
            tempfile.TemporaryDirectory() as name,
            twins(server, Path(name), people, acting) as urls,
        ):
            before = [life.run(url, left) for url in urls]
            found |= part(Path(name), urls, size)
            check(before, [life.run(url, left) for url in urls])
    return {name: _slower(rounds) for name, rounds in found.items()}


Seconds = tuple[float, float]  # with the triggers, and without
_Measured = Callable[[Path, Sequence[str], Size], dict[str, list[Seconds]]]


def _slower(rounds: Sequence[Seconds]) -> dict[str, Any]:
    kept, idle = ([each[which] for each in rounds] for which in (0, 1))
    return ratios(kept, idle) | {"with": kept, "without": idle}


def check(before: Sequence[dict[str, int]], after: Sequence[dict[str, int]]) -> None:
    """Raises Miscounted unless as much was done on both, and summed up on the first alone."""
    kept, idle = (
        {name: there[name] - was[name] for name in was}
        for was, there in zip(before, after, strict=True)
    )
    summed = kept.pop("summed") + kept.pop("reached")
    not_summed = idle.pop("summed") + idle.pop("reached")
    if kept != idle or not summed or not_summed:
        raise Miscounted(f"done: {kept} and {idle}, summed up: {summed} and {not_summed}")


def _in_turn(urls: Sequence[str], rounds: int, once: Callable[[int, int], float]) -> list[Seconds]:
    """`once(which, number)` says how long a round took; whoever is first is second in the next.
    After the first, which warms up, both databases know themselves: else the one of which
    PostgreSQL's autovacuum thinks first is faster for a while."""
    found = []
    for number in range(rounds + 1):
        took = [0.0, 0.0]
        for which in (number % 2, 1 - number % 2):
            took[which] = once(which, number)
        found.append((took[0], took[1]))
        if number == 0:
            for url in urls:
                life.run(url, life.analyzed)
    return found[1:]


def _actions(folder: Path, urls: Sequence[str], size: Size) -> dict[str, list[Seconds]]:
    """What is written, as fast as it goes."""
    with asyncio.Runner() as runner:
        databases = [open_database(url) for url in urls]
        both = [Twin(each, size.acting) for each in databases]

        def once(act: Callable[[Twin, int], Any], which: int, number: int) -> float:
            began = time.perf_counter()
            runner.run(act(both[which], number))
            return time.perf_counter() - began

        found = {
            name: _in_turn(urls, size.rounds, partial(once, act)) for name, act in _ACTIONS.items()
        }
        for each in databases:
            runner.run(each.close())
    return found


def _presses(folder: Path, urls: Sequence[str], size: Size) -> dict[str, list[Seconds]]:
    """Half "done" and half "sign up", through the whole product."""
    with ExitStack() as kept:
        servers = [kept.enter_context(load_server(folder)) for _ in urls]
        bots = [
            kept.enter_context(product(folder, server, url))
            for server, url in zip(servers, urls, strict=True)
        ]

        def once(which: int, number: int) -> float:
            play = partial(press.product_round, servers[which], size.pressing, number)
            return 1 / float(measured(bots[which], play)["per_second"])

        found = _in_turn(urls, size.rounds, once)
    for url in urls:
        press.check_effects(prefill.effects(url), size.pressing * (size.rounds + 1))
    return {"press": found}


def _messages(folder: Path, urls: Sequence[str], size: Size) -> dict[str, list[Seconds]]:
    """A push as fast as the product can send it."""
    with ExitStack() as kept:
        servers = [kept.enter_context(limited_server(folder)) for _ in urls]
        for server, url in zip(servers, urls, strict=True):
            kept.enter_context(unlimited_product(folder, server, url))

        def once(which: int, number: int) -> float:
            return _pushed(servers[which], urls[which], number, size.sent)

        return {"message": _in_turn(urls, size.rounds, once)}


def _pushed(server: LimitedServer, url: str, number: int, messages: int) -> float:
    broadcast_id = life.run(url, partial(push_later, number=number))
    server.begin(None, latency=0)
    pushing.resume(url, broadcast_id)
    server.wait(_DEADLINE, accepted=messages)
    server.wait(_SETTLE)
    found = server.result()
    if found["twice"] or not found["messages"] == pushing.left(url, broadcast_id).sent == messages:
        raise Miscounted(f"{found['messages']} of {messages} came")
    return float(found["seconds"])

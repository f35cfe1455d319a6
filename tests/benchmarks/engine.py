"""What the engine can do without a limit: the product, which claims, renders, sends and records
each message durably, against bare aiogram, which only sends.

The server answers at once. aiogram runs with 1, 10 and 50 messages in flight; the best counts.
"""

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks import broadcasting, pushing
from tests.benchmarks.outcome import Miscounted, Outcome, ratios
from tests.benchmarks.processes import ceiling, limited_server

MUST = 1.5
AIM = 2.0
IN_FLIGHT = (1, 10, 50)
_DEADLINE = 180.0
_SETTLE = 1.0


def run(messages: int = 30_000, peer_messages: int = 10_000, rounds: int = 5) -> Outcome:
    """So many messages by each in turn, in each of `rounds` rounds."""
    with tempfile.TemporaryDirectory() as name:
        details = measure(Path(name), messages, peer_messages, rounds)
    ours = [each["product"]["per_second"] for each in details["rounds"]]
    theirs = [max(p["per_second"] for p in each["aiogram"]) for each in details["rounds"]]
    ratio = details["ratio"] = ratios(ours, theirs)
    return Outcome(
        "engine",
        "a push without a limit, everything recorded durably ÷ bare aiogram `send_message`, the "
        f"best of {', '.join(map(str, IN_FLIGHT))} in flight",
        f"≥ {MUST} × (aim {AIM:g} ×)",
        f"{ratio['median']:.2f} × ({ratio['lowest']:.2f} to {ratio['highest']:.2f}): "
        f"{median(ours):,.0f} against {median(theirs):,.0f} messages/s",
        ratio["median"] >= MUST,
        details,
    )


def measure(folder: Path, messages: int, peer_messages: int, rounds: int) -> dict[str, Any]:
    """Raises Miscounted if the product loses or repeats a message, or does not record it."""
    found: dict[str, Any] = {"messages": messages, "peer_messages": peer_messages, "rounds": []}
    for _ in range(rounds):
        ours = push(folder, messages)
        theirs = [_aiogram(folder, peer_messages, in_flight) for in_flight in IN_FLIGHT]
        found["rounds"].append({"product": ours, "aiogram": theirs})
    with limited_server(folder) as server:
        found["server_ceiling_per_second"] = ceiling(folder, server, method="sendMessage")
    return found


def push(folder: Path, messages: int) -> dict[str, Any]:
    """The product sends a push as fast as it can. Raises Miscounted."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        own = Path(name)
        url = pushing.new_database(own, messages)
        pushing.owe(url, pushing.begin(url))
        with limited_server(own) as server:
            server.begin(None, latency=0)
            with pushing.running(own, server, url, None):
                server.wait(_DEADLINE, accepted=messages)
                server.wait(_SETTLE)
            found = server.result()
        kept = pushing.left(url)
    if found["twice"] or not found["messages"] == kept.sent == messages:
        raise Miscounted(f"{found['messages']} of {messages} came, {kept.as_json()}")
    return _speed(found)


def _aiogram(folder: Path, messages: int, in_flight: int) -> dict[str, Any]:
    with limited_server(folder) as server:
        server.begin(None, latency=0)
        with broadcasting.sending(folder, server, "plain", messages, in_flight):
            found = server.wait(_DEADLINE, accepted=messages)
    if found["messages"] != messages:
        raise Miscounted(f"{found['messages']} of {messages} came from aiogram")
    return _speed(found) | {"in_flight": in_flight}


def _speed(found: dict[str, Any]) -> dict[str, Any]:
    names = ("messages", "seconds", "server_cpu_share")
    each_second = {"per_second": found["accepted"] / found["seconds"]}
    return {name: found[name] for name in names} | each_second

"""A limit that moves while a push runs: 30, 18 and 30 messages a second again.

Nobody is told. The share is what was accepted until the end of the last step, divided by what the
limit let through. What is refused counts for the change before it: a sender cannot know of a change
but by being refused. At 30 a second and 40 ms for an answer, a second call is always under way by
then; and what the new limit is, only one more refusal can tell: three for a fall, none for a rise.
"""

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks import broadcasting, pushing
from tests.benchmarks.outcome import Outcome
from tests.benchmarks.processes import HANG, limited_server

MUST = 0.95
MOST_REFUSED = 2  # a change
RATES = (30, 18, 30)
_SETTLE = 1.0


def run(seconds: int = 60, peer_seconds: int = 10, rounds: int = 5) -> Outcome:
    """`seconds` at each of the rates; `peer_seconds` for the peers."""
    with tempfile.TemporaryDirectory() as name:
        details = measure(Path(name), seconds, peer_seconds, rounds)
    ours = [each["product"] for each in details["rounds"]]
    shares = [each["share"] for each in ours]
    falls, rises = (max(each["refused_after_change"][i] for each in ours) for i in (0, 1))
    lost = sum(each["lost"] for each in ours)
    twice = sum(each["twice"] for each in ours)
    return Outcome(
        "moving",
        f"share of a limit that moves {' → '.join(map(str, RATES))} a second, {seconds} s each",
        f"≥ {MUST:.0%} of what was allowed, ≤ {MOST_REFUSED} 429s a change, 0 lost, 0 twice",
        f"{median(shares):.1%} ({min(shares):.1%} to {max(shares):.1%}), at most {falls} 429s for "
        f"the fall and {rises} for the rise, {lost} lost, "
        f"{twice} twice; {_peers_told(details['rounds'])}"
        + broadcasting.told_of_skipped(details["skipped"]),
        median(shares) >= MUST and max(falls, rises) <= MOST_REFUSED and not lost and not twice,
        details,
    )


def measure(folder: Path, seconds: int, peer_seconds: int, rounds: int) -> dict[str, Any]:
    """In each round the product, then the peers, two at once."""
    found: dict[str, Any] = {"seconds": seconds, "peer_seconds": peer_seconds}
    found["skipped"] = broadcasting.skipped()
    found["rounds"] = []
    for _ in range(rounds):
        found["rounds"].append(_push(folder, seconds) | _peers(folder, peer_seconds))
    return found


def _push(folder: Path, seconds: int) -> dict[str, Any]:
    members = sum(RATES) * seconds
    with tempfile.TemporaryDirectory(dir=folder) as name:
        own = Path(name)
        url = pushing.new_database(own, members)
        pushing.owe(url, pushing.begin(url))
        with limited_server(own) as server:
            server.begin(*((seconds, rate) for rate in RATES))
            with pushing.running(own, server, url, RATES[0]):
                server.wait(HANG + 2 * len(RATES) * seconds, accepted=members)
                server.wait(_SETTLE)
            found = server.result()
        found["database"] = pushing.left(url).as_json()
    found["lost"] = members - found["messages"]
    return {"product": _with_share(found, seconds)}


def _peers(folder: Path, seconds: int) -> dict[str, Any]:
    limits = [(float(seconds), float(rate)) for rate in RATES]
    with tempfile.TemporaryDirectory(dir=folder) as name:
        found = broadcasting.measure_all(Path(name), limits, 0, len(RATES) * seconds, 2)
    return {who: _with_share(each, seconds) for who, each in found.items()}


def _with_share(found: dict[str, Any], seconds: int) -> dict[str, Any]:
    found["share"] = sum(found["accepted_in"][: len(RATES) * seconds]) / (sum(RATES) * seconds)
    refused = found["refused_in"]
    found["refused_after_change"] = [
        sum(refused[i * seconds : (i + 1) * seconds]) for i in range(1, len(RATES))
    ]
    return found


def _peers_told(rounds: list[dict[str, Any]]) -> str:
    told = []
    for who in rounds[0]:
        if who != "product":
            share = median(each[who]["share"] for each in rounds)
            most = max(sum(each[who]["refused_after_change"]) / 2 for each in rounds)
            told.append(f"{who} {share:.0%} ({most:g} 429s a change)")
    return ", ".join(told) or "no peers"

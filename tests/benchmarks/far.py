"""A limit of 30 a second where calls take long, and where one in a hundred is never answered."""

import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tests.benchmarks import pushing, share
from tests.benchmarks.outcome import Outcome
from tests.benchmarks.together import at_once

LATENCIES = (0.05, 0.1, 0.2, 0.3, 0.5)  # seconds
HANGING = 0.01
MUST, MUST_HANGING = 0.99, 0.97
_CASES = {f"{each * 1000:.0f} ms": (each, 0.0) for each in LATENCIES} | {
    f"{LATENCIES[0] * 1000:.0f} ms and hanging": (LATENCIES[0], HANGING)
}


def run(seconds: int = 60) -> Outcome:
    """On each database: pushes of `seconds` with each latency, and one in which calls hang, side by
    side: each leaves the processors idle for most of the time."""
    with tempfile.TemporaryDirectory() as name:
        found = {on: measure(Path(name), seconds, on) for on in pushing.databases()}
    return Outcome(
        "far",
        f"share of an enforced 30 messages a second used in {seconds} s where a call takes so long",
        f"≥ {MUST:.0%}; ≥ {MUST_HANGING:.0%} with {HANGING:.0%} of calls hanging",
        "; ".join(_told(on, shares) for on, shares in found.items()),
        all(_met(shares) for shares in found.values()),
        found,
    )


def measure(folder: Path, seconds: int, on: str) -> dict[str, float]:
    """The shares: of each latency, and of the first one where calls hang."""
    pushes = [
        partial(share.push, folder, 30, 0, seconds, on=on, latency=latency, hanging=hanging)
        for latency, hanging in _CASES.values()
    ]
    return {name: each["share"] for name, each in zip(_CASES, at_once(*pushes), strict=True)}


def _told(on: str, shares: Mapping[str, float]) -> str:
    return f"{on}: " + ", ".join(f"{name} {each:.1%}" for name, each in shares.items())


def _met(shares: Mapping[str, float]) -> bool:
    return all(each >= (MUST_HANGING if _CASES[name][1] else MUST) for name, each in shares.items())

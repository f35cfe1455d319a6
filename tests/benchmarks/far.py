"""A limit of 30 a second where calls take long, and where one in a hundred is never answered."""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from tests.benchmarks import share
from tests.benchmarks.outcome import Outcome
from tests.benchmarks.together import in_turn

LATENCIES = (0.05, 0.1, 0.2, 0.3, 0.5)  # seconds
HANGING = 0.01
MUST, MUST_HANGING = 0.99, 0.97


def run(seconds: int = 60) -> Outcome:
    """A push of `seconds` with each latency, and one in which calls hang."""
    with tempfile.TemporaryDirectory() as name:
        details = measure(Path(name), seconds)
    shares = [each["share"] for each in details["latencies"]]
    hanging = details["hanging"]["share"]
    told = ", ".join(
        f"{latency * 1000:.0f} ms {each:.1%}"
        for latency, each in zip(LATENCIES, shares, strict=True)
    )
    return Outcome(
        "far",
        f"share of an enforced 30 messages a second used in {seconds} s where a call takes so long",
        f"≥ {MUST:.0%}; ≥ {MUST_HANGING:.0%} with {HANGING:.0%} of calls hanging",
        f"{told}; {LATENCIES[0] * 1000:.0f} ms and hanging {hanging:.1%}",
        min(shares) >= MUST and hanging >= MUST_HANGING,
        details,
    )


def measure(folder: Path, seconds: int) -> dict[str, Any]:
    """One after another: the machine is to be quiet."""
    pushes = [partial(share.push, folder, 30, 0, seconds, latency=each) for each in LATENCIES]
    hangs = partial(share.push, folder, 30, 0, seconds, latency=LATENCIES[0], hanging=HANGING)
    *latencies, hanging = in_turn(*pushes, hangs)
    return {"seconds": seconds, "latencies": latencies, "hanging": hanging}

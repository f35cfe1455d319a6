"""Limits of many kinds, each for ten minutes of virtual time: what of each the pace makes use of.

The pace is told 30 a second. The limit is that, or one that it is not told, or one that falls and
comes back. No process runs and nothing is timed, so the machine does not matter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.bounds import bound
from tests.benchmarks.limiters import MODELS, Penalty, allowed, steps
from tests.benchmarks.outcome import Outcome
from tests.benchmarks.virtual import Push, Seen, Way

TOLD = 30.0
SECONDS = 600.0
MUST = 0.95
PENALTIES = (0, 3, 5, 10)
LIMITS: dict[str, Sequence[tuple[float, float]]] = {
    "30": ((0, 30),),
    "20": ((0, 20),),
    "7": ((0, 7),),
    "1": ((0, 1),),
    "30 → 10 → 30": ((200, 30), (200, 10), (0, 30)),
    "30 → 12 → 30": ((60, 30), (60, 12), (0, 30)),
    "30 → 18 → 30": ((60, 30), (60, 18), (0, 30)),
}
DEMANDED = ("30", "20", "7", "1", "30 → 10 → 30")
WAYS = {
    "300 ms": Way(latency=0.3),
    "500 ms": Way(latency=0.5),
    "5 % of 502": Way(failing=0.05),
    "5 % of 502, counted": Way(failing=0.05, counted=True),
    "1 % hanging": Way(hanging=0.01),
    "albums of 10": Way(album=10),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """One limiter for ten minutes."""

    limit: str
    penalty: int
    model: str
    share: float  # of what the limit lets through, penalties not taken away
    refusals: int
    refusals_learnt: int  # in the last five minutes
    bound: float  # the share that no sender exceeds in the mean


def tried(limit: str, penalty: int, model: str, way: Way = Way(), seed: int = 0) -> Tried:  # noqa: B008
    """Send for ten minutes."""
    seen = _sent(limit, penalty, model, way, seed)
    share = len(seen.accepted) / allowed(LIMITS[limit], SECONDS)
    best = bound(LIMITS[limit], penalty, MODELS[model].saved, TOLD, SECONDS)
    return Tried(limit, penalty, model, share, seen.refusals(), seen.refusals(SECONDS / 2), best)


def run() -> Outcome:
    """Every limit with every penalty and every way of counting."""
    all_tried = list(_everything())
    met = sum(each.share >= MUST for each in all_tried)
    possible = sum(each.bound >= MUST for each in all_tried)
    of_buckets = [each for each in all_tried if each.limit in DEMANDED and "bucket" in each.model]
    details: dict[str, Any] = {
        limit: {penalty: _row(all_tried, limit, penalty) for penalty in PENALTIES}
        for limit in LIMITS
    }
    details["ways"] = {
        name: {model: round(tried("30", 3, model, way).share, 3) for model in MODELS}
        for name, way in WAYS.items()
    }
    return Outcome(
        "limits",
        f"share of limits of {len(MODELS)} kinds in ten minutes of virtual time, "
        f"told {TOLD:g}/s: {'; '.join(LIMITS)} a second; penalties of "
        f"{', '.join(map(str, PENALTIES))} s",
        f"≥ {MUST:.0%} of each",
        f"{met} of {len(all_tried)}, where {possible} can be reached at best (buckets at "
        f"{', '.join(DEMANDED)}: {sum(each.share >= MUST for each in of_buckets)} of "
        f"{len(of_buckets)}); " + "; ".join(_told(all_tried, limit) for limit in LIMITS),
        met == len(all_tried),
        details,
    )


def _sent(limit: str, penalty: int, model: str, way: Way, seed: int) -> Seen:
    limiter = MODELS[model](steps(*LIMITS[limit]))
    return Push(TOLD, Penalty(limiter, penalty), way, seed).run(SECONDS)


def _everything() -> Iterator[Tried]:
    for limit in LIMITS:
        for penalty in PENALTIES:
            for model in MODELS:
                yield tried(limit, penalty, model)


def _row(all_tried: list[Tried], limit: str, penalty: int) -> dict[str, str]:
    return {
        each.model: f"{each.share:.1%} of {each.bound:.1%}, {each.refusals} refusals"
        for each in all_tried
        if (each.limit, each.penalty) == (limit, penalty)
    }


def _told(all_tried: list[Tried], limit: str) -> str:
    shares = sorted(each.share for each in all_tried if each.limit == limit)
    return f"{limit}: {shares[len(shares) // 2]:.0%} ({shares[0]:.0%} to {shares[-1]:.0%})"

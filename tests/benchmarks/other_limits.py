"""Limits of other kinds than those of the table `limits`: what the pace makes of a surprise.

Windows of other lengths, a bucket that is filled in steps, two limits at once, pauses that double,
that calls meanwhile make longer, or that are told wrongly. Some were looked at while the pace was
mended; most were not.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median

from tests.benchmarks.limiters import Bucket, Fixed, Limiter, Penalty, Rate, Sliding, allowed, steps
from tests.benchmarks.limits import LIMITS, MUST, SECONDS, TOLD
from tests.benchmarks.outcome import Outcome
from tests.benchmarks.virtual import Push, Way

_WINDOWS = (0.5, 2, 5, 30, 60)
_LIMITS = ("20", "7", "30 → 12 → 30")
_PENALTIES = (0, 3, 10)


class Refilled:
    """A bucket of so many seconds' worth that is filled up at the beginning of each step."""

    def __init__(self, rate: Rate, seconds: float, step: float) -> None:
        self._rate, self._seconds, self._step = rate, seconds, step
        self._tokens = math.inf
        self._steps = 0

    def accepts(self, now: float, messages: int) -> bool:
        reached = math.floor(now / self._step + 0.37)
        more = self._rate(now) * self._step * (reached - self._steps)
        most = max(1.0, self._rate(now) * self._seconds)
        self._tokens, self._steps = min(most, self._tokens + more), reached
        if self._tokens < messages - 1e-9:
            return False
        self._tokens -= messages
        return True

    def free_in(self, now: float) -> float:
        return (self._steps + 1 - 0.37) * self._step - now


class Both:
    """Two limits at once. What one refuses the other has counted."""

    def __init__(self, *limiters: Limiter) -> None:
        self._limiters = limiters
        self._refusing: list[Limiter] = []

    def accepts(self, now: float, messages: int) -> bool:
        self._refusing = [each for each in self._limiters if not each.accepts(now, messages)]
        return not self._refusing

    def free_in(self, now: float) -> float:
        return max(each.free_in(now) for each in self._refusing)


@dataclass(slots=True)
class Doubling(Penalty):
    """Each refusal within a minute of the last one closes for twice as long, up to a minute."""

    last_at: float = -math.inf
    times: int = 1

    def wait(self, now: float, messages: int = 1) -> int:
        if closed := self.closed(now):
            return closed
        times = 2 * self.times if now - self.last_at < 60 else 1
        again = Penalty(self.limiter, min(60.0, self.seconds * times), self.told)
        told = again.wait(now, messages)
        if told:
            self.closed_until, self.last_at, self.times = again.closed_until, now, times
        return told


@dataclass(slots=True)
class Prolonging(Penalty):
    """A call while it is closed closes it anew."""

    def wait(self, now: float, messages: int = 1) -> int:
        if self.closed(now):
            self.closed_until = now + self.seconds
        return Penalty.wait(self, now, messages)


MODELS: dict[str, Callable[[Rate], Limiter]] = {
    **{f"any {each:g} s": partial(Sliding, seconds=each) for each in _WINDOWS},
    **{f"each {each:g} s": partial(Fixed, seconds=each) for each in _WINDOWS},
    "each second, begun elsewhere": partial(Fixed, seconds=1, phase=0.81),
    "a bucket of 2 seconds": lambda rate: Bucket(rate, lambda limit: 2 * limit),
    "a bucket of 20 messages": lambda rate: Bucket(rate, lambda limit: 20),
    "filled each second": partial(Refilled, seconds=1, step=1),
    "filled each 5 s": partial(Refilled, seconds=10, step=5),
    "any second, and a minute": lambda rate: Both(
        Sliding(rate, 1), Sliding(lambda now: 0.9 * rate(now), 60)
    ),
}
PAUSES: dict[str, Callable[[Limiter], Penalty]] = {
    "doubling": lambda limiter: Doubling(limiter, 2),
    "prolonged": lambda limiter: Prolonging(limiter, 5),
    "told too short": lambda limiter: Penalty(limiter, 3.7, math.floor),
    "told too long": lambda limiter: Penalty(limiter, 3, lambda left: math.ceil(left) + 2),
}
_PAUSED = ("any 2 s", "a bucket of 2 seconds", "each second, begun elsewhere")


@dataclass(frozen=True, slots=True)
class Tried:
    """One of them for ten minutes."""

    limit: str
    pause: str
    model: str
    share: float  # of what the limit lets through, penalties not taken away
    refusals: int
    refusals_learnt: int  # in the last five minutes


def tried(limit: str, model: str, pause: str) -> Tried:
    """Send for ten minutes. `pause`: a number of seconds, or one of PAUSES."""
    limiter = MODELS[model](steps(*LIMITS[limit]))
    penalty = PAUSES[pause](limiter) if pause in PAUSES else Penalty(limiter, float(pause))
    seen = Push(TOLD, penalty, Way()).run(SECONDS)
    share = len(seen.accepted) / allowed(LIMITS[limit], SECONDS) / _part(limit, model)
    return Tried(limit, pause, model, share, seen.refusals(), seen.refusals(SECONDS / 2))


def _part(limit: str, model: str) -> float:
    """Of what the limit would let through by the second, how much this model does."""
    if "minute" in model:
        return 0.9
    return 6 / 7 if limit == "7" and model.endswith("0.5 s") else 1.0  # 3 in each half second


def every() -> Iterator[tuple[str, str, str]]:
    """What is tried: limit, model and pause."""
    for limit in _LIMITS:
        yield from ((limit, model, f"{seconds}") for model in MODELS for seconds in _PENALTIES)
        yield from ((limit, model, pause) for model in _PAUSED for pause in PAUSES)


def run() -> Outcome:
    """All of them."""
    found = [tried(*each) for each in every()]
    met = sum(each.share >= MUST for each in found)
    low = min(found, key=lambda each: each.share)
    return Outcome(
        "other_limits",
        f"the same of {len(MODELS)} other kinds of limits: {'; '.join(_LIMITS)} a second; pauses "
        f"of {', '.join(map(str, _PENALTIES))} s, {', '.join(PAUSES)}",
        f"≥ {MUST:.0%} of each",
        f"{met} of {len(found)}; in the middle {median(each.share for each in found):.0%}, least "
        f"{low.share:.0%} ({low.model} at {low.limit}, pauses of {low.pause})",
        met == len(found),
        {
            f"{e.limit}, {e.model}, {e.pause}": f"{e.share:.1%}, {e.refusals} refusals"
            for e in found
        },
    )


def _name(found: Tried) -> str:
    return f"{found.limit}, {found.model}, {found.pause}"

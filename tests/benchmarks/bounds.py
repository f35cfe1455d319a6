"""What a sender could reach at best of a limit that nobody tells it.

It knows everything that can be known: how the limit is counted, how long low times last, how a
single refusal is read. It knows neither the limit nor when it moves. Then these cost something:

- A refusal: what would have been sent in its pause, less what is saved up meanwhile and can be sent
  at once when it ends.
- A limit that is lower than what was told, or fell: one refusal, without which nobody can know.
- A limit that comes back: only more than the low limit lets through can tell, and that is refused
  as long as it is low. Who asks every T of D low seconds is refused D / T times, and late by T / 2
  in the mean. The sum of both is least at T = sqrt(2 × D × refusal / gained by a second).

Nothing is taken off for finding out how the limit is counted (two refusals at least), for
approaching it, or for not knowing D. So this bound is above what can be reached, the more so the
longer penalties are.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

SHORTEST_PAUSE = 1.0  # seconds: what a refusal asks for at least


def bound(
    limits: Sequence[tuple[float, float]],
    penalty: float,
    saved: Callable[[float], float],
    told: float,
    seconds: float,
) -> float:
    """The share of what `limits` (seconds and messages a second, one after another; the last holds
    on) let through in so many seconds that can be reached in the mean, of 1 at most. `saved`: the
    messages that may come at once, by the limit."""

    def refusal(limit: float) -> float:
        return max(0.0, max(SHORTEST_PAUSE, penalty) * limit - saved(limit))

    until_last = sum(lasts for lasts, _ in limits[:-1])
    spans = [*limits[:-1], (seconds - until_last, limits[-1][1])]
    lets_through = sum(lasts * limit for lasts, limit in spans)
    lost = -saved(spans[0][1])
    for (lasts, before), (_, after) in pairwise([(0.0, told), *spans]):
        if after < before:
            lost += refusal(after)
        elif after > before:
            lost += math.sqrt(2 * lasts * refusal(before) * (after - before))
            lost -= saved(after) - saved(before)
    return min(1.0, 1 - lost / lets_through)

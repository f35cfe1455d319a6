"""Ways to limit, none of which is the pace's own: what Telegram may do, nobody knows.

Time is given to them, so they serve the limited server as well as virtual time. Each is told of a
message or an album that arrives, and says whether it is accepted.
"""

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

Rate: TypeAlias = Callable[[float], float]  # messages a second at a moment


class Limiter(Protocol):
    """Accepts so many messages, or refuses them."""

    def accepts(self, now: float, messages: int) -> bool:
        """Whether messages that arrive together at `now` are accepted."""

    def free_in(self, now: float) -> float:
        """Seconds until one more may be accepted, after a refusal."""


def steps(*limits: tuple[float, float | None]) -> Rate:
    """(seconds, messages a second or None for any number), one after another; the last holds on."""

    def rate(now: float) -> float:
        for seconds, limit in limits[:-1]:
            if now < seconds:
                return _number(limit)
            now -= seconds
        return _number(limits[-1][1])

    return rate


def _number(limit: float | None) -> float:
    return math.inf if limit is None else limit


class Bucket:
    """A token bucket, as leaky buckets and GCRA are: so many messages may be saved up. An album
    that is larger takes all and leaves a debt."""

    def __init__(self, rate: Rate, saved: Callable[[float], float]) -> None:
        self._rate = rate
        self._saved = saved  # of the rate at the moment
        self._tokens = math.inf
        self._at = 0.0

    def accepts(self, now: float, messages: int) -> bool:
        rate = self._rate(now)
        most = max(1.0, self._saved(rate))
        self._tokens = min(most, self._tokens + (now - self._at) * rate)
        self._at = now
        if self._tokens < min(messages, most) - 1e-9:
            return False
        self._tokens -= messages
        return True

    def free_in(self, now: float) -> float:
        return max(0.0, (1 - self._tokens) / self._rate(now))


class Sliding:
    """So many messages in any window of `seconds`."""

    def __init__(self, rate: Rate, seconds: float) -> None:
        self._rate = rate
        self._seconds = seconds
        self._accepted: deque[float] = deque()

    def accepts(self, now: float, messages: int) -> bool:
        while self._accepted and self._accepted[0] <= now - self._seconds:
            self._accepted.popleft()
        most = max(1.0, self._rate(now) * self._seconds)
        if len(self._accepted) + messages > most + 1e-9:
            return False
        if most < math.inf:
            self._accepted.extend([now] * messages)
        return True

    def free_in(self, now: float) -> float:
        return self._accepted[0] + self._seconds - now if self._accepted else 0.0


class Fixed:
    """So many messages in each window of `seconds`, one after another."""

    def __init__(self, rate: Rate, seconds: float, phase: float = 0.37) -> None:
        self._rate = rate
        self._seconds = seconds
        self._phase = phase
        self._window = -1
        self._count = 0

    def accepts(self, now: float, messages: int) -> bool:
        window = math.floor(now / self._seconds + self._phase)
        if window != self._window:
            self._window, self._count = window, 0
        if self._count + messages > max(1.0, self._rate(now) * self._seconds) + 1e-9:
            return False
        self._count += messages
        return True

    def free_in(self, now: float) -> float:
        return (self._window + 1 - self._phase) * self._seconds - now


@dataclass(frozen=True, slots=True)
class Model:
    """A way to limit. `saved`: how many messages it accepts at once at a limit, after a while in
    which none came."""

    limiter: Callable[[Rate], Limiter]
    saved: Callable[[float], float]

    def __call__(self, rate: Rate) -> Limiter:
        return self.limiter(rate)


def _bucket(messages: float = 0.0, seconds: float = 0.0) -> Model:
    def saved(limit: float) -> float:
        return max(1.0, messages + seconds * limit)

    return Model(lambda rate: Bucket(rate, saved), saved)


def _window(kind: Callable[[Rate, float], Limiter], seconds: float) -> Model:
    return Model(lambda rate: kind(rate, seconds), lambda limit: max(1.0, seconds * limit))


MODELS: dict[str, Model] = {
    "a bucket of 1.5 messages": _bucket(messages=1.5),
    "a bucket of 3 messages": _bucket(messages=3),
    "a bucket of a second": _bucket(seconds=1),
    "a bucket of 1.5 seconds": _bucket(seconds=1.5),
    "a bucket of 3 seconds": _bucket(seconds=3),
    "any second": _window(Sliding, 1),
    "any 3 seconds": _window(Sliding, 3),
    "any 10 seconds": _window(Sliding, 10),
    "each second": _window(Fixed, 1),
    "each 3 seconds": _window(Fixed, 3),
}
TELEGRAM = "any second"  # the strictest reading of what it publishes


@dataclass(slots=True)
class Penalty:
    """A limiter that refuses everything, other methods too, for `seconds` after a refusal.

    It asks to wait for that or until it accepts again, in whole seconds as Telegram does (Bot API,
    ResponseParameters): one at least. `told` makes a number of what is left.
    """

    limiter: Limiter
    seconds: float
    told: Callable[[float], int] = math.ceil
    closed_until: float = -math.inf

    def closed(self, now: float) -> int:
        """For how long everything is refused, in whole seconds; 0 if it is not."""
        return max(1, self.told(self.closed_until - now)) if now < self.closed_until else 0

    def wait(self, now: float, messages: int = 1) -> int:
        """0 if messages are accepted; else after how many whole seconds to try again."""
        if closed := self.closed(now):
            return closed
        if self.limiter.accepts(now, messages):
            return 0
        if self.seconds:
            self.closed_until = now + self.seconds
        return max(1, self.told(max(self.seconds, self.limiter.free_in(now))))


def allowed(limits: Sequence[tuple[float, float | None]], until: float) -> float:
    """How many messages `steps` lets through until a moment."""
    total = 0.0
    for seconds, limit in limits[:-1]:
        total += _number(limit) * min(seconds, until)
        until = max(0.0, until - seconds)
    return total + _number(limits[-1][1]) * until if until else total

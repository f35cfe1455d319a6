"""A push in virtual time: the pace's arithmetic against a limiter, minutes in tenths of a second.

Nothing here waits: an event has a moment, and the next one is whatever comes first. What a network
and a busy loop do to a message is drawn by a seed.
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from scheduler.ports import Turn
from scheduler.spacing import Spacing
from tests.benchmarks.limiters import Penalty

_EVENT = 1.0  # seconds: refusals that come so close are one event
_GIVEN_UP = 15.0  # seconds after which a call that hangs is given up


@dataclass(frozen=True, slots=True)
class Way:
    """What happens to a call. `latency`: seconds; `failing`: a share that a server in between
    answers, and `counted`: Telegram counts these too; `hanging`: a share that nothing answers."""

    latency: float = 0.04
    failing: float = 0.0
    counted: bool = False
    hanging: float = 0.0
    album: int = 1  # messages in a call
    jitter: float = 0.002  # seconds that a message may be later than others


@dataclass(slots=True)
class Seen:
    """What a limiter saw: moments of what it accepted, message by message, and what it refused."""

    accepted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    def refusals(self, since: float = 0.0) -> int:
        """Events, of one or more refusals."""
        events, last = 0, -_EVENT
        for at in self.refused:
            if at - last > _EVENT and at >= since:
                events += 1
            last = at
        return events


@dataclass(order=True, slots=True)
class _Event:
    at: float
    number: int
    happens: Callable[[float], None] = field(compare=False)


class Push:
    """A sender that never runs out of messages, at a pace that was told `full`."""

    def __init__(self, full: float, limiter: Penalty, way: Way, seed: int = 0) -> None:
        self.spacing = Spacing(full, 0.0)
        self.seen = Seen()
        self._limiter = limiter
        self._way = way
        self._chance = random.Random(seed)
        self._events: list[_Event] = []
        self._number = 0

    def run(self, until: float) -> Seen:
        """Send from 0 to `until` seconds."""
        now = 0.0
        while now < until:
            free = self.spacing.free_in(now, self._way.album)
            wakes_at = now + free + abs(self._chance.gauss(0, 0.0004)) if free > 0 else now
            if self._events and self._events[0].at <= wakes_at:
                event = heapq.heappop(self._events)
                now = event.at
                event.happens(now)
                continue
            now = wakes_at
            if self.spacing.free_in(now, self._way.album) <= 0:
                self._call(self.spacing.give(now, self._way.album))
        return self.seen

    def _call(self, turn: Turn) -> None:
        way, chance = self._way, self._chance
        late = chance.random() * way.jitter * (1 if chance.random() < 0.99 else 5)
        arrives = turn.at + way.latency / 2 + late
        what = chance.random()
        failing, hanging = what < way.failing, 0 <= what - way.failing < way.hanging
        if failing and not way.counted:
            self._later(arrives + way.latency / 2, lambda now: self.spacing.failed(turn, now))
            return

        def arrive(now: float) -> None:
            wait = self._limiter.wait(now, way.album)
            if wait:
                self.seen.refused.append(now)
                answer: Callable[[float], None] = lambda at: self.spacing.refused(turn, wait, at)  # noqa: E731
            else:
                self.seen.accepted.extend([now] * way.album)
                lost = failing or hanging
                answer = lambda at: (self.spacing.failed if lost else self.spacing.made)(turn, at)  # noqa: E731
            self._later(now + (_GIVEN_UP if hanging and not wait else way.latency / 2), answer)

        self._later(arrives, arrive)

    def _later(self, at: float, happens: Callable[[float], None]) -> None:
        self._number += 1
        heapq.heappush(self._events, _Event(at, self._number, happens))

"""How many calls may be under way at once: as many as the pace takes at the time that a call needs.

By Little's law (J. D. C. Little, 1961) a rate of r a second and calls of t seconds keep r × t under
way. Netflix' concurrency-limits and TCP Vegas watch latencies to find how much a server bears; here
the pace decides how much is sent, and this only sees to it that calls never hold it up.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable

_REMEMBERED = 64  # calls whose time is known
_SLOWEST = 0.9  # nine calls of ten take no longer than "usual"
_SPARE = 1.25  # times what would do if every call took as long
_FEWEST, _USUAL_MOST, _SHARE = 3, 50, 1 / 20  # calls, whatever they take; of the rate
_FASTEST = 1000.0  # a second: what Telegram allows those who pay, and nobody gets more
_HANGS = 4.0  # times the usual: such a call is waited for, but it holds up no other
_HANGS_AT_LEAST = 1.0  # seconds
_LOOK = 0.2  # seconds until it is looked at again which calls hang
_TIME_OF_A_LOOK = 0.1  # seconds for which "usual" is not found anew


def _time() -> float:
    return asyncio.get_running_loop().time()


class Flight:
    """Calls under way at `rate` a second, at most `most` with those that hang."""

    def __init__(self, rate: float, most: int, clock: Callable[[], float] = _time) -> None:
        self._rate = min(rate, _FASTEST)
        self._floor = max(_FEWEST, min(_USUAL_MOST, round(rate * _SHARE)))
        self._most = max(most, self._floor)
        self._clock = clock
        self._began: dict[int, float] = {}  # when each call under way did, the oldest first
        self._number = 0
        self._took: deque[float] = deque(maxlen=_REMEMBERED)
        self._usual = 0.0
        self._usual_until = -math.inf
        self._queue = asyncio.Lock()
        self._landed = asyncio.Event()

    @property
    def limit(self) -> int:
        """How many calls that do not hang may be under way."""
        now = self._clock()
        if now >= self._usual_until and self._took:
            self._usual = sorted(self._took)[int(_SLOWEST * (len(self._took) - 1))]
            self._usual_until = now + _TIME_OF_A_LOOK
        return max(self._floor, round(self._rate * self._usual * _SPARE))

    async def begin(self) -> int:
        """Wait until one more call may be made; returns its number for `end`."""
        async with self._queue:
            while not self._fits():
                self._landed.clear()
                try:
                    async with asyncio.timeout(_LOOK):
                        await self._landed.wait()
                except TimeoutError:
                    continue
        self._number += 1
        self._began[self._number] = self._clock()
        return self._number

    def called(self, number: int) -> None:
        """The call itself begins only now: it waited for its turn."""
        del self._began[number]
        self._began[number] = self._clock()

    def end(self, number: int, *, answered: bool = False) -> None:
        """A call is over, or was not needed; `answered`: what it took is what calls take."""
        began = self._began.pop(number)
        if answered:
            self._took.append(self._clock() - began)
        self._landed.set()

    def _fits(self) -> bool:
        under_way, limit = len(self._began), self.limit
        if under_way < limit:
            return True
        return under_way < self._most and under_way - self._hanging() < limit

    def _hanging(self) -> int:
        long_ago = self._clock() - max(_HANGS_AT_LEAST, _HANGS * self._usual)
        hanging = 0
        for began in self._began.values():  # in the order of their beginning
            if began > long_ago:
                break
            hanging += 1
        return hanging

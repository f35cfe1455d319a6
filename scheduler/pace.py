"""How fast the courier may send: evenly, without a burst (GCRA with a burst of one)."""

import asyncio
import time
from collections.abc import Awaitable, Callable

_LOOK_UP = 0.5  # seconds: a pause may be hours long, and the end of the process cannot wait for it


class Pace:
    """Turns at `rate` a second. Monotonic time, so a moved clock does not matter."""

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._interval = 1 / rate
        self._clock = clock
        self._sleep = sleep
        self._free_at = clock()
        self._paused_until = self._free_at

    async def turn(self, stopping: Callable[[], bool] = lambda: False) -> bool:
        """Wait for the next turn; False if `stopping()` became true before it came.

        Turns are given out in the order of asking.
        """
        now = self._clock()
        mine = max(self._free_at, now)
        self._free_at = mine + self._interval
        while (wait := mine - self._clock()) > 0:
            if stopping():
                return False
            await self._sleep(min(wait, _LOOK_UP))
            mine = max(mine, self._paused_until)
        return True

    def pause(self, seconds: float) -> None:
        """Give no turn for `seconds`, not even one that was waited for already."""
        self._paused_until = self._clock() + seconds
        self._free_at = max(self._free_at, self._paused_until)

"""Time that passes only while somebody sleeps."""

import asyncio
import heapq
from itertools import count


class FakeClock:
    """A monotonic clock for tests: when everybody sleeps, it is the next one's time to wake."""

    def __init__(self) -> None:
        self.time = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        entry = (self.time + seconds, next(self._numbers), future)
        heapq.heappush(self._sleepers, entry)
        while not future.done():
            for _ in range(10):  # let everybody who is awake go on first
                await asyncio.sleep(0)
            if not future.done() and self._sleepers[0] is entry:
                heapq.heappop(self._sleepers)
                self.time = max(self.time, entry[0])
                future.set_result(None)

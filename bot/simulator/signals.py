"""A wake-up call: many wait, one synchronous `fire()` wakes them all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Signal:
    """Like `asyncio.Condition`, but fired from plain code, without a lock to hold.

    Everything in the simulator happens in one event loop, so nothing changes between the test
    of a predicate and the start of the wait.
    """

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()
        self.count = 0

    def fire(self) -> None:
        """Wakes everybody who waits now."""
        self.count += 1
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, timeout: float | None = None) -> bool:  # noqa: ASYNC109 - a wait, not a scope
        """Waits for the next `fire()`; False when `timeout` seconds passed without one."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            done, _ = await asyncio.wait((waiter,), timeout=timeout)
            return bool(done)
        finally:
            self._waiters.discard(waiter)
            waiter.cancel()

    async def until(self, found: Callable[[], T | None], within: float) -> T | None:
        """Waits until `found()` is not None and returns it; None when `within` seconds passed."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while (result := found()) is None:
            left = deadline - loop.time()
            if left <= 0 or not await self.wait(left):
                return found()
        return result

"""Time that passes only while everybody waits for it.

Tests of time run on `VirtualLoop`: an event loop whose clock stands still while anything is done
and jumps to the next timer once nothing is. An hour takes no time, and a busy machine changes
nothing. What another thread does is not seen by a loop: `TimelessDatabase` tells of it.
"""

import asyncio
import contextlib
import selectors
from collections.abc import Callable, Iterator
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from scheduler.pace import Pace
from storage.database import Database

P = ParamSpec("P")
T = TypeVar("T")

_LATE = 1e-9  # seconds: a timer is never early, however times are rounded


class _Jumping(selectors.DefaultSelector):
    """Instead of waiting until the next timer is due, makes it due."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0
        self.at_work = 0  # what is done in other threads, which tell when they are ready

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.at_work:
            timeout = None if timeout is None or timeout > 0 else 0
            return super().select(timeout)
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(0)
        if not ready:
            self.time += timeout + _LATE
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own, for tests that speak to no network."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.time

    def skip(self, seconds: float) -> None:
        """Let so much time pass at once, as when the process was frozen."""
        self._jumping.time += seconds

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """No time passes within this block: it waits for another thread."""
        self._jumping.at_work += 1
        try:
            yield
        finally:
            self._jumping.at_work -= 1


def virtual_loop() -> VirtualLoop:
    """The one that runs the test."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop


class FakeClock:
    """The clock of the running loop, counted from where it was made."""

    def __init__(self) -> None:
        self._loop = virtual_loop()
        self._began = self._loop.time()

    @property
    def time(self) -> float:
        return self._loop.time() - self._began

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def skip(self, seconds: float) -> None:
        self._loop.skip(seconds)


def pace_of(limit: float) -> Pace:
    """A pace in virtual time."""
    return Pace(limit, clock=virtual_loop().time)


class TimelessDatabase:
    """A database whose work takes no virtual time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(
        self, action: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        with virtual_loop().at_work():
            return await self._database.write(action, *args, **kwargs)

    async def read(
        self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        with virtual_loop().at_work():
            return await self._database.read(query, *args, **kwargs)

    async def close(self) -> None:
        with virtual_loop().at_work():
            await self._database.close()

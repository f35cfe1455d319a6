"""The simulated world's clock: real time plus an offset that anybody may move."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .signals import Signal

Listener = Callable[[datetime], None]


class Clock:
    """Time that runs as real time does, and that can be moved.

    `Clock(at=…)` starts at that instant instead of now.
    """

    def __init__(self, at: datetime | None = None) -> None:
        self._offset = timedelta()
        self._moved = Signal()
        self._listeners: list[Listener] = []
        if at is not None:
            self.move_to(at)

    def now(self) -> datetime:
        """The simulated instant, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def timestamp(self) -> int:
        """The simulated instant as Telegram writes it: whole seconds since 1970."""
        return int(self.now().timestamp())

    def move_to(self, when: datetime) -> datetime:
        """Moves the clock to an aware instant, forwards or backwards, and returns it.

        Raises ValueError for a naive datetime: nobody can know which zone it means.
        """
        if when.tzinfo is None:
            raise ValueError(
                "the clock needs an aware datetime, for example datetime(…, tzinfo=UTC)"
            )
        self._offset = when.astimezone(UTC) - datetime.now(UTC)
        now = self.now()
        self._moved.fire()
        for listener in tuple(self._listeners):
            listener(now)
        return now

    def advance(self, by: timedelta) -> datetime:
        """Moves the clock by a span and returns the new instant."""
        return self.move_to(self.now() + by)

    def on_move(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener(now)` after every move; returns a function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def wait_until(self, when: datetime) -> None:
        """Returns as soon as the clock shows `when`, whether time passed or was moved."""
        while (left := (when - self.now()).total_seconds()) > 0:
            await self._moved.wait(left)

    async def sleep(self, seconds: float) -> None:
        """Sleeps for so long by this clock; a move forwards shortens the real wait."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        await self.wait_until(self.now() + timedelta(seconds=seconds))

"""Whose turn it is: one person's updates in order, different persons' side by side, and nobody
behind somebody who sent much."""

import asyncio
from collections import deque
from typing import Any, TypeAlias

Raw: TypeAlias = dict[str, Any]  # an update as Telegram sends it
ENOUGH_WAITING = 5_000  # no more is fetched while more than this wait to be handled,
# of one person no more than so many counted: what waits of theirs holds up nobody else,
OF_ONE = 100
ALTOGETHER = 50_000  # unless it is more than memory should hold
MUCH = 10  # waiting of one person: they may wait while the others are still being fetched
PUT_OFF = 0.1  # seconds for which they do; the next batch comes sooner, unless Telegram is far


class Lanes:
    """What waits to be handled, a lane for each person. `put_off`: see PUT_OFF."""

    def __init__(self, put_off: float = PUT_OFF) -> None:
        self._put_off_for = put_off
        self._lanes: dict[int, deque[Raw]] = {}
        self._ready: asyncio.Queue[int | None] = asyncio.Queue()
        self._put_off: list[int] = []
        self._fetching: asyncio.TimerHandle | None = None
        self._waiting = 0
        self._crowd = 0  # the same, of each person OF_ONE at most
        self._room = asyncio.Event()
        self._room.set()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def waiting(self) -> int:
        """How many wait or are being handled."""
        return self._waiting

    async def room(self) -> None:
        """Wait while too much waits: Telegram keeps it better than our memory."""
        await self._room.wait()

    async def idle(self) -> None:
        """Wait until nothing waits or is being handled."""
        await self._idle.wait()

    def add(self, person: int, update: Raw) -> None:
        """Queue an update behind this person's others."""
        self._waiting += 1
        self._idle.clear()
        lane = self._lanes.get(person)
        if lane is None:
            lane = self._lanes[person] = deque([update])
            self._ready.put_nowait(person)
        else:  # somebody handles this person's lane, or it stands in the queue already
            lane.append(update)
        self._crowd += len(lane) <= OF_ONE
        if self._is_full():
            self._room.clear()
            self._go_on()

    def more_comes(self) -> None:
        """There is more to be fetched: for a moment, whoever has much waiting gives way to that.
        Behind their messages others wait, whom nobody can serve before they are fetched."""
        if self._fetching is not None:
            self._fetching.cancel()
        self._fetching = asyncio.get_running_loop().call_later(self._put_off_for, self._go_on)

    async def next(self) -> tuple[int, Raw] | None:
        """Whose turn it is, and their first update, which stays in its lane until `done`; None
        when it is time to end."""
        while (person := await self._ready.get()) is not None:
            lane = self._lanes[person]
            if self._fetching is None or len(lane) <= MUCH:
                return person, lane[0]
            self._put_off.append(person)
        return None

    def done(self, person: int) -> None:
        """The first update of a person's lane is handled."""
        lane = self._lanes[person]
        lane.popleft()
        self._crowd -= len(lane) < OF_ONE
        if lane:
            self._ready.put_nowait(person)  # behind the others: no person holds up the rest
        else:
            del self._lanes[person]
        self._waiting -= 1
        if not self._is_full():
            self._room.set()
        if not self._waiting:
            self._idle.set()

    def end(self, workers: int) -> None:
        """Let so many who ask for the next be told to end."""
        for _ in range(workers):
            self._ready.put_nowait(None)

    def _go_on(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
            self._fetching = None
        for person in self._put_off:
            self._ready.put_nowait(person)
        self._put_off.clear()

    def _is_full(self) -> bool:
        return self._crowd >= ENOUGH_WAITING or self._waiting >= ALTOGETHER

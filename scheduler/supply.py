"""What the courier has in hand: claimed, and not yet on its way."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from storage.model.delivery import Claimed


class Supply:
    """Hands out `first` and what `claim` brings, one by one, and claims anew before it runs out.

    `claim` brings nothing when nothing is due; then that was all.
    """

    def __init__(
        self,
        first: list[Claimed],
        claim: Callable[[], Awaitable[list[Claimed]]],
        enough: Callable[[], int],
    ) -> None:
        self._claim = claim
        self._enough = enough  # with no more than so many in hand, more are claimed
        self._in_hand = deque(first)
        self._arrived = asyncio.Event()
        self._running_out = asyncio.Event()
        self._over = False

    async def fill(self) -> None:
        """Claim until nothing is due."""
        while True:
            self._running_out.clear()
            if len(self._in_hand) > self._enough():
                await self._running_out.wait()
            found = await self._claim()
            if not found:
                break
            self._in_hand.extend(found)
            self._arrived.set()
        self._over = True
        self._arrived.set()

    async def take(self) -> Claimed | None:
        """The next one, None when there is none left."""
        while not self._in_hand:
            if self._over:
                return None
            self._arrived.clear()
            await self._arrived.wait()
        taken = self._in_hand.popleft()
        if len(self._in_hand) <= self._enough():
            self._running_out.set()
        return taken

"""Something that is done again whenever it is woken, and finished before the process ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)


class Rounds:
    """Runs `one_round` once for any number of wakes that came meanwhile; `begun` and `ended` count
    them."""

    def __init__(self, one_round: Callable[[], Awaitable[None]]) -> None:
        self._one_round = one_round
        self.begun = self.ended = 0
        self._wanted = asyncio.Event()
        self._stopping = False

    @property
    def stopping(self) -> bool:
        """Whether a long round should end early."""
        return self._stopping

    def wake(self) -> None:
        """There may be something to do."""
        self._wanted.set()

    def stop(self) -> None:
        """Let `run` end after the round that is going on."""
        self._stopping = True
        self._wanted.set()

    async def run(self) -> None:
        """Wait for wakes and do rounds, until stopped. One that fails ends neither the others nor
        the process: a database that is full for a while, say, stops nothing for good."""
        while not self._stopping:
            await self._wanted.wait()
            self._wanted.clear()
            if self._stopping:
                return
            self.begun += 1
            try:
                await self._one_round()
            except Exception:
                logger.exception("a round failed; again at the next wake")
            self.ended += 1

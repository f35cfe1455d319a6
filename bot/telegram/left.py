"""Presses that are left unread: each gets its answer all the same, so that no button seems to be at
work for ever. A flood of them waits here, and nobody waits behind it."""

import asyncio
from collections import deque

from bot.telegram.client import Telegram, TelegramRefused, TelegramUnavailable

KEPT = 10_000  # presses; of more, the oldest are forgotten, as Telegram forgets them
AT_A_TIME = 4  # calls under way: a few of the many connections there are, and no turn of the pace
_PATIENCE = 5.0  # seconds
_AWAY = 1.0  # seconds after a call that came to nothing


class LeftPresses:
    """Answers what is left to it with nothing, the newest first: that is where somebody still
    looks. What is not answered when the bot stops, Telegram ends by itself."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._left: deque[str] = deque(maxlen=KEPT)
        self._some = asyncio.Event()

    def leave(self, query_id: str) -> None:
        """Answer a press when there is time for it."""
        self._left.append(query_id)
        self._some.set()

    async def run(self) -> None:
        """Answer until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_A_TIME):
                group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            await self._some.wait()
            if self._left:
                await asyncio.sleep(await self._answer(self._left.pop()))
            else:
                self._some.clear()

    async def _answer(self, query_id: str) -> float:
        """Returns for how many seconds nothing more is asked."""
        body = {"callback_query_id": query_id}
        try:
            await self._telegram.call("answerCallbackQuery", body, _PATIENCE)
        except TelegramRefused as error:  # that it is too old, say
            return error.retry_after or 0.0
        except TelegramUnavailable:
            return _AWAY
        return 0.0

"""The part that gives answers, and what is owed of them."""

import asyncio
import logging
from itertools import islice

from bot.parts.ground import Ground
from bot.telegram.chat import Chat
from bot.telegram.client import TelegramUnavailable
from bot.telegram.giving import Giving, Voice, passes, wait_of
from bot.telegram.owed import Debt, Owed
from bot.telegram.sending import PUSH_PATIENCE
from content.screen import NotShown
from scheduler.beat import Job, beat

logger = logging.getLogger(__name__)

_AT_ONCE = 16  # chats that get what they are owed side by side


class AnswersPart:
    """The handlers' way to those who speak. While it runs, what could not be said is said."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.owed = Owed(ground.database, ground.now)
        telegram, pace, files = ground.telegram, ground.pace, ground.files
        self.chat = Chat(telegram, Voice(telegram, pace, files, ground.missing), self.owed)
        self._voice = Voice(telegram, pace, files, ground.missing, PUSH_PATIENCE)

    async def run(self, stop: asyncio.Event) -> None:
        """Give what is owed, whenever it may go."""
        tick = self._ground.settings.tick_seconds
        await beat((Job("giving owed answers", tick, lambda: self._pay(stop)),), stop)

    async def _pay(self, stop: asyncio.Event) -> None:
        """Give what is due; while Telegram is away, only a few try whether it is back."""
        due = iter(self.owed.due())
        while (some := [*islice(due, _AT_ONCE)]) and not stop.is_set():
            if not all(await asyncio.gather(*map(self._pay_one, some))):
                return

    async def _pay_one(self, debt: Debt) -> bool:
        """Give what one chat is owed; False if Telegram is away."""
        if self.owed.is_old(debt):
            logger.warning("an answer is not owed any more: it is too old")
            await self.owed.settle(debt)
            return True
        try:
            async with debt.paying:
                while debt.answers and self.owed.is_owed(debt):
                    await self._give(debt)
        except NotShown as error:
            if passes(error):
                self.owed.put_off(debt, wait_of(error))
                return not isinstance(error, TelegramUnavailable)
            logger.warning("an owed answer cannot be given: %s", error)
        except Exception:  # a mistake of ours: it would be made again
            logger.exception("an owed answer cannot be given")
        if self.owed.is_owed(debt):
            await self.owed.settle(debt)
        return True

    async def _give(self, debt: Debt) -> None:
        """Give the first of what a chat is owed; what could not be said of it stays."""
        giving = Giving(self._voice, debt.chat_id, debt.answers[0])
        try:
            await giving.give()
        except NotShown:
            if giving.left != debt.answers[0]:
                debt.answers[0] = giving.left
                await self.owed.keep(debt)
            raise
        del debt.answers[0]

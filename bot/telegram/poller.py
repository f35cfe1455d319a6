"""Long polling: fetch, hand over to the intake, and only then ask for what comes after."""

import asyncio
import logging

from bot.intake import Intake, Raw
from bot.telegram.client import Telegram, TelegramRefused, TelegramUnavailable

logger = logging.getLogger(__name__)

# What the handlers understand. Telegram remembers this list, so it is always sent.
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
_LONG_POLL = 25
_LONGEST_PAUSE = 30.0


class WrongToken(Exception):
    """Telegram does not know the token."""


class Poller:
    """Brings updates from Telegram to the intake."""

    def __init__(self, telegram: Telegram, intake: Intake) -> None:
        self._telegram = telegram
        self._intake = intake

    async def run(self) -> None:
        """Poll until cancelled. Raises WrongToken."""
        offset: int | None = None
        failures = 0
        while True:
            await self._intake.room()
            try:
                updates = await self._fetch(offset)
                if updates:
                    await self._intake.receive(updates)
            except Exception as error:  # they cannot be stored, say: Telegram keeps them
                failures += 1
                await self._pause(error, failures)
                continue
            failures = 0
            if updates:
                # Stored: only now may Telegram forget them, which the next call tells it.
                offset = updates[-1]["update_id"] + 1

    async def _fetch(self, offset: int | None) -> list[Raw]:
        params: dict[str, object] = {
            "timeout": _LONG_POLL,
            "limit": 100,
            "allowed_updates": ALLOWED_UPDATES,
        }
        if offset is not None:
            params["offset"] = offset
        updates: list[Raw] = await self._telegram.call(
            "getUpdates", params, patience=_LONG_POLL + 10
        )
        return updates

    async def _pause(self, error: Exception, failures: int) -> None:
        if isinstance(error, TelegramRefused) and error.code == 401:
            raise WrongToken("Telegram does not accept BOT_TOKEN") from error
        asked = error.retry_after if isinstance(error, TelegramRefused) else None
        wait = asked or min(_LONGEST_PAUSE, 0.5 * 2**failures)
        if isinstance(error, (TelegramUnavailable, TelegramRefused)):
            logger.warning("getUpdates failed (%s); again in %.1f s", error, wait)
        else:
            logger.error("updates cannot be stored; again in %.1f s", wait, exc_info=error)
        await asyncio.sleep(wait)

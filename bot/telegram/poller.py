"""Long polling: fetch, hand over to the intake, and only then ask for what comes after."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from bot.intake import BATCH, Intake, next_offset
from bot.telegram.client import Telegram, TelegramRefused, TelegramUnavailable
from storage.outage import Outage
from storage.trouble import is_trouble

logger = logging.getLogger(__name__)

# What the handlers understand. Telegram remembers this list, so it is always sent.
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member", "poll"]
_LONG_POLL = 25
# Coming back is to be noticed at once: tries are cheap, and few processes make them.
_LONGEST_PAUSE = 2.0
LONGEST_ASKED = 300.0  # seconds that Telegram may put us off for
# Seconds that a try may take after a failure, in turn: a connection that is begun while packets are
# lost is not heard of for long, and a slow way must not be given up for ever.
_PATIENCE = (3.0, 6.0, 12.0, 24.0)
_NEWCOMER = 60.0  # seconds after its start in which a process gives way to another
_OLDER = 2.0  # seconds of age for which one of two newcomers bears one conflict more
_CONFLICTS = 3  # Telegram tells one of the last process's poll for a moment after it was killed


class CannotPoll(Exception):
    """There is no sense in asking Telegram for updates any more; the message says why."""


class WrongToken(CannotPoll):
    """Telegram does not know the token."""


class TokenTaken(CannotPoll):
    """Another process asks with the same token, and was there before."""


async def nothing() -> None:
    """What is done by default when Telegram is there again."""


class Poller:
    """Brings updates from Telegram to the intake. `on_return` is called when Telegram, or the way
    to it, is there again after it was away."""

    def __init__(
        self,
        telegram: Telegram,
        intake: Intake,
        on_return: Callable[[], Awaitable[None]] = nothing,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._telegram = telegram
        self._intake = intake
        self._on_return = on_return
        self._clock = clock
        self._away = Outage(logger, "getUpdates", clock)
        self._unstored = Outage(logger, "storing updates", clock)
        self._began = clock()
        self._conflicts = self._patience = 0

    async def run(self) -> None:
        """Poll until cancelled. Raises CannotPoll."""
        offset: int | None = None
        self._began = self._clock()
        while True:
            await self._intake.room()
            updates = await self._fetch(offset)
            if updates is None:
                continue
            if self._away.worked():
                await self._on_return()
            if updates and await self._store(updates):
                # Stored: only now may Telegram forget them, which the next call tells it.
                offset = next_offset(updates) or offset

    async def _fetch(self, offset: int | None) -> list[Any] | None:
        """What there is; None, after a while, if that cannot be known. Raises CannotPoll."""
        away = self._away.lasts
        params: dict[str, object] = {
            "timeout": 0 if away else _LONG_POLL,
            "limit": BATCH,
            "allowed_updates": ALLOWED_UPDATES,
        }
        if offset is not None:
            params["offset"] = offset
        patience = _PATIENCE[self._away.failures % len(_PATIENCE)] if away else _LONG_POLL + 10
        try:
            updates = await self._telegram.call("getUpdates", params, patience)
            if not isinstance(updates, list):
                raise TelegramUnavailable("getUpdates: no list in the result", unsure=False)
        except TelegramUnavailable as error:
            await self._pause(error)
        except TelegramRefused as error:
            await self._refused(error)
        else:
            return updates
        return None

    async def _store(self, updates: list[Any]) -> bool:
        """False, after a while, if they cannot be stored: Telegram keeps them."""
        try:
            await self._intake.receive(updates)
            if next_offset(updates) is None:
                raise ValueError("no update has an id")
        except Exception as error:
            if not is_trouble(error):
                logger.exception("updates cannot be stored")
            self._unstored.failed(type(error).__name__)
            await asyncio.sleep(_wait(self._unstored))
            return False
        self._unstored.worked()
        return True

    async def _refused(self, error: TelegramRefused) -> None:
        if error.code in (401, 404):  # the second for what never was a token
            raise WrongToken(str(error)) from error
        if error.code == 409:
            self._conflict(error)
            if "webhook" in error.description:
                await self._remove_webhook()
                return
        await self._pause(error, error.retry_after)

    def _conflict(self, error: TelegramRefused) -> None:
        """Of two that ask with one token each sends the other away, and each gets a half of what
        people say. So whoever came last ends; the other goes on as soon as it is alone."""
        age = self._clock() - self._began
        if not self._conflicts:
            self._patience = _CONFLICTS + int(age / _OLDER)
        self._conflicts += 1
        if age < _NEWCOMER and self._conflicts >= self._patience:
            raise TokenTaken(
                f"another process asks Telegram with it ({error}): stop that one, wherever it "
                "runs, or give this one a bot of its own"
            ) from error

    async def _remove_webhook(self) -> None:
        """Updates go to a webhook: take it away, and keep what waits for it."""
        try:
            webhook = await self._telegram.call("getWebhookInfo", {})
            await self._telegram.call("deleteWebhook", {"drop_pending_updates": False})
        except (TelegramUnavailable, TelegramRefused) as error:
            await self._pause(error)
            return
        logger.warning("the token's webhook at %s is removed; updates kept: %s", *_told(webhook))

    async def _pause(self, error: Exception, asked: float | None = None) -> None:
        self._away.failed(error)
        # Asking is cheap, and while nobody asks, nobody is heard.
        await asyncio.sleep(min(asked, LONGEST_ASKED) if asked else _wait(self._away))


def _told(webhook: Any) -> tuple[str, str]:
    """The host of a webhook, whose address may hold a secret, and how many updates wait for it."""
    given = webhook if isinstance(webhook, dict) else {}
    try:
        host = urlsplit(str(given.get("url"))).hostname
    except ValueError:
        host = None
    return host or "?", str(given.get("pending_update_count", 0))


def _wait(outage: Outage) -> float:
    seconds: float = min(_LONGEST_PAUSE, 0.5 * 2**outage.failures)
    return seconds

"""The first word with Telegram: does it know the token, and who are we?"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

from yarl import URL

from bot.settings import TELEGRAM, BotSettings, Settings
from bot.telegram.client import Telegram, TelegramRefused, TelegramUnavailable
from bot.telegram.poller import LONGEST_ASKED, CannotPoll, WrongToken
from bot.telegram.way import STRAIGHT, Way
from storage.outage import Outage

logger = logging.getLogger(__name__)

_LONGEST_PAUSE = 2.0  # seconds between tries, unless Telegram asks for more


Failed: TypeAlias = TelegramRefused | TelegramUnavailable
Passes: TypeAlias = Callable[[Failed], bool]


class Stopped(Exception):
    """The process was asked to stop before it began."""


def way_of(settings: Settings) -> Way:
    """The way to Telegram that is set."""
    proxy = settings.proxy_url
    return Way(URL(proxy.get_secret_value())) if proxy else STRAIGHT


def telegram_for(settings: BotSettings) -> Telegram:
    """The client, by the way that is set."""
    token = settings.bot_token.get_secret_value()
    return Telegram(settings.bot_api_url, token, way_of(settings))


async def meet(telegram: Telegram, passes: Passes, stop: asyncio.Event) -> str:
    """Our own user name. What `passes` by itself is waited for until `stop` is set.

    Raises TelegramRefused, TelegramUnavailable or Stopped.
    """
    away = Outage(logger, "getMe")
    while True:
        try:
            username = our_name(await telegram.call("getMe", {}))
        except (TelegramRefused, TelegramUnavailable) as error:
            if not passes(error):
                raise
            away.failed(error)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _wait(error, away))
                raise Stopped from error
        else:
            away.worked()
            return username


def _wait(error: Failed, away: Outage) -> float:
    asked = error.retry_after if isinstance(error, TelegramRefused) else None
    return min(asked, LONGEST_ASKED) if asked else min(_LONGEST_PAUSE, 0.5 * 2**away.failures)


def our_name(me: Any) -> str:
    """The user name in what getMe gives. Raises TelegramUnavailable if there is none: it is not
    Telegram that answers."""
    name = me.get("username") if isinstance(me, dict) else None
    if not isinstance(name, str):
        raise TelegramUnavailable("getMe: no user name in the result", unsure=False)
    return name


def nothing_passes(_: Failed) -> bool:
    """For whoever does not wait."""
    return False


def what_passes(api_url: str) -> Passes:
    """Whether a first call that failed is likely to work later with the same settings.

    Telegram has too much to do, or is away: that passes. An address or a proxy that the operator
    set and nobody answers at is a mistake, or will be tried again by the service manager.
    """

    def passes(error: Failed) -> bool:
        if isinstance(error, TelegramRefused):
            return error.code == 429 or error.code >= 500
        return not error.at_proxy and (error.unsure or api_url == TELEGRAM)

    return passes


def problem_with(error: Failed | CannotPoll) -> str:
    """What an operator reads of it, in one line."""
    match error:
        case WrongToken() | TelegramRefused(code=401 | 404):
            return f"BOT_TOKEN: Telegram does not accept it ({error})"
        case CannotPoll():
            return f"BOT_TOKEN: {error}"
        case TelegramUnavailable(at_proxy=True):
            return f"PROXY_URL: {error}"
        case TelegramUnavailable():
            return f"BOT_API_URL: no answer from there ({error})"
    return f"BOT_API_URL: it refuses ({error})"

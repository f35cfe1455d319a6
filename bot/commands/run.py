"""`linli run`: the product with Telegram."""

import asyncio
import gc
from collections.abc import Callable

from bot.app import open_app
from bot.logs import set_up_logs
from bot.outside import utc_now
from bot.parts.ground import Now
from bot.product import load_content
from bot.settings import BotSettings, SettingsError
from bot.telegram.client import TelegramRefused, TelegramUnavailable
from bot.telegram.poller import WrongToken
from storage.database import open_database
from storage.startup import ensure_current

OnStop = Callable[[asyncio.Event], None]


async def serve(settings: BotSettings, on_stop: OnStop, now: Now = utc_now) -> None:
    """Serve with the settings' token until stopped; `on_stop` gets the event that ends it.

    Raises DatabaseProblem for a database that cannot be used, and SettingsError for a token that
    Telegram refuses or an address that does not answer.
    """
    set_up_logs(settings.log_format, settings.bot_token.get_secret_value())
    content = load_content(settings, now)
    database = open_database(settings.database_url)
    try:
        await ensure_current(database, settings.database_url)
        async with open_app(settings, database, content, now) as app:
            stop = asyncio.Event()
            on_stop(stop)
            _spare_the_collector()
            await app.run(stop)
    except (TelegramRefused, WrongToken) as error:
        raise SettingsError([f"BOT_TOKEN: Telegram does not accept it ({error})"]) from error
    except TelegramUnavailable as error:
        raise SettingsError([f"BOT_API_URL: no answer from there ({error})"]) from error
    finally:
        await database.close()


def _spare_the_collector() -> None:
    """What was made for the start stays for good: the garbage collector need not look at it at
    every turn, which cost a quarter of the work under load (docs/decisions/0011-dispatch.md)."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()  # the command line switched it off while everything was imported

"""`linli run`: the product with Telegram."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from bot.app import open_app
from bot.logs import set_up_logs
from bot.outside import token_lock, utc_now, who_we_are
from bot.parts.alive import AlivePart
from bot.parts.ground import Now
from bot.parts.log import LogPart
from bot.product import load_content
from bot.settings import BotSettings, SettingsError, misnamed_settings, supervisor
from bot.telegram.client import TelegramRefused, TelegramUnavailable
from bot.telegram.meeting import Stopped, problem_with
from bot.telegram.poller import CannotPoll
from storage.alone import Alone, Held, alone_on, held
from storage.database import open_database
from storage.startup import ensure_current
from storage.watched import Watched

logger = logging.getLogger(__name__)

OnStop = Callable[[asyncio.Event], None]


async def serve(settings: BotSettings, on_stop: OnStop, now: Now = utc_now) -> None:
    """Serve with the settings' token until stopped; `on_stop` gets the event that ends it.

    Raises DatabaseProblem for a database that cannot be used, and SettingsError for a token that
    Telegram refuses or somebody else uses, and for an address or a proxy that does not answer.
    """
    logs = set_up_logs(settings)
    for problem in misnamed_settings():  # a start that says nothing seems to have heard them
        logger.warning("%s", problem)
    content = load_content(settings, now)
    url = settings.database_url
    database = open_database(url)
    try:
        await ensure_current(database, url)
        stop = asyncio.Event()
        on_stop(stop)
        alive = AlivePart(supervisor(), settings.alive_file)
        alive.begins()
        async with (
            _alone(settings) as alone,
            open_app(settings, Watched(database, url), content, now, stop) as app,
        ):
            spare_the_collector()
            await app.run(stop, alone, LogPart(logs), alive)
    except (TelegramRefused, TelegramUnavailable, CannotPoll) as error:
        raise SettingsError([problem_with(error)]) from error
    except Stopped:
        logger.info("stopped before Telegram answered")
    finally:
        await database.close()


@asynccontextmanager
async def _alone(settings: BotSettings) -> AsyncIterator[Alone]:
    """The only process of this database, and of this token as far as one machine knows. Raises
    DatabaseProblem or SettingsError that names the other."""
    who = who_we_are()
    lock = token_lock(settings.bot_api_url, settings.bot_token.get_secret_value())
    async with AsyncExitStack() as stack:
        alone = await stack.enter_async_context(alone_on(settings.database_url, who))
        try:
            stack.enter_context(held(lock, who))
        except Held as error:
            reason = f"BOT_TOKEN: {error} asks Telegram with it; stop that first"
            raise SettingsError([reason]) from None
        except OSError as error:  # then Telegram will tell (409)
            logger.warning("%s cannot be held (%s)", lock, error.strerror)
        yield alone


def spare_the_collector() -> None:
    """What was made for the start stays for good: the garbage collector need not look at it at
    every turn, which cost a quarter of the work under load (docs/decisions/0011-dispatch.md)."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()  # the command line switched it off while everything was imported

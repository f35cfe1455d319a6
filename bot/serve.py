"""Running the product: with Telegram, or with the simulator in its place."""

import asyncio
import gc
from collections.abc import Callable
from datetime import time

from pydantic import SecretStr

from bot.app import Now, open_app
from bot.logs import set_up_logs
from bot.outside import utc_now
from bot.poller import WrongToken
from bot.product import load_content
from bot.settings import BotSettings, Settings, SettingsError
from bot.telegram import TelegramRefused, TelegramUnavailable
from storage.database import open_database
from storage.model.local_time import instant_of
from storage.model.period import day_of
from storage.queries.moments import next_moment
from storage.startup import ensure_current

OPENING = time(9)  # when a simulation begins
OnStop = Callable[[asyncio.Event], None]


async def serve(settings: BotSettings, on_stop: OnStop, now: Now = utc_now) -> None:
    """Serve with the settings' token until stopped; `on_stop` gets the event that ends it.

    Raises DatabaseProblem for a database that cannot be used, and SettingsError for a token that
    Telegram refuses or an address that does not answer.
    """
    set_up_logs(settings.log_format, settings.bot_token.get_secret_value())
    content = load_content(settings)
    database = open_database(settings.database_url)
    try:
        await ensure_current(database)
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


async def simulate(
    settings: Settings, port: int, on_stop: OnStop, tell: Callable[[str], object]
) -> None:
    """Serve with the simulator in Telegram's place; `tell` gets the address of its page."""
    from bot.demo import PEOPLE, fill
    from bot.simulator import Clock, Simulator

    database = open_database(settings.database_url)
    # Nine in the morning, so that nobody's quiet hours hide what a newcomer came to see.
    morning = instant_of(day_of(utc_now(), settings.zone), OPENING, settings.zone)
    clock = Clock(at=morning)
    simulator = Simulator(clock=clock, next_slot=lambda: database.read(next_moment))
    try:
        await fill(database, settings, clock.now)
        for person in PEOPLE:
            simulator.person(
                person.name,
                language=settings.language,
                id=person.telegram_id,
                label=person.label_zh if settings.language == "zh" else person.label_en,
                start="",
            )
        await simulator.start(port=port)
        tell(f"Linli runs with the simulator. Open {simulator.url}/?open=ana,kim")
        outside = {"bot_api_url": simulator.url, "bot_token": SecretStr(simulator.token)}
        connected = BotSettings.model_construct(**settings.model_dump() | outside)
        await serve(connected, on_stop, simulator.clock.now)
    finally:
        await simulator.stop()
        await database.close()

"""`linli simulate`: the product with the simulator in Telegram's place."""

from collections.abc import Callable
from datetime import time

from pydantic import SecretStr

from bot.commands.demo import PEOPLE, fill
from bot.commands.run import OnStop, serve
from bot.outside import utc_now
from bot.settings import BotSettings, Settings
from bot.simulator import Clock, Simulator
from storage.database import open_database
from storage.model.local_time import instant_of
from storage.model.period import day_of
from storage.queries.moments import next_moment

OPENING = time(9)  # when a simulation begins


async def simulate(
    settings: Settings, port: int, on_stop: OnStop, tell: Callable[[str], object]
) -> None:
    """Serve with the simulator in Telegram's place; `tell` gets the address of its page."""
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
                language=settings.default_language,
                id=person.telegram_id,
                label=person.label_zh if settings.default_language == "zh" else person.label_en,
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

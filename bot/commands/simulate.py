"""`linli simulate`: the product with the simulator in Telegram's place."""

import asyncio
import errno
import socket
from collections.abc import Callable
from datetime import time
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from bot.commands.demo import FIRST_ID, PEOPLE, fill, fill_with_year
from bot.commands.progress import bar
from bot.commands.run import OnStop, serve
from bot.outside import utc_now
from bot.settings import BotSettings, Settings
from bot.simulator import Clock, Simulator
from bot.simulator.control import Front, Guide
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.model.local_time import instant_of
from storage.model.period import day_of
from storage.queries.moments import next_moment
from storage.queries.nodes import communities
from storage.sqlite_file import forget

OPENING = time(9)  # when a simulation begins
TRIES = (("ana", "study"), ("bo", "suggest"), ("kim", "answer"))
NAMES = {"zh": "邻里", "en": "Linli"}  # what the bot is called there
_OTHERS = 20  # ports that are tried for one to offer
_HOST = "127.0.0.1"


class PortTaken(Exception):
    """Nobody can listen there; the message says what to do instead."""


def prepare(folder: Path, port: int) -> str:
    """Forget the last simulation on `port`, and return the address of its new, empty database.

    Raises PortTaken, and DatabaseProblem if somebody still uses the old one; nothing is lost then.
    """
    if (error := _cannot_listen(port)) is not None:
        if error.errno != errno.EADDRINUSE:
            raise PortTaken(f"port {port} cannot be used ({error.strerror}); name another: --port")
        others = (port + more for more in range(1, _OTHERS) if port + more <= 65_535)
        free = next((each for each in others if _cannot_listen(each) is None), None)
        raise PortTaken(
            f"port {port} is taken, perhaps by a simulation that runs already: open "
            f"http://{_HOST}:{port}/, or take another port: make run PORT={free or '…'}"
        )
    path = folder / f"simulator-{port}.db"
    forget(path)
    url = f"sqlite:///{path}"
    migrate(url)
    return url


def _cannot_listen(port: int) -> OSError | None:
    with socket.socket() as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as a server does
        try:
            trying.bind((_HOST, port))
            trying.listen()
        except OSError as error:
            return error
    return None


class _FirstReader:
    """Whoever opens the page first: the simulation is told in their language."""

    def __init__(self) -> None:
        self.language: str | None = None
        self.there = asyncio.Event()
        self.ready = asyncio.Event()  # what there is to see is there

    async def opened(self, language: str) -> None:
        self.language = self.language or language
        self.there.set()
        await self.ready.wait()


async def simulate(
    settings: Settings,
    port: int,
    on_stop: OnStop,
    tell: Callable[[str], object],
    *,
    year: bool = False,
) -> None:
    """Serve with the simulator in Telegram's place; `tell` gets the address of its page.

    People and what they wrote are in the language of whoever opens the page first, unless
    DEFAULT_LANGUAGE is set. With a `year` it begins with the demo year, in the weeks in which
    summaries are written; that takes a while and needs no reader, so it is in DEFAULT_LANGUAGE.
    """
    reader = _FirstReader()
    front = Front(opened=reader.opened)
    database = open_database(settings.database_url)
    # Nine in the morning, so that nobody's quiet hours hide what a newcomer came to see.
    today = day_of(utc_now(), settings.zone)
    today = today.replace(month=12, day=15) if year else today
    clock = Clock(at=instant_of(today, OPENING, settings.zone))
    next_slot = partial(database.read, next_moment)
    simulator = Simulator(clock=clock, next_slot=next_slot, front=front)
    try:
        if year:
            settings = await _with_year(simulator, database, settings)
        on_stop(reader.there)  # whoever stops it waits for no reader
        await simulator.start(port=port)
        tell(f"Linli runs with the simulator. Open {simulator.url}/?open=ana,kim")
        await reader.there.wait()
        if reader.language is None:
            return
        if "default_language" not in settings.model_fields_set:
            settings = settings.model_copy(update={"default_language": reader.language})
        front.guide = await _people(simulator, database, settings)
        reader.ready.set()
        token = SecretStr(simulator.token)
        outside = {"bot_api_url": simulator.url, "bot_token": token, "proxy_url": None}
        connected = BotSettings.model_construct(**settings.model_dump() | outside)
        await serve(connected, on_stop, simulator.clock.now)
    finally:
        await simulator.stop()
        await database.close()


async def _with_year(simulator: Simulator, database: Database, settings: Settings) -> Settings:
    """Fill the demo year; the settings, whose language is decided now."""
    from bot.demo.pictures import IDS, drawn  # loads Pillow

    with bar() as told:
        await fill_with_year(database, settings, 1, told, simulator.clock.now)
    for each in IDS:
        simulator.world.files.add("photo", drawn(each) or b"", file_id=each)
    simulator.world.crowd = range(FIRST_ID, FIRST_ID + 1_000_000)
    return settings.model_copy(update={"default_language": settings.default_language})


async def _people(simulator: Simulator, database: Database, settings: Settings) -> Guide:
    """Fill the district, if it is empty, and open everybody's phone; what a newcomer may try
    first."""
    await fill(database, settings, simulator.clock.now)
    simulator.world.bot.first_name = NAMES[settings.default_language]
    for person in PEOPLE:
        simulator.person(
            person.name,
            language=settings.default_language,
            id=person.telegram_id,
            label=person.label_zh if settings.default_language == "zh" else person.label_en,
            start="",
        )
    first = (await database.read(communities, 0)).items[0]
    return Guide(tries=TRIES, door=first.code)

"""The product without a pace, for what the engine can do: `python -m tests.benchmarks.unlimited`.

Settings refuse such a pace, as they should; everything else is what `python -m bot run` does. With
the argument `probe` it runs at the pace of the settings, writes a row all the time as a press would
do, and prints at its end how long each of these writes waited, in seconds.
"""

import asyncio
import gc
import json
import signal
import sys
import time
from typing import Any

from sqlalchemy import Connection, update

from bot.app import open_app
from bot.commands.run import serve
from bot.outside import utc_now
from bot.product import load_content
from bot.settings import BotSettings, read_settings
from storage.database import Database, open_database
from storage.tables import persons

_PACE = 100_000.0
_PROBE_EVERY = 0.005  # seconds


def main(arguments: list[str]) -> None:
    """Serve until SIGTERM."""
    settings = read_settings(BotSettings)
    if arguments == ["probe"]:
        asyncio.run(_serve_and_probe(settings))
    else:
        unlimited: Any = settings.model_dump() | {"pace_per_second": _PACE}
        asyncio.run(serve(BotSettings.model_construct(**unlimited), _stop_on_signal))


def _stop_on_signal(stop: asyncio.Event) -> None:
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)


async def _serve_and_probe(settings: BotSettings) -> None:
    database = open_database(settings.database_url)
    try:
        content = load_content(settings, utc_now)
        async with open_app(settings, database, content, utc_now) as app:
            stop = asyncio.Event()
            _stop_on_signal(stop)
            gc.freeze()
            async with asyncio.TaskGroup() as group:
                group.create_task(app.run(stop))
                waits = await group.create_task(_probe(database, stop))
        sys.stdout.write(json.dumps(waits) + "\n")
    finally:
        await database.close()


async def _probe(database: Database, stop: asyncio.Event) -> list[float]:
    waits = []
    while not stop.is_set():
        began = time.monotonic()
        await database.write(_touch)
        waits.append(time.monotonic() - began)
        await asyncio.sleep(_PROBE_EVERY)
    return waits


def _touch(connection: Connection) -> None:
    connection.execute(update(persons).where(persons.c.id == 1).values(paused=False))


if __name__ == "__main__":
    main(sys.argv[1:])

"""The Word document of a district: how long `linli report` takes to write it, of the demo year with
its twelve communities."""

import asyncio
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bot.commands.demo import fill_with_year
from bot.settings import Settings, read_settings
from storage.database import open_database
from storage.migrate import migrate
from tests.benchmarks.outcome import Miscounted, Outcome
from tests.benchmarks.processes import ROOT
from tests.bot.life import environment

MUST_SECONDS = 10.0
PLACES = 13  # the district and its communities
_NOW = datetime(2026, 12, 15, 1, tzinfo=UTC)


def run(rounds: int = 5) -> Outcome:
    """As an operator does it, the start of the command included."""
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'year.db'}"
        migrate(url)
        began = time.process_time()
        asyncio.run(_fill(url))
        filled = time.process_time() - began
        took = [_written(url, Path(name)) for _ in range(rounds)]
    seconds = median(took)
    return Outcome(
        "report",
        f"the Word document of the demo year: a district with all its communities, {PLACES} places"
        ", with their photos",
        f"≤ {MUST_SECONDS:.0f} s",
        f"{seconds:.1f} s (`linli demo --year` took {filled:.0f} s of processor to fill it)",
        seconds <= MUST_SECONDS,
        {"seconds": took, "filled": filled},
    )


async def _fill(url: str) -> None:
    settings = read_settings(Settings, _env_file=None, database_url=url, default_language="zh")
    database = open_database(url)
    try:
        await fill_with_year(database, settings, 1, now=lambda: _NOW)
    finally:
        await database.close()


def _written(url: str, folder: Path) -> float:
    command = [sys.executable, "-m", "bot", "report", "--year", "2026", "--out", "year.docx"]
    given = environment(DATABASE_URL=url) | {"PYTHONPATH": str(ROOT)}
    began = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=given, check=True, capture_output=True)
    took = time.monotonic() - began
    if f"{PLACES} places" not in done.stdout.decode():
        raise Miscounted(done.stdout.decode())
    with zipfile.ZipFile(folder / "year.docx") as file:
        if not any(name.startswith("word/media/") for name in file.namelist()):
            raise Miscounted("there are no photos in it")
    return took

"""A workbook of 100,000 records out of the database, and one of as many rows into it: how long it
takes, and how much more memory than a tenth of that.

`python -m tests.benchmarks.workbook out|in URL FILE` does one of them and prints what it took.
"""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.demo import fill
from bot.commands.exports import Wish as Export
from bot.commands.exports import export_figures
from bot.commands.ledger import Wish as Import
from bot.commands.ledger import import_workbook
from bot.settings import Settings, read_settings
from content.sheets.tables import head_of
from content.sheets.writing import Column, Kind, Workbook
from content.texts import load_texts
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.queries.nodes import communities
from tests.benchmarks.outcome import Miscounted, Outcome

ROWS = 100_000
MUST_SECONDS, MUST_MEGABYTES = 15.0, 32.0
_NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
_NOTE = "走访慰问困难家庭，送米面油，了解生活情况，登记需要帮助的事项"


def run(rows: int = ROWS, rounds: int = 3) -> Outcome:
    """`rounds` times in and out, of `rows` and of a tenth of them, each in a process of its own."""
    found = [_round(rows) for _ in range(rounds)]
    seconds = {way: median(each[way]["seconds"] for each in found) for way in ("out", "in")}
    more = {way: median(each[way]["more_megabytes"] for each in found) for way in ("out", "in")}
    return Outcome(
        "workbook",
        f"an xlsx of {rows:,} records with its charts, and one of {rows:,} rows imported; memory "
        "beside a tenth of that",
        f"out ≤ {MUST_SECONDS:.0f} s in flat memory (≤ {MUST_MEGABYTES:.0f} MB more)",
        f"out {seconds['out']:.1f} s, {more['out']:.0f} MB more; in {seconds['in']:.1f} s, "
        f"{more['in']:.0f} MB more",
        seconds["out"] <= MUST_SECONDS and more["out"] <= MUST_MEGABYTES,
        {"rounds": found},
    )


def _round(rows: int) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as name:
        few, many = (_in_and_out(Path(name) / str(n), n) for n in (rows // 10, rows))
    return {
        way: {
            "seconds": many[way]["seconds"],
            "more_megabytes": many[way]["megabytes"] - few[way]["megabytes"],
        }
        for way in ("in", "out")
    }


def _in_and_out(folder: Path, rows: int) -> dict[str, dict[str, float]]:
    folder.mkdir()
    url = f"sqlite:///{folder / 'bench.db'}"
    migrate(url)
    asyncio.run(_on(url, fill))
    written = folder / "in.xlsx"
    _write(written, rows)
    took = {"in": _alone("in", url, written), "out": _alone("out", url, folder / "out.xlsx")}
    if took["in"].pop("records") != rows or took["out"].pop("records") < rows:
        raise Miscounted(f"of {rows:,} rows some are missing")
    return took


def _write(path: Path, rows: int) -> None:
    """A ledger as staff would send it: each row is another."""
    texts = load_texts(ZoneInfo("Asia/Shanghai"), lambda: _NOW)
    kinds = {"day": Kind.DAY, "number": Kind.NUMBER}
    columns = ("day", "indicator", "number", "place", "note")
    heads = [Column(head_of(texts, "zh", c), 20, kinds.get(c, Kind.TEXT)) for c in columns]
    with Workbook(path, _NOW) as book:
        sheet = book.sheet("工作机制", heads)
        for n in range(rows):
            on = date(2026, 1, 1) + timedelta(days=n % 300)
            sheet.add(on, "走访慰问", Decimal(n % 7 + 1), f"{n % 40}号楼", f"{_NOTE} {n}")


def _alone(way: str, url: str, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.workbook", way, url, str(file)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    took: dict[str, float] = json.loads(found.stdout.splitlines()[-1])
    return took


async def _on(url: str, use: Any) -> Any:
    database = open_database(url)
    try:
        return await use(database, _settings(url))
    finally:
        await database.close()


def _settings(url: str) -> Settings:
    return read_settings(Settings, _env_file=None, database_url=url, default_language="zh")


async def _one(way: str, file: Path, database: Database, settings: Settings) -> int:
    [place, *_] = (await database.read(communities, 0)).items
    records = 0

    def told(done: int, _total: int | None) -> None:
        nonlocal records
        records = done

    if way == "in":
        wish = Import(file, place.code)
        report = await import_workbook(database, settings, wish, told, lambda: _NOW)
        return report.recorded or 0
    export = Export(place.code, "2026", file)
    await export_figures(database, settings, export, told, lambda: _NOW)
    return records


def _main(way: str, url: str, file: str) -> None:
    began = time.monotonic()
    records = asyncio.run(_on(url, partial(_one, way, Path(file))))
    took = {
        "seconds": time.monotonic() - began,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "records": records,
    }
    sys.stdout.write(json.dumps(took) + "\n")


if __name__ == "__main__":
    _main(*sys.argv[1:])

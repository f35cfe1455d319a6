"""The results: a JSON file for each row, and its line in the table of docs/benchmarks.md."""

import json
import os
import platform
import re
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.benchmarks.outcome import Outcome
from tests.benchmarks.processes import ROOT

RESULTS = Path(__file__).parent / "results"
DOCUMENT = ROOT / "docs" / "benchmarks.md"
_TABLE = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- end -->)", re.DOTALL)
_HEAD = "| row | what | must | measured | met | on | command |\n|---|---|---|---|---|---|---|\n"


def save(outcome: Outcome) -> Path:
    """Write the JSON of a row; returns its path."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{outcome.row}.json"
    content = {**asdict(outcome), "machine": machine(), "at": datetime.now(UTC).isoformat()}
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return path


def refresh(outcome: Outcome, order: list[str], document: Path = DOCUMENT) -> None:
    """Put the line of a row into the table; the other lines stay, in `order`."""
    text = document.read_text()
    found = _TABLE.search(text)
    lines = found[0].splitlines()[2:] if found else []
    known = {line.split("|")[1].strip(): line for line in lines}
    known[outcome.row] = line_of(outcome)
    table = _HEAD + "".join(known[row] + "\n" for row in order if row in known)
    document.write_text(_TABLE.sub(lambda _: table, text))


def line_of(outcome: Outcome) -> str:
    met = {True: "yes", False: "**no**", None: ""}[outcome.met]
    cells = (
        outcome.row,
        outcome.what,
        outcome.must,
        outcome.measured,
        met,
        f"{datetime.now(UTC):%Y-%m-%d}",
        f"`python -m tests.benchmarks {outcome.row}`",
    )
    return "| " + " | ".join(cells) + " |"


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "processors": os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_average": os.getloadavg(),
        "aiogram": version("aiogram"),
    }


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    text = path.read_text() if path.exists() else ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1] if found else platform.processor()

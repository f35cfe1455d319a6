"""The results: a JSON file for each row, and its line in the table of docs/benchmarks.md."""

import json
import os
import platform
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.benchmarks import ages
from tests.benchmarks.outcome import Outcome
from tests.benchmarks.processes import ROOT

RESULTS = Path(__file__).parent / "results"
DOCUMENT = ROOT / "docs" / "benchmarks.md"
_TABLE = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- end -->)", re.DOTALL)
_COLUMNS = ("row", "what", "must", "measured", "met", "on", "at commit", "today", "command")
_HEAD = f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}\n"
_COMMIT, _TODAY = _COLUMNS.index("at commit"), _COLUMNS.index("today")


def save(outcome: Outcome) -> Path:
    """Write the JSON of a row; returns its path."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{outcome.row}.json"
    at = {"at": datetime.now(UTC).isoformat(), "commit": ages.now(outcome.row)}
    content = {**asdict(outcome), "machine": machine(), **at}
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return path


def refresh(outcome: Outcome, order: list[str], document: Path = DOCUMENT) -> None:
    """Put the line of a row into the table; the other lines stay, in `order`, marked anew."""
    text = document.read_text()
    lines = {**lines_of(text), outcome.row: line_of(outcome)}
    document.write_text(_with(text, [lines[row] for row in order if row in lines]))


def marked(text: str) -> str:
    """The document with every row marked that was measured on code that has changed since."""
    return _with(text, [*lines_of(text).values()])


def lines_of(text: str) -> dict[str, str]:
    """The lines of the table, by row."""
    found = _TABLE.search(text)
    lines = found[0].splitlines()[2:] if found else []
    return {_cells(line)[0]: line for line in lines}


def _with(text: str, lines: list[str]) -> str:
    table = _HEAD + "".join(_marked(line) + "\n" for line in lines)
    return _TABLE.sub(lambda _: table, text)


def _marked(line: str) -> str:
    cells = _cells(line)
    cells[_TODAY] = f"**{ages.OLD}**" if ages.changed(cells[0], cells[_COMMIT]) else "the same"
    return _line(cells)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def line_of(outcome: Outcome) -> str:
    met = {True: "yes", False: "**no**", None: ""}[outcome.met]
    cells = (
        outcome.row,
        outcome.what,
        outcome.must,
        outcome.measured,
        met,
        f"{datetime.now(UTC):%Y-%m-%d}",
        ages.now(outcome.row),
        "",
        f"`python -m tests.benchmarks {outcome.row}`",
    )
    return _line(cells)


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

"""The short commands: how long they take, and that they do without aiogram."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks import prefill
from tests.benchmarks.outcome import Outcome
from tests.benchmarks.processes import environment

COMMANDS = ("--help", "migrate")
# Runs the command line as `linli` does and tells on standard error whether aiogram was imported.
_RUN = """
import sys
sys.argv[0] = "linli"
from bot.cli import main
try:
    main()
finally:
    sys.stderr.write("aiogram" if "aiogram" in sys.modules else "lean")
"""


def run(rounds: int = 5) -> Outcome:
    """Each command `rounds` times on a current database, after one to warm up."""
    with tempfile.TemporaryDirectory() as name:
        url = prefill.new_database(Path(name), members=1000)
        found = {command: _measure(Path(name), url, command, rounds) for command in COMMANDS}
    lean = all(each["without_aiogram"] for each in found.values())
    times = ", ".join(f"`linli {c}` {median(found[c]['seconds']):.2f} s" for c in COMMANDS)
    return Outcome(
        "commands",
        "short commands, and whether aiogram stays out of them",
        "aiogram is not imported",
        f"{times}; aiogram {'not ' if lean else ''}imported",
        lean,
        {"commands": found},
    )


def _measure(folder: Path, url: str, command: str, rounds: int) -> dict[str, Any]:
    seconds, lean = [], True
    for _ in range(rounds + 1):
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", _RUN, command],
            cwd=folder,
            env=environment(DATABASE_URL=url),
            check=True,
            timeout=60,
            capture_output=True,
            text=True,
        )
        seconds.append(time.monotonic() - began)
        lean = lean and done.stderr.endswith("lean")
    return {"seconds": seconds[1:], "without_aiogram": lean}

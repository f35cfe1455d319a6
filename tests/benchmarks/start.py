"""Cold start: from the start of the process to its first getUpdates, against what aiogram alone
takes to be imported and make a dispatcher."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.benchmarks import prefill
from tests.benchmarks.outcome import Outcome, ratios
from tests.benchmarks.processes import Server, environment, load_server, product

MUST = 1.15
_PEER = "import aiogram; aiogram.Dispatcher()"


def run(rounds: int = 9) -> Outcome:
    """`rounds` starts of each in turn, after one to warm up (compiled modules, the file cache)."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = prefill.new_database(folder, members=1000)
        with load_server(folder) as server:
            for _ in range(rounds + 1):
                ours.append(_start(folder, server, url))
                theirs.append(_start_peer(folder))
    ours, theirs = ours[1:], theirs[1:]
    ratio = ratios(ours, theirs)
    return Outcome(
        "start",
        "cold start to the first getUpdates ÷ importing aiogram and making a dispatcher",
        f"≤ {MUST} ×",
        f"{ratio['median']:.2f} × ({ratio['lowest']:.2f} to {ratio['highest']:.2f}): "
        f"{median(ours):.2f} s against {median(theirs):.2f} s",
        ratio["median"] <= MUST,
        {"product_seconds": ours, "peer_seconds": theirs, "ratio": ratio},
    )


def _start(folder: Path, server: Server, url: str) -> float:
    began = time.monotonic()
    with product(folder, server, url) as bot:
        return bot.polled_at - began


def _start_peer(folder: Path) -> float:
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", _PEER], cwd=folder, env=environment(), check=True, timeout=60
    )
    return time.monotonic() - began

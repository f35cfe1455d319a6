"""One person's ten thousand messages, and others who press between them and behind them: how long
these wait. Everything is there at once, as after a time in which the bot was away; on both
databases, through the whole product."""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.benchmarks import prefill
from tests.benchmarks.outcome import Outcome, measured
from tests.benchmarks.press import product_round
from tests.benchmarks.processes import load_server, product
from tests.conftest import new_postgres

MUST = 1.0
_WARM_UP = 100
# How far apart they were written: as fast as they come, or so slowly that all of it is read.
WAYS = {"at once": 0.0, "two a second": 0.5}


def run(messages: int = 10_000, others: int = 200) -> Outcome:
    """An other's press waits from when it was there, as all of it was, to its answer."""
    found: dict[str, Any] = {}
    for way, apart in WAYS.items():
        with ExitStack() as kept:
            folder = Path(kept.enter_context(tempfile.TemporaryDirectory()))
            found[f"{way}, SQLite"] = measure(folder, messages, others, apart)
            if server := os.environ.get("TEST_DATABASE_URL"):
                url = kept.enter_context(new_postgres(server, "flood"))
                other = Path(kept.enter_context(tempfile.TemporaryDirectory()))
                found[f"{way}, PostgreSQL"] = measure(other, messages, others, apart, url)
    waits = {name: each["answer_seconds"] for name, each in found.items()}
    told = [
        f"{name}: p50 {each['p50']:.2f} s, max {each['max']:.2f} s" for name, each in waits.items()
    ]
    return Outcome(
        "flood",
        f"{others} people press among one person's {messages:,} messages and behind them, all "
        "there at once: wait for an answer",
        f"max ≤ {MUST:g} s",
        "; ".join(told),
        all(each["max"] <= MUST for each in waits.values()),
        found,
    )


def measure(
    folder: Path, messages: int, others: int, apart: float, url: str | None = None
) -> dict[str, Any]:
    """Raises Miscounted if not everybody else was answered once."""
    url = prefill.new_database(folder, max(_WARM_UP, others) + 1, url=url)
    with load_server(folder) as server, product(folder, server, url) as bot:
        measured(bot, lambda: product_round(server, _WARM_UP, number=0))
        return measured(
            bot,
            lambda: server.round(
                _among(messages, others),
                {"answerCallbackQuery": others},
                texts=prefill.shown_texts(),
                rate=1e9,  # all of it is there at once, and waits from then on
                apart=apart,
                deadline=300,
            ),
        )


def _among(messages: int, others: int) -> list[tuple[int, str, int | None]]:
    """The one person's messages in as many parts as there are others, one of whom presses behind
    each."""
    one = prefill.FIRST_PERSON + others
    presses = prefill.presses(others, prefill.items()[1], 2)
    said: list[tuple[int, str, int | None]] = []
    for n, press in enumerate(presses):
        part = range(messages * n // others, messages * (n + 1) // others)
        said += [(one, f"路灯又坏了，第 {i} 次", None) for i in part]
        said.append(press)
    return said

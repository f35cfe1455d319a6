"""A minute of presses at a steady rate, whether or not the earlier ones were answered, and
everything counted at the end: in the answers and in the database."""

import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks import prefill
from tests.benchmarks.outcome import Outcome, measured
from tests.benchmarks.press import check_effects, product_round
from tests.benchmarks.processes import ceiling, load_server, product

MUST_P99 = 1.0
_WARM_UP = 500


def run(rate: int = 1000, seconds: int = 60) -> Outcome:
    """Presses become available to the bot `rate` a second; a press waits from that moment on."""
    with tempfile.TemporaryDirectory() as name:
        details = measure(Path(name), rate, seconds)
    waits = details["steady"]["answer_seconds"]
    return Outcome(
        "steady",
        f"{rate:,} presses a second for {seconds} s, none lost: wait for an answer",
        f"p99 ≤ {MUST_P99:g} s",
        f"p50 {waits['p50']:.3f} s, p99 {waits['p99']:.3f} s, max {waits['max']:.3f} s; "
        f"{rate * seconds:,} of {rate * seconds:,} took effect",
        waits["p99"] <= MUST_P99,
        details,
    )


def measure(folder: Path, rate: int, seconds: int) -> dict[str, Any]:
    """Half of the presses are on one item, half on one event, each by another person."""
    presses = rate * seconds
    url = prefill.new_database(folder, presses)
    found: dict[str, Any] = {"rate": rate, "seconds": seconds}
    with load_server(folder) as server, product(folder, server, url) as bot:
        measured(bot, lambda: product_round(server, _WARM_UP, number=1))
        updates = prefill.presses(presses, prefill.items()[0], 1)
        found["steady"] = measured(
            bot,
            lambda: server.round(
                updates,
                {"answerCallbackQuery": presses, "editMessageText": presses},
                texts=prefill.shown_texts(),
                rate=rate,
                deadline=seconds * 4 + 30,
            ),
        )
        found["server_ceiling_per_second"] = ceiling(folder, server)
    found["effects"] = prefill.effects(url)
    check_effects(found["effects"], presses + _WARM_UP)
    return found

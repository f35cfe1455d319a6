"""How long people wait for an answer while a push runs at the limit, against an idle bot.

Half of them press a button, half send a command, whose answer counts against the limit too. All
questions come at a steady rate, from residents, who get no push. A question waits from the moment
it was available to the answering call.
"""

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks import prefill, pushing
from tests.benchmarks.outcome import Miscounted, Outcome, ratios
from tests.benchmarks.processes import HANG, LimitedServer, limited_server

MUST = 1.25
LIMITS = (30, 1000)
COMMAND = "/help"
_EVERY_SECOND = 20  # questions


def run(seconds: int = 20, rounds: int = 5) -> Outcome:
    """In each round `seconds` of questions to the idle bot, then as many while it pushes."""
    with tempfile.TemporaryDirectory() as name:
        details = {str(limit): measure(Path(name), limit, seconds, rounds) for limit in LIMITS}
    for found in details.values():
        found["ratio"] = ratios(
            [each["pushing"]["p99"] for each in found["rounds"]],
            [each["idle"]["p99"] for each in found["rounds"]],
        )
    return Outcome(
        "replies",
        f"p99 of the wait for an answer, {_EVERY_SECOND} questions a second, while a push runs at "
        "the limit ÷ idle",
        f"≤ {MUST} ×",
        "; ".join(_told(limit, found) for limit, found in details.items()),
        all(found["ratio"]["median"] <= MUST for found in details.values()),
        details,
    )


def measure(folder: Path, limit: int, seconds: int, rounds: int) -> dict[str, Any]:
    """Raises Miscounted if a question stays without an answer, or a push ended too early."""
    questions = _EVERY_SECOND * seconds
    members = limit * (seconds + 5)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        own = Path(name)
        url = pushing.new_database(own, members, residents=questions * (2 * rounds + 1))
        found: dict[str, Any] = {"limit": limit, "questions": questions, "rounds": []}
        with limited_server(own) as server, pushing.running(own, server, url, limit):
            server.begin(limit)
            _ask(server, 0, questions)  # warms up
            for number in range(rounds):
                idle = _ask(server, 2 * number + 1, questions)
                before = server.result()["accepted"]
                pushing.begin(url)
                server.wait(HANG, accepted=before + limit)  # it runs
                busy = _ask(server, 2 * number + 2, questions)
                if not pushing.waiting(url):
                    raise Miscounted("the push ended before the questions")
                server.wait(HANG, accepted=before + members + questions // 2)
                found["rounds"].append({"idle": idle, "pushing": busy})
            found["server"] = server.result()
        return found


def _ask(server: LimitedServer, number: int, questions: int) -> dict[str, Any]:
    """Round `number` of questions, each by another person; returns how long they waited."""
    first = pushing.FIRST_RESIDENT + number * questions
    item = prefill.items()[0]
    asked: list[tuple[int, str, int | None]] = [
        (first + i, COMMAND, None) if i % 2 else (first + i, f"done:{prefill.COURSE}:{item}", 0)
        for i in range(questions)
    ]
    half = questions // 2
    found = server.round(
        asked,
        {"answerCallbackQuery": half, "editMessageText": half, "sendMessage": half},
        texts=prefill.shown_texts(),
        rate=_EVERY_SECOND,
        deadline=questions / _EVERY_SECOND * 2 + 30,
    )
    if found["missing"] or found["answered"] != questions:
        raise Miscounted(f"not every question was answered: {found}")
    waits: dict[str, Any] = found["answer_seconds"]
    return waits


def _told(limit: str, found: dict[str, Any]) -> str:
    ratio = found["ratio"]
    busy = median(each["pushing"]["p99"] for each in found["rounds"])
    idle = median(each["idle"]["p99"] for each in found["rounds"])
    return (
        f"{int(limit):,}/s: {ratio['median']:.2f} × ({ratio['lowest']:.2f} to "
        f"{ratio['highest']:.2f}), {busy * 1000:.0f} ms against {idle * 1000:.0f} ms"
    )

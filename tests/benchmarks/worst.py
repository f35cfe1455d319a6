"""The update that costs most to route: several that pass every router, against a bare aiogram
dispatcher that only answers a message. The slowest of them is what counts."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import parse_qs

from tests.benchmarks import prefill
from tests.benchmarks.outcome import Miscounted, Outcome, measured, ratios
from tests.benchmarks.processes import Server, ceiling, load_server, peer, product

MUST = 0.3
_TEXT = "楼道里的灯坏了,晚上很黑"
_MESSAGE = {"sendMessage": 1}
_PRESS = {"answerCallbackQuery": 1}
# What is said, whether it is pressed, whether by those in a form, the calls that it causes.
CANDIDATES: dict[str, tuple[str, bool, bool, dict[str, int]]] = {
    "text within a form": (_TEXT, False, True, _MESSAGE),
    "unknown command within a form": ("/nonsense", False, True, {"sendMessage": 2}),
    "unknown button": ("nonsense:1", True, False, _PRESS | _MESSAGE),
    "button of a form that is over": ("000000\x1dcategory:repairs", True, True, _PRESS),
    "refused press": ("done:withdrawn:withdrawn", True, False, _PRESS),
    "text outside a form": (_TEXT, False, False, _MESSAGE),
    "unknown command": ("/nonsense", False, False, _MESSAGE),
    "command that opens a form": ("/suggest", False, False, _MESSAGE),
    "command that ends a form": ("/cancel", False, False, _MESSAGE),
}


def run(members: int = 500, rounds: int = 5) -> Outcome:
    """`members` say each thing once in each of `rounds` rounds, after one to warm up."""
    with tempfile.TemporaryDirectory() as name:
        details = measure(Path(name), members, rounds)
    theirs = details["peer_per_second"]
    found = {
        what: ratios([each[what]["per_second"] for each in details["rounds"]], theirs)
        for what in CANDIDATES
    }
    worst = min(found, key=lambda what: found[what]["median"])
    ratio = found[worst]
    speed = median(each[worst]["per_second"] for each in details["rounds"])
    return Outcome(
        "worst",
        "the worst-routed update ÷ a bare aiogram dispatcher that only answers",
        f"≥ {MUST} ×",
        f"{ratio['median']:.2f} × ({ratio['lowest']:.2f} to {ratio['highest']:.2f}), {worst}: "
        f"{speed:,.0f} against {median(theirs):,.0f} updates/s",
        ratio["median"] >= MUST,
        {"ratios": found, **details},
    )


def measure(folder: Path, members: int, rounds: int) -> dict[str, Any]:
    url = prefill.new_database(folder, 2 * members)  # half of them are in a form
    found: dict[str, Any] = {"updates_in_a_round": members, "rounds": []}
    with load_server(folder) as our_server, load_server(folder) as their_server:
        open_forms(folder, our_server, url, members)
        with product(folder, our_server, url) as us, peer(folder, their_server, "message") as them:
            for number in range(rounds + 1):
                results = {
                    what: measured(us, _round(our_server, what, members)) for what in CANDIDATES
                }
                results["peer"] = measured(them, _peer_round(their_server, members))
                if number:  # the first one warms up
                    found["rounds"].append(results)
            found["server_ceiling_per_second"] = ceiling(folder, our_server)
    found["effects"] = prefill.effects(url)
    if found["effects"]["unhandled"] or found["effects"]["set_aside"]:
        raise Miscounted(f"left over: {found['effects']}")
    found["peer_per_second"] = [each["peer"]["per_second"] for each in found["rounds"]]
    return found


def _round(server: Server, what: str, members: int) -> Callable[[], dict[str, Any]]:
    said, pressed, in_form, calls = CANDIDATES[what]
    everybody = prefill.everybody(2 * members, said, 0 if pressed else None)
    updates = everybody[:members] if in_form else everybody[members:]
    expect = {name: count * members for name, count in calls.items()}
    return lambda: server.round(updates, expect, texts=prefill.shown_texts(), deadline=60)


def _peer_round(server: Server, members: int) -> Callable[[], dict[str, Any]]:
    updates = prefill.everybody(members, _TEXT, None)
    return lambda: server.round(updates, {"sendMessage": members})


def open_forms(folder: Path, server: Server, url: str, members: int) -> None:
    """Put `members` in the middle of a suggestion: the first goes there, the rest are copies."""
    with product(folder, server, url):
        first = prefill.FIRST_PERSON
        shown = server.round([(first, "/suggest", None)], {"sendMessage": 1}, deadline=20)
        data = _first_button(shown["last_bodies"]["sendMessage"])
        expect = {"editMessageText": 1, "answerCallbackQuery": 1}
        server.round([(first, data, 0)], expect, texts=prefill.shown_texts(), deadline=20)
    prefill.copy_conversation(url, members)


def _first_button(body: str) -> str:
    """What the first button of a sent message carries; the body is JSON, or a web form."""
    sent = (
        json.loads(body) if body.startswith("{") else {k: v[0] for k, v in parse_qs(body).items()}
    )
    markup = sent["reply_markup"]
    if isinstance(markup, str):
        markup = json.loads(markup)
    return str(markup["inline_keyboard"][0][0]["callback_data"])

"""`kill -9` at random moments of a push: what is lost, what comes twice.

Each life of the bot ends at a moment that a seed chooses; the last one finishes the push. What the
server accepted is compared with what the database says. A message in flight at a kill may come
twice (the kill is blamed that ended the life in which it came before), unless the push is marked
*at most once*: then it may be missing, and is listed as unsure.
"""

import random
import tempfile
import time
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.benchmarks import pushing
from tests.benchmarks.outcome import Outcome
from tests.benchmarks.processes import HANG, LimitedServer, limited_server
from tests.benchmarks.together import at_once, in_turn

SEED = 20261123
KILLS = 20
MOST_TWICE = {30: 2, 1000: 100}  # a kill
_LONGEST_LIFE = 3.0  # seconds from the first poll to the kill
_SETTLE = 2.0
_ENOUGH = 2.0  # times what can be sent before the last kill


def run(kills: int = KILLS) -> Outcome:
    """So many kills at each limit, at least once and at most once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = []
        for limit, together in ((30, at_once), (1000, in_turn)):
            runs += together(
                *(partial(measure, folder, limit, once, kills) for once in (False, True))
            )
    return Outcome(
        "kill",
        f"`kill -9` at {kills} random moments of a push, at 30/s and 1,000/s",
        "0 lost; twice ≤ 2 a kill at 30/s, ≤ 100 at 1,000/s; at most once: 0 twice, "
        "all unsure listed",
        "; ".join(map(_told, runs)),
        all(map(_met, runs)),
        {"seed": SEED, "runs": runs},
    )


def measure(folder: Path, limit: int, at_most_once: bool, kills: int) -> dict[str, Any]:
    """One push that outlives so many kills."""
    chance = random.Random(f"{SEED} {limit} {at_most_once}")
    lives = [chance.uniform(0, _LONGEST_LIFE) for _ in range(kills)]
    members = int(limit * (sum(lives) + _ENOUGH * _LONGEST_LIFE))
    with tempfile.TemporaryDirectory(dir=folder) as name:
        own = Path(name)
        url = pushing.new_database(own, members)
        pushing.owe(url, pushing.begin(url, at_most_once=at_most_once))
        with limited_server(own) as server:
            server.begin(limit)
            accepted_by = [_live(own, server, url, limit, seconds) for seconds in lives]
            with pushing.running(own, server, url, limit):
                _finish(server, url, members / limit)
            found = server.result()
            accepted = server.ledger().keys()
        kept = pushing.left(url)
    everybody = set(pushing.members(members))
    missing = everybody - accepted
    return {
        "limit": limit,
        "at_most_once": at_most_once,
        "messages": members,
        "lives": lives,
        "lost": len(missing - kept.unsure) if at_most_once else len(missing),
        "twice": found["twice"],
        "twice_after_each_kill": [
            sum(first <= before < last for before in found["repeats_of"])
            for first, last in pairwise([0, *accepted_by])
        ],
        "missing_but_listed": len(missing & kept.unsure),
        "strangers": len(accepted - everybody),
        "refused": found["refused"],
        "database": kept.as_json(),
    }


def _live(folder: Path, server: LimitedServer, url: str, limit: int, seconds: float) -> int:
    """One life of the bot; returns how many messages were accepted by its end."""
    with pushing.running(folder, server, url, limit) as bot:
        time.sleep(seconds)
        bot.kill()
    return int(server.result()["accepted"])


def _finish(server: LimitedServer, url: str, seconds: float) -> None:
    """Wait until nothing is owed any more."""
    deadline = time.monotonic() + HANG + 2 * seconds
    while pushing.waiting(url) and time.monotonic() < deadline:
        time.sleep(0.5)
    server.wait(_SETTLE)


def _met(found: dict[str, Any]) -> bool:
    most = 0 if found["at_most_once"] else MOST_TWICE[found["limit"]]
    after = found["twice_after_each_kill"]
    blamed = max([*after, 0]) <= most and sum(after) == found["twice"]
    sums = found["database"]["states"] == found["database"]["counted"]
    return not found["lost"] and not found["strangers"] and blamed and sums


def _told(found: dict[str, Any]) -> str:
    worst = max([*found["twice_after_each_kill"], 0])
    text = f"{found['limit']:,}/s: {found['lost']} lost, {found['twice']} twice"
    if found["at_most_once"]:
        listed = found["missing_but_listed"]
        return f"{text} at most once ({listed} did not come, {found['database']['unsure']} listed)"
    return f"{text} (at most {worst} a kill)"

"""Memory of a push to a million people, and whether its end costs more than its beginning.

Everything is owed already; the product stands idle, then the push runs at engine speed. Growth is
the most memory that the process holds from then on, less what it held when idle.
"""

import tempfile
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.benchmarks import pushing
from tests.benchmarks.outcome import Miscounted, Outcome
from tests.benchmarks.processes import Bot, limited_server

MUST_MEGABYTES = 16.0
MUST_COST = 1.1
_IDLE = 5.0  # seconds
_EVERY = 0.5
_PER_MESSAGE = 0.005  # seconds: far slower than it is, a bound only
_MEGABYTE = 1 << 20


def run(large: int = 1_000_000, small: int = 100_000) -> Outcome:
    """A push to `small` people, then one to `large`. One run each: the large takes ten minutes."""
    with tempfile.TemporaryDirectory() as name:
        details = {str(members): measure(Path(name), members) for members in (small, large)}
    ours, less = details[str(large)], details[str(small)]
    cost = ours["last_cost"]
    return Outcome(
        "memory",
        f"memory that a push to {large:,} people takes, and its last 1 % ÷ its first",
        f"≤ {MUST_MEGABYTES:g} MB growth; last 1 % ≤ {MUST_COST} ×",
        f"{ours['growth']:.1f} MB ({less['growth']:.1f} MB for {small:,}) on "
        f"{ours['idle']:.0f} MB idle; last 1 % {cost:.2f} ×; {ours['per_second']:,.0f} messages/s",
        max(ours["growth"], less["growth"]) <= MUST_MEGABYTES and cost <= MUST_COST,
        details,
    )


def measure(folder: Path, members: int) -> dict[str, Any]:
    """Raises Miscounted if a message is lost or comes twice."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        own = Path(name)
        url = pushing.new_database(own, members)
        broadcast_id = pushing.begin(url, paused=True)
        pushing.owe(url, broadcast_id)
        with limited_server(own) as server:
            server.begin(None, latency=0)
            with pushing.running(own, server, url, None) as bot:
                server.wait(_IDLE)
                with Watch(bot) as watch:
                    pushing.resume(url, broadcast_id)
                    server.wait(60 + members * _PER_MESSAGE, accepted=members)
                    server.wait(_IDLE)
            found = server.result()
        kept = pushing.left(url, broadcast_id)
    if found["twice"] or not found["messages"] == kept.sent == members:
        raise Miscounted(f"{found['messages']} of {members} came, {kept.as_json()}")
    hundredths = [b - a for a, b in pairwise([0.0, *found["hundredths_at"]])]
    return {
        "idle": watch.megabytes[0],
        "growth": max(watch.megabytes) - watch.megabytes[0],
        "megabytes": watch.megabytes,
        "last_cost": hundredths[-1] / hundredths[0],
        "seconds_of_hundredths": hundredths,
        "per_second": members / found["seconds"],
        "server_cpu_share": found["server_cpu_share"],
    }


class Watch:
    """Looks at a process's memory again and again while the block runs."""

    def __init__(self, bot: Bot) -> None:
        self.megabytes = [bot.resident_bytes() / _MEGABYTE]
        self._bot = bot
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            self.megabytes.append(self._bot.resident_bytes() / _MEGABYTE)

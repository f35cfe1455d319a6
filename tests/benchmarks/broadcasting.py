"""Runs the peers: each sends the same message through a limited server of its own."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.benchmarks.processes import HANG, LimitedServer, limited_server, process
from tests.benchmarks.together import at_once

_MORE = 2  # seconds of messages more than a peer can send, so that it never runs out


@dataclass(frozen=True, slots=True)
class Peer:
    """`label` is what the tables call it; `needs` the package without which it is skipped."""

    module: str
    label: str
    needs: str = "aiogram"

    @property
    def missing(self) -> str | None:
        """Why it cannot run here, or None."""
        if find_spec(self.needs) is not None:
            return None
        return f"skipped: {self.needs} is not installed (pip install -e '.[bench]')"


PEERS = (
    Peer("loop", "aiogram's loop"),
    Peer("gather", "gather"),
    Peer("chunks", "chunk-and-sleep"),
    Peer("limiter", "aiolimiter", "aiolimiter"),
    Peer("ptb", "python-telegram-bot", "telegram"),
    Peer("broadcaster", "aiogram-broadcaster", "aiogram_broadcaster"),
)


@contextlib.contextmanager
def sending(
    folder: Path, server: LimitedServer, module: str, messages: int, limit: int
) -> Iterator[list[str]]:
    """A peer that sends; with the block it is ended, and what it gave up stands in the list."""
    module = f"tests.benchmarks.peers.{module}"
    arguments = ("-m", module, server.address, str(messages), str(limit))
    given_up: list[str] = []
    with process(folder, *arguments) as child:
        yield given_up
        child.terminate()
        assert child.stdout is not None
        given_up += child.stdout.read().splitlines()


def skipped() -> dict[str, str]:
    """The peers that cannot run here, and why."""
    return {peer.label: peer.missing for peer in PEERS if peer.missing}


def told_of_skipped(reasons: dict[str, str]) -> str:
    """What a line of the table says about peers that could not run; nothing if all could."""
    return "".join(f"; {label} {reason}" for label, reason in reasons.items())


def measure_all(
    folder: Path,
    limits: list[tuple[float, float]],
    penalty: float,
    seconds: int,
    side_by_side: int = 1,
) -> dict[str, dict[str, Any]]:
    """What each of the peers gets through, so many at once."""
    ready = [peer for peer in PEERS if not peer.missing]
    found: list[dict[str, Any]] = []
    for first in range(0, len(ready), side_by_side):
        some = ready[first : first + side_by_side]
        found += at_once(
            *(partial(measure, folder, peer, limits, penalty, seconds) for peer in some)
        )
    return {peer.label: each for peer, each in zip(ready, found, strict=True)}


def measure(
    folder: Path,
    peer: Peer,
    limits: list[tuple[float, float]],
    penalty: float,
    seconds: int,
) -> dict[str, Any]:
    """What `peer` gets through in `seconds` from its first message, told the first of the limits.

    It is ended then, whether or not it would have gone on: what was given up until then is lost.
    """
    highest = int(limits[0][1])
    with limited_server(folder) as server:
        server.begin(*limits, penalty=penalty)
        messages = highest * (seconds + _MORE)
        with sending(folder, server, peer.module, messages, highest) as given_up:
            found = server.wait(HANG + seconds, seconds=seconds)
    found["lost"] = len(given_up)
    return found

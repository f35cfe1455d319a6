"""What a benchmark found."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from tests.benchmarks.processes import Bot


@dataclass(slots=True)
class Outcome:
    """One line of the table. `met` is None where nothing is demanded."""

    row: str
    what: str
    must: str
    measured: str
    met: bool | None
    details: dict[str, Any] = field(default_factory=dict)


def ratios(ours: list[float], theirs: list[float]) -> dict[str, float]:
    """Rounds were run in turn, so each of ours is compared with its own neighbour."""
    each = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    return {"median": median(each), "lowest": each[0], "highest": each[-1]}


class Miscounted(Exception):
    """Calls or effects are missing, or there are too many: nothing was measured."""


def measured(bot: Bot, play: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A round in which every call came, once, with the processor time that an update cost `bot`.

    Raises Miscounted.
    """
    before = bot.cpu_seconds()
    result = play()
    if result["missing"] or result["duplicates"]:
        raise Miscounted(f"not every call came once: {result}")
    del result["last_bodies"]
    result["cpu_microseconds"] = (bot.cpu_seconds() - before) / result["updates"] * 1e6
    return result

"""A chart before it is drawn: what stands in it, in words and lengths.

Lengths are shares of what is whole, from 0: of a target, of the most there is. What is not there
has no length (None); that is no 0, and looks different.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

REACH = Decimal("1.25")  # how much of a target an axis shows; what is more is cut, and marked


class Look(Enum):
    """How a bar looks: each differs by its pattern, too, not by its colour alone."""

    COUNTED = "counted"  # compared with nothing planned
    ON_PLAN = "on_plan"
    NEARLY = "nearly"
    BEHIND = "behind"
    ALONE = "alone"  # a number with nothing to compare it with: a thin line
    MISSING = "missing"  # no number: an empty frame of dashes
    TO_COME = "to_come"  # nothing at all


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart.

    `name` and `said` are in words: what it is, and how much. `length` is that of the bar, `due`
    where it should end by now, `before` how long it was a year ago. `beside` are more words, in
    small letters.
    """

    name: str
    said: str
    look: Look
    length: Decimal | None = None
    due: Decimal | None = None
    before: Decimal | None = None
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars below each other, with a title and what it is about above them, and below them what the
    looks mean and up to when the figures go.

    `planned`: a length of 1 is what is planned; else it is the longest that there is. `nothing`:
    nothing at all is recorded, which the head says, too.
    """

    title: str
    head: str
    bars: Sequence[Bar]
    key: "Key"
    foot: str
    planned: bool = False
    nothing: bool = False

    @property
    def axis(self) -> Decimal:
        """The length that fills the width."""
        return REACH if self.planned else Decimal(1)


@dataclass(frozen=True, slots=True)
class Key:
    """What the looks and marks of a chart are called; only those that stand in it are drawn."""

    looks: Sequence[tuple[Look, str]]
    target: str
    due: str
    before: str


def shares(values: Sequence[Decimal | None]) -> list[Decimal | None]:
    """Each value as a share of the largest; all are 0 where that is."""
    most = max((each for each in values if each is not None), default=Decimal(0))
    return [None if each is None else each / most if most else Decimal(0) for each in values]

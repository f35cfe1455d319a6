"""What an annual summary is made of: the figures of a place and year, and what is behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from storage.model.closing import ClosedYear
from storage.model.figure import Figure
from storage.model.node import Node
from storage.model.plan import Target
from storage.model.score import Score

LISTED = 100  # of what a summary lists at most; how many more there are, is said


@dataclass(frozen=True, slots=True)
class Done:
    """A suggestion that was carried out: its number, where, its words, and what was answered."""

    number: str
    place: str
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class Held:
    """An event that took place: on a day of the district's zone, and how many came."""

    on: date
    title: str
    category: str
    place: str
    came: int
    by_hand: bool = False  # recorded afterwards


@dataclass(frozen=True, slots=True)
class Summary:
    """The year of a node, up to the day `until`, all by indicator.

    `targets` and `next_targets` have no line for what nobody planned. `done` and `held` are the
    first of `done_in_all` and `held_in_all`; `unconfirmed`: how many events have begun besides, of
    which nobody said that they took place. `score`: of a community, its assessment. Of a year
    that is `closed` (or a last year that is), figures and targets are those that were closed.
    """

    node: Node
    year: int
    until: date
    figures: Mapping[str, Figure]
    last_year: Mapping[str, Figure]
    targets: Mapping[str, Target]
    next_targets: Mapping[str, Target]
    done: Sequence[Done]
    done_in_all: int
    held: Sequence[Held]
    held_in_all: int
    unconfirmed: int
    score: Score | None = None
    closed: ClosedYear | None = None

"""What an annual summary is made of: the figures of a place and year, and what is behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from storage.model.closing import ClosedYear
from storage.model.figure import Figure
from storage.model.node import Node
from storage.model.plan import Target
from storage.model.refusal import Refusal
from storage.model.score import Score

LISTED = 100  # of what a summary lists at most; how many more there are, is said
# Photos in a document, and of one place in it: three rows of two fit on a page, and sixty are a
# file of some 10 MB, a fifth of what a bot may send (Bot API: 50 MB).
_PHOTOS, _PHOTOS_EACH = 60, 6


def check_begun(year: int, today: date) -> None:
    """Raise Refusal for a year of which there is nothing to sum up yet."""
    if year > today.year:
        raise Refusal("report.to_come", year=year, now=today.year)


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
class Photo:
    """A picture of an event (its title), or of work of an `indicator` that staff recorded."""

    on: date
    place: str
    file_id: str
    title: str = ""
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Album:
    """The photos that a summary shows, by their days; how many events, and entries of the ledger,
    have any; and whether there are more photos than these."""

    photos: Sequence[Photo] = ()
    events: int = 0
    entries: int = 0
    more: bool = False


def photos_each(places: int) -> int:
    """How many photos each of so many places has room for in one document."""
    return min(_PHOTOS_EACH, max(1, _PHOTOS // places))


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
    album: Album = Album()
    score: Score | None = None
    closed: ClosedYear | None = None

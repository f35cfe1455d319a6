"""Study: how far a person is in a course."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one member is in a course. `first` is False when it had been acknowledged before."""

    language: str
    done: int
    next_slot_at: datetime | None
    first: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """A course in the library of one person: the ids of the items they acknowledged, and whether
    they joined it."""

    done: Set[str]
    joined: bool

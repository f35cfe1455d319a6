"""What the report of an event tells: who came in numbers, what they thought of it, and pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.model.feedback import Opinions
from storage.model.message import Media
from storage.model.roster import Way
from storage.model.turnout import Turnout


@dataclass(frozen=True, slots=True)
class Guest:
    """A line of a whole roster. `came` None: not ticked, nor taken back; `way`: how it is known."""

    name: str
    signed_up: bool
    came: bool | None
    way: Way | None
    seats: int = 1


@dataclass(frozen=True, slots=True)
class EventReport:
    """`walk_ins` came without having signed up, `no_shows` signed up and did not come."""

    turnout: Turnout
    walk_ins: int
    no_shows: int
    opinions: Opinions
    words: str
    pictures: Sequence[Media]
    guests: Sequence[Guest]

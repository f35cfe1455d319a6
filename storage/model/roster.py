"""The roster of an event: who holds a seat, and who came."""

from dataclasses import dataclass
from enum import StrEnum

from storage.model.event import Event
from storage.model.naming import Namesake
from storage.model.page import Page


class Way(StrEnum):
    """How it is known that somebody came."""

    TICKED = "ticked"  # by staff, among those who had signed up
    CHECKED_IN = "checked_in"  # by themselves, with the code
    WALKED_IN = "walked_in"  # staff added them; they had not signed up
    PAPER = "paper"  # from a list on paper
    BY_HAND = "by_hand"  # recorded afterwards, for an event that was elsewhere


@dataclass(frozen=True, slots=True)
class Seat:
    """A line of a roster. `came`: staff ticked them; False: took the tick back; None: neither."""

    person_id: int
    name: str
    came: bool | None
    namesake: Namesake | None = None  # if another one has this name
    unreached: bool = False  # no message reaches them now


@dataclass(frozen=True, slots=True)
class Roster:
    """Who holds a seat at an event: a page of them, and of them all how many are ticked (`came`),
    how many ticks were taken back (`absent`) and who was never ticked (`open`)."""

    event: Event
    seats: Page[Seat]
    came: int
    absent: int
    open: int

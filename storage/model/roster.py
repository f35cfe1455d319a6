"""The roster of an event: who holds a seat, and who came."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from storage.model.event import Event
from storage.model.naming import Namesake
from storage.model.page import Page
from storage.model.refusal import Refusal
from storage.model.typed.numbers import read_number
from storage.model.typed.text import plain

NAME_LIMIT = 128  # characters of a name that is sought
MOST = 100_000  # people without a name at once


class Way(StrEnum):
    """How it is known that somebody came."""

    TICKED = "ticked"  # by staff, among those who had signed up
    CHECKED_IN = "checked_in"  # by themselves, with the code
    WALKED_IN = "walked_in"  # they had not signed up: staff added them, or they used the code
    PAPER = "paper"  # from a list on paper
    BY_HAND = "by_hand"  # recorded afterwards, for an event that was elsewhere


@dataclass(frozen=True, slots=True)
class Seat:
    """A line of a roster. `came`: it is recorded that they came; False: that was taken back; None:
    neither. `missed`: staff noted that they did not come. `seated`: they hold a seat; `seats` are
    theirs and their companions'. `coming`: asked by a reminder, they said that they come."""

    person_id: int
    name: str
    came: bool | None
    namesake: Namesake | None = None  # if another one has this name
    unreached: bool = False  # no message reaches them now
    missed: bool = False
    seated: bool = True
    seats: int = 1
    coming: bool = False


@dataclass(frozen=True, slots=True)
class OnRoster:
    """All that staff are to know of somebody on an event's roster: since when they are signed up,
    what they answered to its questions, when they said again that they come, and how it is known
    since when that they came. `taken_off`: staff took their seat away, and nobody gave it back."""

    event: Event
    seat: Seat
    signed_up_at: datetime | None = None
    answers: tuple[tuple[str, str], ...] = ()  # each with its question
    confirmed_at: datetime | None = None
    way: Way | None = None
    recorded_at: datetime | None = None
    taken_off: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """Who holds a seat at an event, or came without one: a page of them. Of them all: how many came
    (`came`; of them `walk_ins` without a seat). Of those with a seat (`signed_up`): of how many a
    tick was taken back or it was noted that they did not come (`absent`; the latter are
    `no_shows`), and of how many nothing was said (`open`). `unnamed` came and have no name."""

    event: Event
    seats: Page[Seat]
    came: int
    absent: int
    open: int
    signed_up: int = 0
    walk_ins: int = 0
    no_shows: int = 0
    unnamed: int = 0


@dataclass(frozen=True, slots=True)
class Headcount:
    """People without a name who came: how many, how that is known, and who said so when."""

    id: int
    count: int
    way: Way
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Nameless:
    """Those without a name who came to an event: a page of the numbers, and all of them summed."""

    event: Event
    numbers: Page[Headcount]
    total: int


def check_count(count: int) -> None:
    """Raises Refusal."""
    if not 0 < count <= MOST:
        raise Refusal("door.count_range", limit=MOST)


def count_of(text: str) -> int:
    """A number of people that a button carries. Raises ValueError for none."""
    count = int(text)
    if not 0 < count <= MOST:
        raise ValueError(text)
    return count


_MORE = re.compile(
    r"(?:\+|再来|再加|再|又来了?|又|另有|还有|加|and|another)? *(.*?) *(?:more|others)?"
)


def read_count(text: str) -> int:
    """A number of people, as it is typed ("5 more"). Raises Refusal."""
    found = _MORE.fullmatch(plain(text))
    try:
        count = read_number(found[1] if found else text)
    except ValueError:
        raise Refusal("event.bad_number") from None
    check_count(count)
    return count


@dataclass(frozen=True, slots=True)
class DeskDraft:
    """What staff at the door look for. `sought`: part of a name; empty if nothing was typed."""

    event_id: int
    sought: str = ""

    def with_sought(self, text: str) -> "DeskDraft":
        """Raises Refusal."""
        sought = " ".join(text.split())
        if not 0 < len(sought) <= NAME_LIMIT:
            raise Refusal("door.name_length", limit=NAME_LIMIT)
        return replace(self, sought=sought)

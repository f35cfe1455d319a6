"""Study: how far a person is in a course."""

from collections.abc import Mapping
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
    """A course in the library of one person: when they acknowledged which items (by id), whether
    they joined or left it, and who gets pushes of it where they live.

    `to_all`: its items go to all members. `to_joined`: something comes to those of the person's
    standing who joined.
    """

    done: Mapping[str, datetime]
    joined: bool
    left: bool
    member: bool
    paused: bool
    to_all: bool
    to_joined: bool

    @property
    def comes_anyway(self) -> bool:
        """Whether the items come without joining: to stop them, study pushes are paused."""
        return self.member and self.to_all and not self.left

    @property
    def may_join(self) -> bool:
        """Whether joining would bring something, now or once it is scheduled."""
        return not self.joined and (self.to_joined or (self.member and not self.comes_anyway))

    @property
    def may_leave(self) -> bool:
        return self.joined and not self.comes_anyway

"""How much one person may send, and when the rest is left unread."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

AT_ONCE = 120  # more than the hundred messages that Telegram forwards in one go
A_SECOND = 2.0  # as fast as somebody ticks off a list, for as long as they like
PAUSE = timedelta(seconds=10)  # without a word, after which somebody is read again


class Reading(Enum):
    """What becomes of something that somebody sent."""

    READ = auto()
    TELL = auto()  # the first that is too much: not read, and they are told so
    LEAVE = auto()  # not read, without a word


@dataclass(frozen=True, slots=True)
class Haste:
    """How much of it somebody may still send, as of when they sent the last, and whether they are
    to pause first."""

    at: datetime
    left: float = AT_ONCE
    too_fast: bool = False

    def after(self, at: datetime) -> tuple["Haste", Reading]:
        """Something more was sent at `at`. A clock that was set back gives no time and takes none.

        Whoever sends too fast is read again after a pause, not whenever there is room for one more:
        of a flood nobody could tell which parts were read.
        """
        since = max(at - self.at, timedelta(0))
        if self.too_fast and since < PAUSE:
            return Haste(at, self.left, too_fast=True), Reading.LEAVE
        left = min(AT_ONCE, self.left + A_SECOND * since.total_seconds())
        if left < 1:
            return Haste(at, left, too_fast=True), Reading.TELL
        return Haste(at, left - 1), Reading.READ

    def is_over(self, now: datetime) -> bool:
        """Whether nothing is left to know of it."""
        return (now - self.at).total_seconds() * A_SECOND >= AT_ONCE

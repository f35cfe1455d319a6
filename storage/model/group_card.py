"""The card of an event in a Telegram group: what a whole group may see, and how it is pressed."""

import re
from dataclasses import dataclass
from datetime import datetime

from storage.model.event import GOING_AHEAD, Event
from storage.model.event_change import Facts
from storage.model.event_details import Details

LINK = "event_"  # what a /start payload that opens an event begins with
_LINK = re.compile(LINK + r"([1-9][0-9]{0,17})", re.ASCII)


@dataclass(frozen=True, slots=True)
class GroupCard:
    """An event as everybody in a group sees it: nobody's name, and nobody's seat.

    `waiting` is how many people and groups stand in line; `before` what it was when the card was
    sent, None if its time and place are the same.
    """

    event: Event
    details: Details
    waiting: int
    before: Facts | None = None

    @property
    def is_full(self) -> bool:
        """Whether whoever asks now waits."""
        return self.event.left == 0 or (self.waiting > 0 and self.event.left is not None)

    def is_final(self, now: datetime) -> bool:
        """Whether nothing on it will change any more."""
        return self.event.state not in GOING_AHEAD or self.event.is_over(now)


@dataclass(frozen=True, slots=True)
class OpenGroupCard:
    """A card that is kept up to date, in the chat of a group that is linked.

    `language` is that in which the group is spoken to; `shown` is the fingerprint of what it shows;
    `signs` tell whether that can be another now.
    """

    event_id: int
    group_id: int
    chat_id: int
    message_id: int
    language: str
    shown: str
    sent_at: datetime
    signs: tuple[object, ...]


def event_link(event_id: int) -> str:
    """The /start payload that opens an event."""
    return f"{LINK}{event_id}"


def read_event_link(payload: str) -> int | None:
    """The other way round; None for a payload that is none of these."""
    found = _LINK.fullmatch(payload)
    return int(found[1]) if found else None

"""Suggestions: what people propose, and the way it takes.

received ──▶ adopted ──▶ implemented
    └──────▶ declined
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MESSAGE_LIMIT = 4096  # UTF-16 units: Telegram cuts what a person types into such messages
TEXT_LIMIT = 10_000  # Telegram cuts what a person types at 4,096; this is two and a half of them
REPLY_LIMIT = 2000


class SuggestionState(StrEnum):
    RECEIVED = "received"
    ADOPTED = "adopted"
    DECLINED = "declined"
    IMPLEMENTED = "implemented"


SUGGESTION_MOVES: dict[SuggestionState, frozenset[SuggestionState]] = {
    SuggestionState.RECEIVED: frozenset({SuggestionState.ADOPTED, SuggestionState.DECLINED}),
    SuggestionState.ADOPTED: frozenset({SuggestionState.IMPLEMENTED}),
    SuggestionState.DECLINED: frozenset(),
    SuggestionState.IMPLEMENTED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion as shown. `author_name` is None when it is anonymous: staff never see it."""

    id: int
    number: str
    node_id: int
    node_name: str
    category: str
    text: str
    photo: str | None
    author_name: str | None
    state: SuggestionState
    reply: str | None
    submitted_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a resident is about to submit. `key` makes a repeated submit the same suggestion.

    `node_id` is the community that the screen named, None for the one the person is in.
    """

    key: str
    category: str
    text: str
    photo: str | None
    anonymous: bool
    node_id: int | None = None


def was_cut(message: str) -> bool:
    """Whether a message is as long as Telegram allows, so that the next one goes on with it."""
    return len(message.encode("utf-16-le")) // 2 >= MESSAGE_LIMIT


def format_number(year: int, sequence: int) -> str:
    """The number that people quote: "2026-0042". It grows past four digits when it must."""
    return f"{year}-{sequence:04d}"

"""Suggestions: what people propose, the way it takes, and who else wants it.

received ──▶ adopted ──▶ implemented
    └──────▶ declined
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from storage.model.message import Media
from storage.model.moves import Move
from storage.model.refusal import Refusal
from storage.model.visible import is_visible

MESSAGE_LIMIT = 4096  # UTF-16 units: Telegram cuts what a person types into such messages
TEXT_LIMIT = 10_000  # Telegram cuts what a person types at 4,096; this is two and a half of them
REPLY_LIMIT = 2000
MEDIA_LIMIT = 10  # as many as an album of Telegram's has
BEGINNING = 60  # characters of a suggestion that neighbours see, and staff in a list
SIMILAR_WITHIN = timedelta(days=180)  # how old may be what is shown as alike
SIMILAR_AMONG = 500  # the newest, which are looked through
SIMILAR_SHOWN = 3


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

# What neighbours are shown and can support: staff read it, said yes, and still work on it.
SUPPORTABLE = frozenset({SuggestionState.ADOPTED})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion as shown. `author_name` is None when it is anonymous: staff never see it.

    `supporters`: how many others want it, too. `unreached`: messages do not reach its author now;
    of an anonymous one nobody is told, or staff could guess who it is. `history`: how it came to be
    as it is; in lists it is left out.
    """

    id: int
    number: str
    node_id: int
    node_name: str
    category: str
    text: str
    media: tuple[Media, ...]
    author_name: str | None
    state: SuggestionState
    submitted_at: datetime
    supporters: int
    history: tuple[Move, ...] = ()
    unreached: bool = False

    @property
    def answers(self) -> tuple[Move, ...]:
        """What staff answered, the first answer first."""
        return tuple(each for each in self.history if each.words is not None)

    @property
    def reply(self) -> str | None:
        """What they answered last."""
        return self.answers[-1].words if self.answers else None


@dataclass(frozen=True, slots=True)
class SuggestionLine:
    """A suggestion in a list of its author's or of staff: `beginning` is that of its text."""

    id: int
    number: str
    state: SuggestionState
    beginning: str
    supporters: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What staff decide, and what its author is told."""

    to: SuggestionState
    words: str


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What a neighbour sees of somebody's suggestion: never who made it, nor the pictures.

    `supported`: the neighbour supports it.
    """

    id: int
    number: str
    beginning: str
    state: SuggestionState
    supporters: int
    supported: bool

    @property
    def is_open(self) -> bool:
        """Whether it can still be supported."""
        return self.state in SUPPORTABLE


@dataclass(frozen=True, slots=True)
class NewSuggestion:
    """What a resident is about to submit. `key` makes a repeated submit the same suggestion.

    `node_id` is the community that the screen named, None for the one the person is in.
    """

    key: str
    category: str
    text: str
    media: tuple[Media, ...]
    anonymous: bool
    node_id: int | None = None

    def check(self) -> None:
        """Raises Refusal for what no suggestion may be; a picture may stand alone."""
        check_length(self.text)
        if not is_visible(self.text) and not self.media:
            raise Refusal("suggestion.empty")


def check_length(text: str) -> None:
    """Raises Refusal."""
    if len(text) > TEXT_LIMIT:
        raise Refusal("suggestion.too_long", limit=TEXT_LIMIT)


def check_reply(reply: str) -> None:
    """Raises Refusal for what is no answer to a suggestion."""
    if not is_visible(reply) or len(reply) > REPLY_LIMIT:
        raise Refusal("suggestion.reply_length", limit=REPLY_LIMIT)


def was_cut(message: str) -> bool:
    """Whether a message is as long as Telegram allows, so that the next one goes on with it."""
    return len(message.encode("utf-16-le")) // 2 >= MESSAGE_LIMIT


# Whatever parts the digits, but letters and the colon of "9:30-11:00": rather one date too many.
_LONG_NUMBER = re.compile(r"\d(?:[^\w:：]{0,3}\d){6,}")


def beginning(text: str) -> str:
    """How a suggestion begins, on one line, for neighbours.

    Numbers of seven digits and more are left out: telephones, identity cards.
    """
    line = " ".join(_LONG_NUMBER.sub("…", text).split())
    return line if len(line) <= BEGINNING else line[: BEGINNING - 1] + "…"


def format_number(year: int, sequence: int) -> str:
    """The number that people quote: "2026-0042". It grows past four digits when it must."""
    return f"{year}-{sequence:04d}"

"""The ledger: work that happens outside the chat, as staff record it.

counted ──▶ replaced   by a better entry, with a reason
     └────▶ voided     it should not be there, with a reason

An entry itself is never changed: what was wrong stays to be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from storage.model.figure import THOUSANDTHS
from storage.model.message import Media
from storage.model.moves import Move
from storage.model.period import Period
from storage.model.refusal import Refusal
from storage.model.visible import is_visible

PLACE_LIMIT = 200
NOTE_LIMIT = 2000
REASON_LIMIT = 500
MEDIA_LIMIT = 10  # as many as an album of Telegram's has
NUMBER_LIMIT = 1_000_000  # more in one entry is a slip of the finger
LONG_AGO = timedelta(days=366)  # of such a day it is asked whether it is meant
YEARS_BACK = 10  # a day before that is a slip of the finger, too


class EntryState(StrEnum):
    COUNTED = "counted"
    REPLACED = "replaced"
    VOIDED = "voided"


ENTRY_MOVES: dict[EntryState, frozenset[EntryState]] = {
    EntryState.COUNTED: frozenset({EntryState.REPLACED, EntryState.VOIDED}),
    EntryState.REPLACED: frozenset(),
    EntryState.VOIDED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be recorded: `number` of an indicator (its id) at a node, on a day of the
    district's own zone. `place`: where or with whom."""

    draft_key: str
    node_id: int
    indicator: str
    on: date
    number: Decimal
    place: str = ""
    note: str = ""
    media: tuple[Media, ...] = ()

    @property
    def thousandths(self) -> int:
        return int(self.number * THOUSANDTHS)

    def check(self, decimals: int, today: date) -> None:
        """Raise Refusal for a number that its indicator, which has so many `decimals`, cannot
        have, a day on which no work can have been done, or too much text."""
        check_number(self.number, decimals)
        check_day(self.on, today)
        check_text(self.place, self.note, self.media)


def check_number(number: Decimal, decimals: int) -> None:
    """Raise Refusal unless it is more than nothing, not beyond belief, and has no more `decimals`
    than make sense."""
    if number <= 0:
        raise Refusal("ledger.not_positive")
    if number > NUMBER_LIMIT:
        raise Refusal("ledger.too_many", limit=NUMBER_LIMIT)
    if number != round(number, decimals):
        raise Refusal("ledger.not_whole" if decimals == 0 else "ledger.decimals", decimals=decimals)


def check_day(on: date, today: date) -> None:
    """Raise Refusal for a day that is still to come (what is planned is no work yet), or too long
    ago for anybody to mean it."""
    if on > today:
        raise Refusal("ledger.still_to_come", on=on)
    if on.year < today.year - YEARS_BACK:
        raise Refusal("ledger.too_early", year=today.year - YEARS_BACK)


def check_text(place: str, note: str, media: Sequence[Media]) -> None:
    """Raise Refusal for too much of them."""
    for text, limit, key in (
        (place, PLACE_LIMIT, "ledger.long_place"),
        (note, NOTE_LIMIT, "ledger.long_note"),
    ):
        if len(text) > limit:
            raise Refusal(key, limit=limit)
    if len(media) > MEDIA_LIMIT:
        raise Refusal("ledger.many_media", limit=MEDIA_LIMIT)


def check_reason(reason: str) -> None:
    """Raise Refusal unless something is said, and not too much."""
    if not is_visible(reason):
        raise Refusal("ledger.no_reason")
    if len(reason) > REASON_LIMIT:
        raise Refusal("ledger.long_reason", limit=REASON_LIMIT)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as shown. `history`: how it came to be as it is, and `replaced_by`: the entry that
    put it right; in lists both are left out."""

    id: int
    node_id: int
    node_name: str
    indicator: str
    on: date
    number: Decimal
    place: str
    note: str
    media: tuple[Media, ...]
    state: EntryState
    replaces_id: int | None
    created_by: int
    created_at: datetime
    history: Sequence[Move] = ()
    replaced_by: int | None = None

    def is_alike(self, new: NewEntry) -> bool:
        """Whether `new` may be the same work again: of the same indicator, place and day."""
        return (self.node_id, self.indicator, self.on) == (new.node_id, new.indicator, new.on)


@dataclass(frozen=True, slots=True)
class Happening:
    """An event beside which work is recorded."""

    title: str
    category: str


@dataclass(frozen=True, slots=True)
class Doubts:
    """Why an entry may be no work that still has to be counted.

    `alike`: entries that may be the same work; `by_itself`: what the bot has counted already for
    its indicator, place and day; `long_ago`: its day is. `events` of that day may be the same work,
    but are no reason to ask.
    """

    alike: Sequence[Entry]
    by_itself: Decimal
    long_ago: bool
    events: Sequence[Happening] = ()

    def __bool__(self) -> bool:
        """Whether it is asked back."""
        return bool(self.alike or self.by_itself or self.long_ago)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries are looked for: those of one indicator, of one period, or all."""

    indicator: str | None = None
    period: Period | None = None

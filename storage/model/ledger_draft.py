"""An entry of the ledger that staff are writing, and what they usually record."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from storage.model.adding import new_among, with_each, with_words
from storage.model.calendar import Calendar
from storage.model.ledger import (
    MEDIA_LIMIT,
    Entry,
    NewEntry,
    check_day,
    check_number,
    check_reason,
    check_text,
)
from storage.model.message import Media
from storage.model.refusal import Refusal
from storage.model.typed.days import read_date
from storage.model.typed.numbers import read_amount
from storage.model.typed.years import Lean
from storage.model.visible import is_visible, one_line

T = TypeVar("T")
_STEPS = ("node_id", "indicator", "on", "number")
_PLAIN = ("number", "on")  # a text has their form, or has not
_ANY = ("place", "note")  # any text could be meant for these


@dataclass(frozen=True, slots=True)
class Counting:
    """How an indicator is counted: its `decimals`, and the words of units that may be typed."""

    decimals: int = 0
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """What is known of it; None is not asked yet. `key` makes a repeated saving the same entry.

    `several`: there is a choice of places. `among`: the indicators of which it is one.
    `replaces_id` is the entry that it puts right, for which it needs a `reason`. `said` is a text
    of which it is not clear what it means.
    """

    key: str
    several: bool = False
    node_id: int | None = None
    indicator: str | None = None
    among: tuple[str, ...] = ()
    on: date | None = None
    number: Decimal | None = None
    place: str = ""
    note: str = ""
    media: tuple[Media, ...] = ()
    replaces_id: int | None = None
    reason: str = ""
    said: str = ""

    def __post_init__(self) -> None:
        """Raises Refusal for more than an entry may hold, however it was put together."""
        check_text(self.place, self.note, self.media)

    def steps(self) -> tuple[str, ...]:
        """What is asked, in order."""
        return _STEPS if self.several else _STEPS[1:]

    def missing(self) -> tuple[str, ...]:
        """What of it was not answered yet."""
        return tuple(step for step in self.steps() if getattr(self, step) is None)

    @property
    def is_fresh(self) -> bool:
        """Whether nothing was answered yet, but where."""
        empty = EntryDraft(self.key, self.several, self.node_id)
        return replace(self, among=(), said="") == empty

    def with_node(self, node_id: int) -> "EntryDraft":
        return replace(self, node_id=node_id)

    def with_indicator(self, indicator: str, counting: Counting) -> "EntryDraft":
        """The number is asked again if it makes no sense for this one."""
        changed = replace(self, indicator=indicator, among=())
        try:
            check_number(self.number or Decimal(1), counting.decimals)
        except Refusal:
            return replace(changed, number=None)
        return changed

    def with_some(self, indicators: tuple[str, ...]) -> "EntryDraft":
        """It is one of these; of all there are, if there are none."""
        return replace(self, among=indicators)

    def with_day(self, on: date, today: date) -> "EntryDraft":
        """Raises Refusal."""
        check_day(on, today)
        return replace(self, on=on)

    def with_number(self, number: Decimal, counting: Counting) -> "EntryDraft":
        """Raises Refusal."""
        check_number(number, counting.decimals)
        return replace(self, number=number)

    def with_place(self, text: str) -> "EntryDraft":
        """Raises Refusal."""
        return replace(self, place=one_line(text))

    def with_note(self, text: str) -> "EntryDraft":
        """Raises Refusal."""
        return replace(self, note=text.strip() if is_visible(text) else "")

    def with_more(self, said: str, media: tuple[Media, ...]) -> "EntryDraft":
        """With files, as long as there is room for them, and the words that stood under them, which
        are added to the note. Raises Refusal."""
        if len(self.media) >= MEDIA_LIMIT and new_among(self.media, media):
            raise Refusal("ledger.many_media", limit=MEDIA_LIMIT)
        note = with_words(self.note, said.strip()) if is_visible(said) else self.note
        return replace(self, media=with_each(self.media, media, MEDIA_LIMIT), note=note)

    def without(self, step: str) -> "EntryDraft":
        """Without its place, note or media. Raises KeyError."""
        empty = {"place": replace(self, place=""), "note": replace(self, note="")}
        return {**empty, "media": replace(self, media=())}[step]

    def with_reason(self, text: str) -> "EntryDraft":
        """Raises Refusal."""
        reason = text.strip()
        check_reason(reason)
        return replace(self, reason=reason)

    # What is typed

    def answered(
        self, step: str, text: str, calendar: Calendar, counting: Counting
    ) -> "EntryDraft":
        """With a text as people type it for the answer to `step`. Raises Refusal."""
        match step:
            case "on":
                return self.with_day(read_day(text, calendar), calendar.today)
            case "number":
                return self.with_number(_read_number(text, counting), counting)
            case "place":
                return self.with_place(text)
            case "reason":
                return self.with_reason(text)
            case _:
                return self.with_note(text)

    def meanings(self, text: str, calendar: Calendar, counting: Counting) -> tuple[str, ...]:
        """The steps to which a text may be the answer; one if it plainly is."""
        clear = tuple(step for step in _PLAIN if _reads(step, text, calendar, counting))
        return clear or tuple(s for s in _ANY if self._takes(s, text, calendar, counting))

    def _takes(self, step: str, text: str, calendar: Calendar, counting: Counting) -> bool:
        try:
            self.answered(step, text, calendar, counting)
        except Refusal:
            return False
        return True

    # All of it

    def complete(self) -> NewEntry:
        """What is recorded. Nothing may be missing."""
        if None in (self.node_id, self.indicator, self.on, self.number):
            raise ValueError(f"an entry without {', '.join(self.missing())}")
        return NewEntry(
            draft_key=self.key,
            node_id=self.node_id or 0,
            indicator=self.indicator or "",
            on=self.on or date.min,
            number=self.number or Decimal(0),
            place=self.place,
            note=self.note,
            media=self.media,
        )

    def changes(self, entry: Entry) -> tuple[str, ...]:
        """What of an entry is otherwise here, by the names of the steps."""
        every = ("node_id", "indicator", "on", "number", "place", "note", "media")
        return tuple(each for each in every if getattr(self, each) != getattr(entry, each))


def same_again(entry: Entry, key: str, today: date, *, several: bool) -> EntryDraft:
    """The same work on another day: today. Its note and photos are of that day alone."""
    return EntryDraft(
        key=key,
        several=several,
        node_id=entry.node_id,
        indicator=entry.indicator,
        on=today,
        number=entry.number,
        place=entry.place,
    )


def putting_right(entry: Entry, key: str, *, several: bool) -> EntryDraft:
    """All of an entry, to be put right."""
    return EntryDraft(
        key=key,
        several=several,
        node_id=entry.node_id,
        indicator=entry.indicator,
        on=entry.on,
        number=entry.number,
        place=entry.place,
        note=entry.note,
        media=entry.media,
        replaces_id=entry.id,
    )


def read_day(text: str, calendar: Calendar) -> date:
    """A day on which work was done: without a year, the latest such day. Raises Refusal."""
    try:
        return read_date(text, calendar.today, Lean.BACK, calendar.holidays)
    except ValueError:
        raise Refusal("ledger.bad_day") from None


def _read_number(text: str, counting: Counting) -> Decimal:
    try:
        return read_amount(text, counting.units)
    except ValueError:
        raise Refusal("event.bad_number") from None


def _reads(step: str, text: str, calendar: Calendar, counting: Counting) -> bool:
    """Whether a text has the form of an answer to a step; also if what it says cannot be."""
    try:
        if step == "on":
            read_date(text, calendar.today, Lean.BACK, calendar.holidays)
        else:
            read_amount(text, counting.units)
    except ValueError:
        return False
    except Refusal:
        return True
    return True


@dataclass(frozen=True, slots=True)
class Habits:
    """The newest entries where somebody may record, newest first, and which person that is."""

    entries: Sequence[Entry]
    person_id: int

    @property
    def last(self) -> Entry | None:
        """The last that they recorded themselves."""
        return next((e for e in self.entries if e.created_by == self.person_id), None)

    def indicators(self) -> list[str]:
        """What is recorded: what they record themselves the most first, then what others do."""
        return self._ranked((entry, entry.indicator) for entry in self.entries)

    def numbers(self, indicator: str) -> list[Decimal]:
        """The numbers recorded for an indicator, the most usual first."""
        of_it = (entry for entry in self.entries if entry.indicator == indicator)
        return self._ranked((entry, entry.number) for entry in of_it)

    def _ranked(self, found: Iterable[tuple[Entry, T]]) -> list[T]:
        own, others = Counter[T](), Counter[T]()
        for entry, value in found:
            (own if entry.created_by == self.person_id else others)[value] += 1
        return list(dict.fromkeys(v for v, _ in (*own.most_common(), *others.most_common())))


@dataclass(frozen=True, slots=True)
class VoidDraft:
    """An entry that is to count no more, and why."""

    entry_id: int
    reason: str = ""

    def steps(self) -> tuple[str, ...]:
        """What is asked, in order."""
        return ("reason",)

    def missing(self) -> tuple[str, ...]:
        """What of it was not answered yet."""
        return () if self.reason else ("reason",)

    def with_reason(self, text: str) -> "VoidDraft":
        """Raises Refusal."""
        reason = text.strip()
        check_reason(reason)
        return replace(self, reason=reason)

"""Events that were elsewhere, or before the bot came, as staff record them afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from storage.model.adding import new_among, with_each, with_words
from storage.model.calendar import Calendar
from storage.model.event import CAPACITY_LIMIT, check_place, check_title
from storage.model.ledger import MEDIA_LIMIT, check_day, check_reason, check_text
from storage.model.ledger_draft import read_day
from storage.model.local_time import instant_of
from storage.model.message import Media
from storage.model.refusal import Refusal
from storage.model.typed.numbers import read_number
from storage.model.visible import is_visible, one_line

NOON = time(12)  # what is only known by its day is counted at noon of it
_STEPS = ("node_id", "category", "title", "on", "place", "came")
_PLAIN = ("came", "on")  # a text has their form, or has not
_ANY = ("title", "place", "note")  # any text could be meant for these


@dataclass(frozen=True, slots=True)
class PastEvent:
    """What is recorded: an event of the day `on`, to which `came` people came whom nobody named.
    `draft_key` makes a repeated recording the same event."""

    draft_key: str
    node_id: int
    category: str
    title: str
    on: date
    place: str
    came: int
    note: str = ""
    media: tuple[Media, ...] = ()

    def check(self, today: date) -> None:
        """Raises Refusal for what no such event may be."""
        check_title(self.title)
        check_place(self.place)
        check_day(self.on, today)
        check_came(self.came)
        check_text("", self.note, self.media)

    def at(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When it counts: at noon of its day, of today by now."""
        return min(instant_of(self.on, NOON, zone), now)


def check_came(came: int) -> None:
    """Raises Refusal. Nobody is a number, too: of an exhibition that nobody counted."""
    if not 0 <= came <= CAPACITY_LIMIT:
        raise Refusal("past.came_range", limit=CAPACITY_LIMIT)


@dataclass(frozen=True, slots=True)
class PastDraft:
    """What is known of it; None is not asked yet. `several`: there is a choice of places.

    `replaces_id` is the event that it puts right, for which it needs a `reason`. `said` is a text
    of which it is not clear what it means.
    """

    key: str
    several: bool = False
    node_id: int | None = None
    category: str | None = None
    title: str | None = None
    on: date | None = None
    place: str | None = None
    came: int | None = None
    note: str = ""
    media: tuple[Media, ...] = ()
    replaces_id: int | None = None
    reason: str | None = None
    said: str = ""

    def __post_init__(self) -> None:
        """Raises Refusal for more than it may hold, however it was put together."""
        check_text("", self.note, self.media)

    def steps(self) -> tuple[str, ...]:
        """What is asked, in order."""
        asked = _STEPS if self.several else _STEPS[1:]
        return (*asked, "reason") if self.replaces_id is not None else asked

    def missing(self) -> tuple[str, ...]:
        """What of it was not answered yet."""
        return tuple(step for step in self.steps() if getattr(self, step) is None)

    def with_node(self, node_id: int) -> "PastDraft":
        return replace(self, node_id=node_id)

    def with_category(self, category: str) -> "PastDraft":
        return replace(self, category=category)

    def with_day(self, on: date, today: date) -> "PastDraft":
        """Raises Refusal."""
        check_day(on, today)
        return replace(self, on=on)

    def with_came(self, came: int) -> "PastDraft":
        """Raises Refusal."""
        check_came(came)
        return replace(self, came=came)

    def with_more(self, said: str, media: Sequence[Media]) -> "PastDraft":
        """With files, as far as there is room for them, and the words under them, which are added
        to the note. Raises Refusal."""
        if len(self.media) >= MEDIA_LIMIT and new_among(self.media, media):
            raise Refusal("ledger.many_media", limit=MEDIA_LIMIT)
        note = with_words(self.note, said.strip()) if is_visible(said) else self.note
        return replace(self, media=with_each(self.media, media, MEDIA_LIMIT), note=note)

    def without_note(self) -> "PastDraft":
        return replace(self, note="", media=())

    def answered(self, step: str, text: str, calendar: Calendar) -> "PastDraft":
        """With a text as people type it for the answer to `step`. Raises Refusal."""
        match step:
            case "on":
                return self.with_day(read_day(text, calendar), calendar.today)
            case "came":
                return self.with_came(_read_came(text))
            case "title":
                check_title(one_line(text))
                return replace(self, title=one_line(text))
            case "place":
                check_place(one_line(text))
                return replace(self, place=one_line(text))
            case "reason":
                check_reason(text.strip())
                return replace(self, reason=text.strip())
            case _:
                return replace(self, note=text.strip())

    def meanings(self, text: str, calendar: Calendar) -> tuple[str, ...]:
        """The steps to which a text may be the answer; one if it plainly is."""
        clear = tuple(step for step in _PLAIN if self._takes(step, text, calendar))
        return clear or tuple(step for step in _ANY if self._takes(step, text, calendar))

    def _takes(self, step: str, text: str, calendar: Calendar) -> bool:
        try:
            self.answered(step, text, calendar)
        except Refusal:
            return False
        return True

    def complete(self) -> PastEvent:
        """What is recorded. Nothing may be missing."""
        if self.missing():
            raise ValueError(f"an event without {', '.join(self.missing())}")
        return PastEvent(
            draft_key=self.key,
            node_id=self.node_id or 0,
            category=self.category or "",
            title=self.title or "",
            on=self.on or date.min,
            place=self.place or "",
            came=self.came or 0,
            note=self.note,
            media=self.media,
        )


def _read_came(text: str) -> int:
    """Raises Refusal."""
    try:
        return read_number(text.strip().removesuffix("人次").removesuffix("人"))
    except ValueError:
        raise Refusal("event.bad_number") from None

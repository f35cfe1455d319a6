"""Looking for an event: by words of its title or place, or by its day."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from storage.model.calendar import Calendar
from storage.model.refusal import Refusal
from storage.model.typed.days import read_date
from storage.model.typed.years import Lean

SOUGHT_LIMIT = 60


@dataclass(frozen=True, slots=True)
class SearchDraft:
    """`staff`: among the events that somebody manages, else among those that are for them;
    `sought` is what they typed, empty if nothing was."""

    staff: bool
    sought: str = ""

    def with_sought(self, text: str) -> "SearchDraft":
        """Raises Refusal."""
        sought = " ".join(text.split())
        if not 0 < len(sought) <= SOUGHT_LIMIT:
            raise Refusal("event.find_length", limit=SOUGHT_LIMIT)
        return replace(self, sought=sought)


def days_meant(sought: str, calendar: Calendar) -> tuple[date, ...]:
    """The days that a text may mean: without a year the last one and the next; none for words."""
    found = []
    for lean in Lean:
        with suppress(ValueError, Refusal):
            found.append(read_date(sought, calendar.today, lean, calendar.holidays))
    return tuple(sorted(set(found)))

"""Entries that come many at once, from a workbook: which of them are in the ledger already.

Two entries are equal if place, day, indicator, number, words and note are. An entry is there
already if as many equal ones are there, whoever recorded them; so importing a file twice changes
nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from storage.model.ledger import NewEntry
from storage.model.period import Period


@dataclass(frozen=True, slots=True)
class Equals:
    """How many equal entries there are: `counted` (or put right, by another that counts), and
    `voided`."""

    counted: int = 0
    voided: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """What an import would do: record `new`, of which `voided` were there once and were voided,
    and leave `there` alone. `alike`: how many of the new ones have others of the same day and
    indicator beside them, which may be the same work in other words. `places`: where among all that
    were given the new ones stand; `twice`: where those of them that equal one further up, which is
    the same work told twice or other work of that day."""

    new: Sequence[NewEntry]
    there: int
    voided: int
    alike: int
    places: Sequence[int] = ()
    twice: Sequence[int] = ()

    def sums(self) -> dict[str, tuple[int, Decimal]]:
        """By indicator: how many entries are new, and what they add up to."""
        found: dict[str, tuple[int, Decimal]] = {}
        for each in self.new:
            count, total = found.get(each.indicator, (0, Decimal(0)))
            found[each.indicator] = count + 1, total + each.number
        return found

    @property
    def days(self) -> Period | None:
        """From the first day to the last one of the new entries."""
        return days_of(self.new)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the ledger of a place: equal entries by `digest`, and on which days there is
    something that counts for which indicator."""

    equals: Mapping[bytes, Equals]
    days: frozenset[tuple[str, date]]


def days_of(entries: Iterable[NewEntry]) -> Period | None:
    """From the first day to the last one."""
    days = {each.on for each in entries}
    return Period(min(days), max(days)) if days else None


def digest(entry: NewEntry) -> bytes:
    """The same for equal entries, and for no others."""
    what = (entry.node_id, entry.indicator, entry.on, entry.thousandths, entry.place, entry.note)
    return sha256(repr(what).encode()).digest()[:16]


def sorted_out(entries: Iterable[NewEntry], standing: Standing) -> Import:
    """Which of `entries` are new, each with its key: its content, and its number among equals."""
    new: list[NewEntry] = []
    places: list[int] = []
    twice: list[int] = []
    seen, there, voided, alike = Counter[bytes](), 0, 0, 0
    for place, each in enumerate(entries):
        key = digest(each)
        equals = standing.equals.get(key, Equals())
        seen[key] += 1
        if seen[key] <= equals.counted:
            there += 1
            continue
        voided += seen[key] <= equals.counted + equals.voided
        alike += (each.indicator, each.on) in standing.days
        places.append(place)
        if seen[key] > 1:
            twice.append(place)
        new.append(replace(each, draft_key=f"xlsx:{key.hex()}:{seen[key] + equals.voided}"))
    return Import(new, there, voided, alike, places, twice)


@dataclass(frozen=True, slots=True)
class Touched:
    """An entry that came with an import and that somebody put right (then `instead` stands in its
    place) or voided since: `by` whom, and when."""

    indicator: str
    on: date
    number: Decimal
    instead: Decimal | None
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Returnable:
    """What came with an import: the ids of the entries that still count as they came, and those
    that somebody touched since, the newest change first, which stay as they are."""

    ids: Sequence[int]
    touched: Sequence[Touched]

"""Figures: which records an indicator counts, and how they add up to a number.

A figure is records before it is a number. A *source* gives the records, `where` of a programme
file picks some of them, and how they add up stands apart from both, so that every figure can list
what it counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from storage.model.kinds import KINDS
from storage.model.subject import SubjectKind
from storage.model.suggestion import SuggestionState


class Adds(StrEnum):
    """How records become a number."""

    COUNT = "count"  # how many records
    SUM = "sum"  # of their weights
    PERSONS = "persons"  # how many different persons: one who came twice is one
    SUBJECTS = "subjects"  # how many different subjects: a push that reached two places is one


# Of these a place is the sum of what is below it, and a year that of its months.
ADDITIVE = frozenset({Adds.COUNT, Adds.SUM})


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that a figure counted, at its node and by the day of its instant.

    `person_id` is whose it was; None if it was nobody's, or if they wished not to be named.
    `weight` is in units of its source (`Declared.scale`).
    """

    node_id: int
    at: datetime
    subject_kind: SubjectKind
    subject_id: int
    person_id: int | None
    weight: int


@dataclass(frozen=True, slots=True)
class Count:
    """The records of `source` that have for each key of `where` one of its values, added up as
    `adds` says."""

    source: str
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    adds: Adds = Adds.COUNT

    def __hash__(self) -> int:
        return hash((self.source, self.adds, frozenset(self.where.items())))

    def is_part_of(self, whole: "Count") -> bool:
        """Whether each of its records is one of `whole`, so that it never is more."""
        return (self.source, self.adds) == (whole.source, whole.adds) and all(
            key in self.where and self.where[key] <= values for key, values in whole.where.items()
        )


@dataclass(frozen=True, slots=True)
class Measure:
    """What an indicator counts: the sum of its `counts`; of persons, the different ones among them
    all.

    With `share_of` it is a share: how many of the persons of `share_of` are among those of
    `counts`, against how many they are.
    """

    counts: tuple[Count, ...]
    share_of: Count | None = None

    @classmethod
    def of(cls, source: str, adds: Adds = Adds.COUNT, **where: str | Iterable[str]) -> "Measure":
        """One count; a value of `where` may stand alone."""
        picked = {
            key: frozenset({values} if isinstance(values, str) else values)
            for key, values in where.items()
        }
        return cls((Count(source, picked, adds),))

    @property
    def is_additive(self) -> bool:
        """Whether a place is the sum of what is below it, and a year that of its months."""
        return all(
            count.adds in ADDITIVE and not SOURCES[count.source].lasting for count in self.counts
        )

    @property
    def is_lasting(self) -> bool:
        """Whether it is a stock, which stands at a day, and not what came in a period."""
        return any(SOURCES[count.source].lasting for count in self.counts)

    @property
    def stands_at_an_end(self) -> bool:
        """Whether it says how things stand at the end of the days: who is a member then."""
        return self.share_of is not None or self.is_lasting

    @property
    def of_persons(self) -> bool:
        """Whether it counts different persons, of all its counts together."""
        return all(count.adds is Adds.PERSONS for count in self.counts)

    def is_part_of(self, whole: "Measure") -> bool:
        """Whether it never is more than `whole`."""
        return self.share_of is whole.share_of is None and all(
            any(count.is_part_of(other) for other in whole.counts) for count in self.counts
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A number; of a share also `whole`, the number that it is a share of."""

    number: Decimal
    whole: Decimal | None = None

    @property
    def value(self) -> Decimal | None:
        """The number, or the share in percent; None for a share of nobody."""
        if self.whole is None:
            return self.number
        return self.number * 100 / self.whole if self.whole else None


# Why something is not counted; how much it is, stands beside the sources.
UNCONFIRMED, NOT_HELD, CALLED_OFF, TO_COME = "unconfirmed", "not_held", "called_off", "to_come"
UNTICKED, WITHDRAWN = "unticked", "withdrawn"
REPLACED, VOIDED = "replaced", "voided"
WHY_NOT = (
    *(UNCONFIRMED, NOT_HELD, CALLED_OFF, TO_COME),
    *(UNTICKED, WITHDRAWN, REPLACED, VOIDED),
)


class Listed(StrEnum):
    """Values of a `where` that the programme file lists itself, under this name."""

    EVENT_CATEGORIES = "event_categories"
    SUGGESTION_CATEGORIES = "suggestion_categories"
    INDICATORS = "indicators"


@dataclass(frozen=True, slots=True)
class Declared:
    """A source as a programme file may use it.

    `keys` of its `where`, and what they may be. `lasting`: its records last, and count where they
    stand at the end of a period, or now. `scale`: how many of the units of its weights are one.
    `weighed`: one record may be about several people, so that nobody asks how many records.
    """

    keys: Mapping[str, frozenset[str] | Listed] = field(default_factory=dict)
    lasting: bool = False
    scale: int = 1
    weighed: bool = False


LEDGER = "ledger"
THOUSANDTHS = 1000  # in which the ledger keeps its numbers
_TO_MANY = Declared({"kind": frozenset(kind for kind, its in KINDS.items() if its.is_broadcast)})
_OF_EVENTS = Declared({"category": Listed.EVENT_CATEGORIES})
# Every source that an indicator may name. Their rows stand in storage/queries/figures.
SOURCES: Mapping[str, Declared] = {
    "broadcasts": _TO_MANY,
    "acknowledgements": Declared(),
    "events": _OF_EVENTS,
    "occasions": _OF_EVENTS,
    "sign_ups": _OF_EVENTS,
    "attendances": replace(_OF_EVENTS, weighed=True),
    "suggestions": Declared(
        {"category": Listed.SUGGESTION_CATEGORIES, "state": frozenset(SuggestionState)}
    ),
    LEDGER: Declared({"indicator": Listed.INDICATORS}, scale=THOUSANDTHS),
    "members": Declared(lasting=True),
}

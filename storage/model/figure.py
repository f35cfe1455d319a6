"""Figures: which records an indicator counts, and how they add up to a number.

A figure is records before it is a number. A *source* gives the records, `where` of a programme
file picks some of them, and how they add up stands apart from both, so that every figure can list
what it counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
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
    """

    node_id: int
    at: datetime
    subject_kind: SubjectKind
    subject_id: int
    person_id: int | None
    weight: int


@dataclass(frozen=True, slots=True)
class Measure:
    """What an indicator counts: the records of `source` that have for each key of `where` one of
    its values, added up as `adds` says."""

    source: str
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    adds: Adds = Adds.COUNT

    def is_part_of(self, whole: "Measure") -> bool:
        """Whether each of its records is one of `whole`, so that it never is more."""
        return (self.source, self.adds) == (whole.source, whole.adds) and all(
            key in self.where and self.where[key] <= values for key, values in whole.where.items()
        )


class Listed(StrEnum):
    """Values of a `where` that the programme file lists itself, under this name."""

    EVENT_CATEGORIES = "event_categories"
    SUGGESTION_CATEGORIES = "suggestion_categories"


_TO_MANY = {"kind": frozenset(kind for kind, its in KINDS.items() if its.is_broadcast)}
_OF_EVENTS = {"category": Listed.EVENT_CATEGORIES}
# Every source that an indicator may name, with the keys of its `where` and what they may be. Their
# rows stand in storage/queries/figures.
SOURCES: Mapping[str, Mapping[str, frozenset[str] | Listed]] = {
    "broadcasts": _TO_MANY,
    "deliveries": _TO_MANY,
    "acknowledgements": {},
    "events": _OF_EVENTS,
    "sign_ups": _OF_EVENTS,
    "attendances": _OF_EVENTS,
    "suggestions": {
        "category": Listed.SUGGESTION_CATEGORIES,
        "state": frozenset(SuggestionState),
    },
}

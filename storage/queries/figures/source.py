"""What a source is: records of one sort, as rows with the same columns whatever they are about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Table, literal

from storage.model.figure import Adds
from storage.model.subject import SubjectKind
from storage.tables.base import Id


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a source does not count, and is told: `why`, its rows (`columns`), and how many of what
    is told. `begun`: only of what has begun (True), or is still to come (False)."""

    why: str
    rows: Select[Any]
    adds: Adds = Adds.COUNT
    begun: bool | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """`rows` are the records (`columns`), `subjects` the table of what they are about; `where` says
    in which column each key of a programme file's `where` is looked for; `until`, of what lasts,
    when it ended (NULL: not yet); `left_out` what it does not count of what is asked. `nameless`
    are records of another table that are nobody's: a number of people whom nobody named. `records`
    says of how many records a row is the sum, where it is one."""

    rows: Select[Any]
    subjects: Table
    where: Mapping[str, ColumnElement[str]] = field(default_factory=dict)
    until: ColumnElement[Any] | None = None
    left_out: tuple[LeftOut, ...] = ()
    nameless: Select[Any] | None = None
    records: ColumnElement[int] | None = None


def columns(
    subject: SubjectKind, subject_id: ColumnElement[Any], **others: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    """The columns of a source: `node_id` and `at`, where and when it is counted; what it is about;
    `person_id`, nobody's unless given; and `weight`, one unless given."""
    given = {"person_id": literal(None, Id), "weight": literal(1, Id)} | others
    named = {"subject_kind": literal(subject.value, String), "subject_id": subject_id, **given}
    return [named[name].label(name) for name in NAMES]


NAMES = ("node_id", "at", "subject_kind", "subject_id", "person_id", "weight")

"""Study: how far a person is in a course. Schedules are in storage/model/schedule.py."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from storage.model.rhythm import WEEKDAYS as WEEKDAYS
from storage.model.rhythm import Rhythm as Rhythm
from storage.model.rhythm import ScheduleKind as ScheduleKind
from storage.model.schedule import SCHEDULE_MOVES as SCHEDULE_MOVES
from storage.model.schedule import Schedule as Schedule
from storage.model.schedule import ScheduleState as ScheduleState


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one member is in a course. `first` is False when it had been acknowledged before."""

    language: str
    done: int
    next_slot_at: datetime | None
    first: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """A course in the library of one person: the ids of the items they acknowledged, and whether
    they joined it."""

    done: Set[str]
    joined: bool

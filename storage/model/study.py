"""Study: schedules of pushes, and what a member has acknowledged."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ScheduleKind(StrEnum):
    ONCE = "once"
    WEEKLY = "weekly"


class ScheduleState(StrEnum):
    """active: has a next slot. ended: the last item went out. cancelled: by staff."""

    ACTIVE = "active"
    ENDED = "ended"
    CANCELLED = "cancelled"


SCHEDULE_MOVES: dict[ScheduleState, frozenset[ScheduleState]] = {
    ScheduleState.ACTIVE: frozenset({ScheduleState.ENDED, ScheduleState.CANCELLED}),
    ScheduleState.ENDED: frozenset(),
    ScheduleState.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a schedule fires: once at `once_at`, or weekly on `days` at local time `at`."""

    kind: ScheduleKind
    once_at: datetime | None = None
    days: tuple[str, ...] = ()
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rhythm of pushes: the `position`-th item of a course goes to a node at `next_slot_at`.

    `missed_at` is the last slot that was skipped because it came too late, None if none was.
    """

    id: int
    course_id: str
    position: int
    node_id: int
    node_name: str
    rhythm: Rhythm
    next_slot_at: datetime | None
    state: ScheduleState
    missed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one member is in a course. `first` is False when it had been acknowledged before."""

    language: str
    done: int
    next_slot_at: datetime | None
    first: bool

"""Nudges: once a month a community's staff hear that its plan is behind, or that it has none."""

from dataclasses import dataclass
from datetime import datetime, time

from storage.model.holidays import Holidays
from storage.model.plan import Light, Progress

MORNING = (time(9), time(12))  # of the district's clock
ASKED_FOR_A_PLAN = range(1, 4)  # the months in which a community is told that it has none


@dataclass(frozen=True, slots=True)
class Nudge:
    """That the plan of a node was looked at in a month."""

    id: int
    node_id: int
    year: int
    month: int


def is_time(local: datetime, holidays: Holidays) -> bool:
    """Whether this is the morning of a working day, at the district's own time."""
    return holidays.is_working(local.date()) and MORNING[0] <= local.time() < MORNING[1]


def is_behind(progress: Progress) -> bool:
    """Whether something is behind, and not only nearly on plan."""
    return bool(progress.with_light(Light.BEHIND))


def lacks_a_plan(progress: Progress, month: int) -> bool:
    """Whether nothing is planned, in a month in which that is said."""
    return not progress.targets and month in ASKED_FOR_A_PLAN


def is_owed(progress: Progress, month: int) -> bool:
    """Whether its staff are to be told anything."""
    return is_behind(progress) or lacks_a_plan(progress, month)

"""Schedules: a rhythm, and what is sent to whom when one of its slots comes."""

import sys
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.model.audience import Audience, Lesson
from storage.model.kinds import KINDS, DeliveryKind, Priority
from storage.model.person import Standing
from storage.model.reminder import LEADS, slot_of
from storage.model.rhythm import Rhythm, ScheduleKind


class ScheduleState(StrEnum):
    """active: has a next slot, or will have one once the day of a festival is known. ended: has
    none any more. cancelled: by staff."""

    ACTIVE = "active"
    ENDED = "ended"
    CANCELLED = "cancelled"


SCHEDULE_MOVES: dict[ScheduleState, frozenset[ScheduleState]] = {
    ScheduleState.ACTIVE: frozenset({ScheduleState.ENDED, ScheduleState.CANCELLED}),
    ScheduleState.ENDED: frozenset(),
    ScheduleState.CANCELLED: frozenset(),
}

FARTHEST = timedelta(days=10 * 366)  # a later day is a slip of the finger
# Staff see of a schedule that ended that it missed a slot, or that its last one went to nobody.
SKIPPED_SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When something new is sent: the slots of `rhythm`, the first of which is `first_at`; None if
    it is not known yet, as the day of a festival."""

    rhythm: Rhythm
    first_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """What staff want sent, and when. `draft_key` makes a repeated one the same schedule.

    `next_slot_at` is the first slot of `rhythm`. A study push begins with the item at `position` of
    its course, and those who had an item get it only if it is pushed `again`; a notice has an
    audience and its message as JSON. `priority` None is the kind's own.
    """

    draft_key: str
    kind: DeliveryKind
    node_id: int
    rhythm: Rhythm
    next_slot_at: datetime | None
    course_id: str | None = None
    position: int = 0
    audience: Audience | None = None
    content: str | None = None
    priority: Priority | None = None
    at_most_once: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rhythm, and what is sent to whom at its slots. `fired` counts the slots that were served.

    The slots are local times of the node. A study push sends the item at `position` of its course;
    every slot moves on to the next one, except after joining: there all get the same.
    """

    id: int
    kind: DeliveryKind
    rhythm: Rhythm
    node_id: int
    node_name: str
    node_path: str
    course_id: str | None
    position: int
    audience: Audience | None
    content: str | None
    event_id: int | None
    priority: Priority
    at_most_once: bool
    fired: int
    next_slot_at: datetime | None
    state: ScheduleState
    again: bool = False

    @property
    def moves_on(self) -> bool:
        """Whether the next slot sends the next item."""
        return self.kind is DeliveryKind.STUDY_ITEM and not self.is_after_joining

    @property
    def is_after_joining(self) -> bool:
        return self.rhythm.kind is ScheduleKind.AFTER_JOINING

    @property
    def waits(self) -> bool:
        """Whether it has no next slot yet: the day of its festival is not known."""
        return self.state is ScheduleState.ACTIVE and self.next_slot_at is None

    @property
    def tells_of_nobody(self) -> bool:
        """Whether staff wonder if a slot is for nobody: not after joining, where that is usual, nor
        before an event for which nobody signed up."""
        return not (KINDS[self.kind].personal or self.is_after_joining)

    def is_for(self, standing: Standing) -> bool:
        """Whether people of that standing are among whom it is for."""
        if self.kind is DeliveryKind.STUDY_ITEM:
            return standing is Standing.MEMBER
        return self.audience is None or self.audience.standing in (None, standing)

    @property
    def items(self) -> range:
        """The positions, in its course, of what a study push still sends."""
        return items_sent(self.rhythm, self.position, self.fired)

    def audience_of(self, slot: "Slot") -> Audience:
        """Whom a slot is for; after joining, those who joined the course in [from, to)."""
        found, joined = self.audience, slot.joined
        if self.kind is DeliveryKind.STUDY_ITEM:
            lesson = Lesson(self.course_id or "", slot.item_id or "", self.again)
            found = study_audience(self.node_id, lesson, self.rhythm.course_id)
        elif self.kind is DeliveryKind.EVENT_REMINDER:
            found = Audience(of_event=self.event_id)
        assert found is not None  # every notice has one
        if joined is None:
            return found
        begins, ends = joined
        course_id = self.rhythm.course_id
        return replace(found, course_id=course_id, joined_from=begins, joined_to=ends)


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot that has come and is to be served: the last one, so a long outage means one catch-up.

    `next_at` is the slot that follows; None if there is none, or it is not known yet (`waits`). Of
    a study push, `item_id` is the item, None if the course has ended, and `last` whether none comes
    after it. After joining, the slot is for those who joined the course in `joined` [from, to).
    `nobody`: there is nobody whom it is for, because all had the item, say.
    """

    at: datetime
    item_id: str | None = None
    last: bool = False
    next_at: datetime | None = None
    joined: tuple[datetime, datetime] | None = None
    nobody: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule as staff see it, with what it takes to tell its times and its subject.

    `missed` counts the slots that came too late and were skipped, `missed_at` is the last of them.
    `nobody_at` is the last slot of all, if there was nobody to send to; of a study push,
    `nobody_item` is what it would have sent.
    """

    schedule: Schedule
    zone: ZoneInfo
    event_title: str | None
    missed: int
    missed_at: datetime | None
    nobody_at: datetime | None = None
    nobody_item: str | None = None


def study_audience(node_id: int, lesson: Lesson, joined: str = "") -> Audience:
    """Whom a push of `lesson` to a node is for: its members who did not pause, nor leave the
    course; of them, those in the course `joined` if there is one."""
    members = Audience(node_id, standing=Standing.MEMBER, studying=True, lesson=lesson)
    return replace(members, course_id=joined or None)


def items_sent(rhythm: Rhythm, position: int, fired: int = 0) -> range:
    """The positions, in its course, of what a study push still sends: one item after the other
    from `position` on, or that one alone. `fired` of its slots were served."""
    if rhythm.kind in (ScheduleKind.ONCE, ScheduleKind.AFTER_JOINING):
        return range(position, position + 1)
    left = sys.maxsize if rhythm.count is None else max(0, rhythm.count - fired)
    return range(position, min(sys.maxsize, position + left))


def share_an_item(some: range, others: range) -> bool:
    """Whether two study pushes of a course send the same item."""
    return max(some.start, others.start) < min(some.stop, others.stop)


def possible_reminders(starts_at: datetime, now: datetime) -> tuple[int, ...]:
    """Which of the LEADS are still to come, for an event that starts at `starts_at`."""
    return tuple(hours for hours in LEADS if slot_of(starts_at, hours) > now)


def usual_reminder(starts_at: datetime, now: datetime) -> int:
    """How many hours before an event people are reminded unless staff say otherwise: a day, or two
    hours if it is nearer than that; 0 for no reminder, if it is nearer still."""
    possible = possible_reminders(starts_at, now)
    return 24 if 24 in possible else 2 if 2 in possible else 0

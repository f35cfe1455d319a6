"""Kinds of message: all that holds for every message of a kind stands here, and nowhere else.

Its words are found at the last moment, by its writer in `scheduler/letters`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, IntEnum, StrEnum


class DeliveryKind(StrEnum):
    """What is owed; the words are rendered when it is sent, from the facts as they are then."""

    STUDY_ITEM = "study_item"
    NOTICE = "notice"
    EVENT_NOTICE = "event_notice"
    EVENT_GROUP = "event_group"  # the card of an event in a Telegram group
    EVENT_REMINDER = "event_reminder"
    EVENT_CANCELLED = "event_cancelled"
    EVENT_CHANGED = "event_changed"
    EVENT_FEEDBACK = "event_feedback"  # how was it?
    EVENT_OVER = "event_over"  # did it take place?
    SEAT_OFFERED = "seat_offered"  # one that is kept for a while for whoever was first in line
    SEAT_TAKEN_OFF = "seat_taken_off"  # by staff
    SEAT_PUT_BACK = "seat_put_back"  # which was a mistake
    SUGGESTION_MADE = "suggestion_made"
    SUGGESTION_ANSWER = "suggestion_answer"
    SUPPORTED_ANSWER = "supported_answer"  # the same for those who said "me too"
    MEMBERSHIP_ASKED = "membership_asked"
    MEMBERSHIP_ANSWER = "membership_answer"
    ROLE_ENDED = "role_ended"
    PLAN_BEHIND = "plan_behind"
    MONTH_FIGURES = "month_figures"
    YEAR_CLOSING = "year_closing"  # what the district made of a year's figures
    CORRECTION = "correction"  # what was sent before is edited
    WITHDRAWAL = "withdrawal"  # what was sent before is deleted


class Priority(IntEnum):
    """What goes first when there is more to send than the pace allows."""

    ALONE = -1  # no broadcast, but owed to one person: comes before all of them
    URGENT = 0  # corrections, cancelled events, reminders, notices that staff mark as urgent
    NOTICE = 1
    STUDY = 2


class Until(Enum):
    """A bound that is no length of time."""

    ITS_EVENT_BEGINS = "its event begins"
    NO_LONGER_TRUE = "no longer true"  # which its writer sees at the last moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What holds for every message of a kind. No default: whoever adds one decides each of these.

    `mark`: the emoji before it on cards and in lists. `useful`: how long after its slot one that
    still waits is of use. `cut_off`: how long after it a slot that was missed (the bot was down) is
    still served, before it is skipped and shown; None for what has no slots of a schedule.
    `personal`: news of what the person asked for or has to decide, which they want whenever they
    come back. `change`: edits or deletes what people have already; silent, so that nobody's quiet
    hours are disturbed.
    """

    mark: str
    priority: Priority
    useful: timedelta | Until
    cut_off: timedelta | Until | None
    personal: bool
    change: bool
    about_event: bool

    @property
    def is_broadcast(self) -> bool:
        """Whether it goes to an audience, with a card of its own."""
        return self.priority is not Priority.ALONE

    def expires_at(self, slot_at: datetime, event_starts_at: datetime | None) -> datetime | None:
        """From when on one that still waits is of no use; None if the last look alone says so."""
        if isinstance(self.useful, timedelta):
            return slot_at + self.useful
        return event_starts_at if self.useful is Until.ITS_EVENT_BEGINS else None

    def is_too_late(
        self, slot_at: datetime, event_starts_at: datetime | None, now: datetime
    ) -> bool:
        """Whether a slot that was missed is skipped. Raises ValueError for what has no slots."""
        if isinstance(self.cut_off, timedelta):
            return now - slot_at > self.cut_off
        if self.cut_off is not Until.ITS_EVENT_BEGINS or event_starts_at is None:
            raise ValueError("has no slot of a schedule, or no event that begins")
        return now >= event_starts_at


KINDS: Mapping[DeliveryKind, Kind] = {
    DeliveryKind.STUDY_ITEM: Kind(
        mark="📚",
        priority=Priority.STUDY,
        useful=timedelta(days=3),
        cut_off=timedelta(hours=12),
        personal=False,
        change=False,
        about_event=False,
    ),
    DeliveryKind.NOTICE: Kind(
        mark="📣",
        priority=Priority.NOTICE,
        useful=timedelta(days=7),
        cut_off=timedelta(hours=12),
        personal=False,
        change=False,
        about_event=False,
    ),
    DeliveryKind.EVENT_NOTICE: Kind(
        mark="🎫",
        priority=Priority.NOTICE,
        useful=Until.ITS_EVENT_BEGINS,
        cut_off=None,
        personal=False,
        change=False,
        about_event=True,
    ),
    DeliveryKind.EVENT_GROUP: Kind(
        mark="🎫",
        priority=Priority.NOTICE,
        useful=Until.ITS_EVENT_BEGINS,
        cut_off=None,
        personal=False,
        change=False,
        about_event=True,
    ),
    DeliveryKind.EVENT_REMINDER: Kind(
        mark="⏰",
        priority=Priority.URGENT,
        useful=Until.ITS_EVENT_BEGINS,
        cut_off=Until.ITS_EVENT_BEGINS,
        personal=True,
        change=False,
        about_event=True,
    ),
    DeliveryKind.EVENT_CANCELLED: Kind(
        mark="🎫",
        priority=Priority.URGENT,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=True,
        change=False,
        about_event=True,
    ),
    DeliveryKind.EVENT_CHANGED: Kind(
        mark="🎫",
        priority=Priority.URGENT,
        useful=Until.ITS_EVENT_BEGINS,
        cut_off=None,
        personal=True,
        change=False,
        about_event=True,
    ),
    DeliveryKind.EVENT_FEEDBACK: Kind(
        mark="⭐",
        priority=Priority.ALONE,
        useful=timedelta(days=7),
        cut_off=None,
        personal=False,
        change=False,
        about_event=False,
    ),
    DeliveryKind.EVENT_OVER: Kind(
        mark="❓",
        priority=Priority.ALONE,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=True,
        change=False,
        about_event=False,
    ),
    DeliveryKind.SEAT_OFFERED: Kind(
        mark="🎫",
        priority=Priority.ALONE,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=True,
        change=False,
        about_event=True,
    ),
    DeliveryKind.SEAT_TAKEN_OFF: Kind(
        mark="🎫",
        priority=Priority.ALONE,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=True,
        change=False,
        about_event=True,
    ),
    DeliveryKind.SEAT_PUT_BACK: Kind(
        mark="🎫",
        priority=Priority.ALONE,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=True,
        change=False,
        about_event=True,
    ),
    DeliveryKind.SUGGESTION_MADE: Kind(
        mark="💡",
        priority=Priority.ALONE,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=True,
        change=False,
        about_event=False,
    ),
    DeliveryKind.SUGGESTION_ANSWER: Kind(
        mark="💡",
        priority=Priority.ALONE,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=True,
        change=False,
        about_event=False,
    ),
    DeliveryKind.SUPPORTED_ANSWER: Kind(
        mark="🙋",
        priority=Priority.ALONE,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=True,
        change=False,
        about_event=False,
    ),
    DeliveryKind.MEMBERSHIP_ASKED: Kind(
        mark="👤",
        priority=Priority.ALONE,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=True,
        change=False,
        about_event=False,
    ),
    DeliveryKind.ROLE_ENDED: Kind(
        mark="🧰",
        priority=Priority.ALONE,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=True,
        change=False,
        about_event=False,
    ),
    DeliveryKind.MEMBERSHIP_ANSWER: Kind(
        mark="👤",
        priority=Priority.ALONE,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=True,
        change=False,
        about_event=False,
    ),
    DeliveryKind.PLAN_BEHIND: Kind(
        mark="🎯",
        priority=Priority.ALONE,
        useful=timedelta(days=7),
        cut_off=None,
        personal=False,
        change=False,
        about_event=False,
    ),
    DeliveryKind.MONTH_FIGURES: Kind(
        mark="🗓",
        priority=Priority.ALONE,
        useful=timedelta(days=14),
        cut_off=None,
        personal=True,
        change=False,
        about_event=False,
    ),
    DeliveryKind.YEAR_CLOSING: Kind(
        mark="🔒",
        priority=Priority.ALONE,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=True,
        change=False,
        about_event=False,
    ),
    DeliveryKind.CORRECTION: Kind(
        mark="✏️",
        priority=Priority.URGENT,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=False,
        change=True,
        about_event=False,
    ),
    DeliveryKind.WITHDRAWAL: Kind(
        mark="↩️",
        priority=Priority.URGENT,
        useful=Until.NO_LONGER_TRUE,
        cut_off=None,
        personal=False,
        change=True,
        about_event=False,
    ),
}
PERSONAL = frozenset(kind for kind, its in KINDS.items() if its.personal)
# Owed for a moment that was chosen with a look at the quiet hours: if it lies in them, it is meant.
AT_NIGHT_TOO = frozenset({DeliveryKind.SEAT_OFFERED})
CHANGES = frozenset(kind for kind, its in KINDS.items() if its.change)
ABOUT_EVENTS = frozenset(kind for kind, its in KINDS.items() if its.about_event)
# Owed to each person alone, but to all who came at once, and in no hurry: after every broadcast.
LAST = frozenset({DeliveryKind.EVENT_FEEDBACK})

"""Broadcasts: one sending to many, which staff may pause, go on with and stop.

running ◀──▶ paused     by staff
 ▲ │ │       │ │
 │ │ └─▶ cancelled      by staff: what is still queued is not sent
 │ ▼           │
done ◀─────────┘        nothing is left to send; running again when staff retry the failed
skipped                 its slot came too late (it is born so)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from storage.model.audience import Audience
from storage.model.delivery import DeliveryKind, DeliveryState


class BroadcastState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


BROADCAST_MOVES: dict[BroadcastState, frozenset[BroadcastState]] = {
    BroadcastState.RUNNING: frozenset(
        {BroadcastState.PAUSED, BroadcastState.DONE, BroadcastState.CANCELLED}
    ),
    BroadcastState.PAUSED: frozenset(
        {BroadcastState.RUNNING, BroadcastState.DONE, BroadcastState.CANCELLED}
    ),
    BroadcastState.DONE: frozenset({BroadcastState.RUNNING}),
    BroadcastState.CANCELLED: frozenset(),
    BroadcastState.SKIPPED: frozenset(),
}
# What has not come to its end: there may be more to plan and to send.
OPEN = (BroadcastState.RUNNING, BroadcastState.PAUSED)


class Priority(IntEnum):
    """What goes first when there is more to send than the pace allows."""

    URGENT = 0  # corrections, cancelled events, reminders, notices that staff mark as urgent
    NOTICE = 1
    STUDY = 2


PRIORITIES: Mapping[DeliveryKind, Priority] = {
    DeliveryKind.STUDY_ITEM: Priority.STUDY,
    DeliveryKind.NOTICE: Priority.NOTICE,
    DeliveryKind.EVENT_NOTICE: Priority.NOTICE,
    DeliveryKind.EVENT_REMINDER: Priority.URGENT,
    DeliveryKind.EVENT_CANCELLED: Priority.URGENT,
    DeliveryKind.CORRECTION: Priority.URGENT,
    DeliveryKind.WITHDRAWAL: Priority.URGENT,
}
# After this time a message that still waits is of no use any more. An event's notices and
# reminders are of none once it began.
USEFUL_FOR: Mapping[DeliveryKind, timedelta] = {
    DeliveryKind.STUDY_ITEM: timedelta(days=3),
    DeliveryKind.NOTICE: timedelta(days=7),
}


@dataclass(frozen=True, slots=True)
class NewBroadcast:
    """What is to be sent, to whom, and who may manage it (`node_id`).

    `content` is a notice's message as JSON; `of_id` the broadcast that is corrected or withdrawn.
    """

    kind: DeliveryKind
    node_id: int
    audience: Audience
    slot_at: datetime
    priority: Priority | None = None
    schedule_id: int | None = None
    course_id: str | None = None
    item_id: str | None = None
    subject_id: int | None = None
    content: str | None = None
    of_id: int | None = None
    at_most_once: bool = False
    expires_at: datetime | None = None
    draft_key: str | None = None
    created_by: int | None = None
    state: BroadcastState = BroadcastState.RUNNING


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One sending to many, and how far it has come.

    `counts` sum up to the audience at every instant; `unsure` of them may have arrived twice, or
    (marked at most once) not at all. `planned` is False while the audience is still being counted.
    """

    id: int
    kind: DeliveryKind
    state: BroadcastState
    node_id: int
    node_name: str
    audience: Audience
    slot_at: datetime
    course_id: str | None
    item_id: str | None
    subject_id: int | None
    content: str | None
    of_id: int | None
    at_most_once: bool
    created_at: datetime
    created_by: int | None
    finished_at: datetime | None
    planned: bool
    unsure: int
    counts: Mapping[DeliveryState, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many people it is for, as far as it is planned."""
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        return self.count(DeliveryState.QUEUED) + self.count(DeliveryState.CLAIMED)

    def count(self, *states: DeliveryState) -> int:
        return sum(self.counts.get(state, 0) for state in states)

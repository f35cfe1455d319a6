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
from datetime import datetime
from enum import StrEnum

from storage.model.audience import Audience
from storage.model.delivery import DeliveryState
from storage.model.kinds import DeliveryKind, Priority


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


@dataclass(frozen=True, slots=True)
class NewBroadcast:
    """What is to be sent, to whom, and who may manage it (`node_id`).

    `content` is a notice's message as JSON; `of_id` the broadcast that is corrected or withdrawn,
    `replaced` the message, as JSON, that a correction takes the place of.
    `priority` None is the kind's own; what is useful until its event begins needs
    `event_starts_at`.
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
    replaced: str | None = None
    of_id: int | None = None
    at_most_once: bool = False
    event_starts_at: datetime | None = None
    draft_key: str | None = None
    created_by: int | None = None
    state: BroadcastState = BroadcastState.RUNNING


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One sending to many, and how far it has come.

    `counts` sum up to the audience at every instant; `unsure` of them may have arrived twice, or
    (marked at most once) not at all. `planned` is False while the audience is still being counted.
    `sender` is the name of who sent or planned it, if that is known; `withdrawn`: it is being taken
    back, or was.
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
    sender: str = ""
    withdrawn: bool = False

    @property
    def total(self) -> int:
        """How many people it is for, as far as it is planned."""
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        return self.count(DeliveryState.QUEUED) + self.count(DeliveryState.CLAIMED)

    def count(self, *states: DeliveryState) -> int:
        return sum(self.counts.get(state, 0) for state in states)

"""Deliveries: one message owed to one person.

queued ──▶ claimed ──▶ sent
  │  ▲        ├──────▶ unreachable   (403, chat not found: final, the person is marked)
  │  └────────┤                      (429, 5xx, network: again later)
  │           ├──────▶ failed        (refused for another reason, or too many attempts)
  └──────────▶└──────▶ cancelled     (no longer true at the last moment)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class DeliveryState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    CANCELLED = "cancelled"


DELIVERY_MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.QUEUED: frozenset({DeliveryState.CLAIMED, DeliveryState.CANCELLED}),
    DeliveryState.CLAIMED: frozenset(
        {
            DeliveryState.QUEUED,
            DeliveryState.SENT,
            DeliveryState.UNREACHABLE,
            DeliveryState.FAILED,
            DeliveryState.CANCELLED,
        }
    ),
    DeliveryState.SENT: frozenset(),
    DeliveryState.UNREACHABLE: frozenset(),
    DeliveryState.FAILED: frozenset(),
    DeliveryState.CANCELLED: frozenset(),
}

REASON_LIMIT = 200
# Failed tries in a row before a delivery is given up. The waits between them grow to five minutes,
# so this is about half a day without Telegram.
MAX_ATTEMPTS = 150
# A slot that was missed (the bot was down) is still sent within this time, then skipped.
STUDY_CUT_OFF = timedelta(hours=12)


class DeliveryKind(StrEnum):
    """What is owed; the words are rendered when it is sent, from the facts as they are then."""

    STUDY_ITEM = "study_item"
    EVENT_NOTICE = "event_notice"
    EVENT_CANCELLED = "event_cancelled"
    SUGGESTION_MADE = "suggestion_made"
    SUGGESTION_ANSWER = "suggestion_answer"
    MEMBERSHIP_ASKED = "membership_asked"
    MEMBERSHIP_ANSWER = "membership_answer"


def backoff(attempts: int) -> timedelta:
    """How long to wait before the next try after `attempts` failed ones: 2 s doubling to 5 min."""
    return timedelta(seconds=min(300, 2 ** min(attempts, 9)))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery in the courier's hands, with what is needed to render and address it."""

    id: int
    kind: DeliveryKind
    telegram_id: int
    language: str
    subject_id: int | None
    course_id: str | None
    item_id: str | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claimed delivery. `again_at` is set when the state is `queued`."""

    delivery_id: int
    state: DeliveryState
    message_id: int | None = None
    reason: str | None = None
    again_at: datetime | None = None
    failed_try: bool = False  # counts as an attempt: a server or the network failed

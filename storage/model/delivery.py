"""Deliveries: one message owed to one person, or to one group.

queued ──▶ claimed ──▶ sent
  │  ▲        ├──────▶ unreachable   (403, chat not found: final, the person is marked)
  │  ├────────┤                      (429, 5xx, network: again later)
  │  │        ├──────▶ failed        (refused for another reason, or too many attempts)
  │  └─────── │ ────── failed, unreachable   (staff ask to try these again; they are back, and
  │           │                               it is news of their own)
  │           ├──────▶ expired       (too late to be of use)
  └───────────┴──────▶ cancelled     (no longer true at the last moment, or stopped by staff)
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from storage.model.kinds import DeliveryKind


class DeliveryState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


DELIVERY_MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.QUEUED: frozenset({DeliveryState.CLAIMED, DeliveryState.CANCELLED}),
    DeliveryState.CLAIMED: frozenset(
        {
            DeliveryState.QUEUED,
            DeliveryState.SENT,
            DeliveryState.UNREACHABLE,
            DeliveryState.FAILED,
            DeliveryState.EXPIRED,
            DeliveryState.CANCELLED,
        }
    ),
    DeliveryState.SENT: frozenset(),
    DeliveryState.UNREACHABLE: frozenset({DeliveryState.QUEUED, DeliveryState.CANCELLED}),
    DeliveryState.FAILED: frozenset({DeliveryState.QUEUED}),
    DeliveryState.EXPIRED: frozenset(),
    DeliveryState.CANCELLED: frozenset(),
}

REASON_LIMIT = 200
# Failed tries in a row before a delivery is given up. The waits between them grow to five minutes,
# so this is about half a day without Telegram.
MAX_ATTEMPTS = 150


def backoff(attempts: int) -> timedelta:
    """How long to wait before the next try after `attempts` failed ones: 2 s doubling to 5 min."""
    return timedelta(seconds=min(300, 2 ** min(attempts, 9)))


# The ids of the messages that one delivery became: one tuple for each part, because a long text
# takes several messages and an album several in one call.
MessageIds = tuple[tuple[int, ...], ...]


def ids_to_text(ids: MessageIds) -> str:
    """((11,), (12, 13)) as "11;12,13": how the database keeps them."""
    return ";".join(",".join(map(str, part)) for part in ids)


def ids_from_text(text: str | None) -> MessageIds:
    """The other way round; nothing for None."""
    if not text:
        return ()
    return tuple(tuple(int(i) for i in part.split(",")) for part in text.split(";"))


class Claimed(NamedTuple):
    """A delivery in the courier's hands, with what is needed to render and address it.

    `content_id` and `revision` name the broadcast whose content it shows, and which version of it;
    `sent` are the messages of an earlier try that got half through, `before` those that a
    correction or withdrawal is about, and `before_is_whole` whether that was sent to its end.
    """

    id: int
    kind: DeliveryKind
    chat_id: int
    language: str
    name: str
    community: str
    broadcast_id: int | None
    content_id: int | None
    revision: int
    subject_id: int | None
    schedule_id: int | None
    course_id: str | None
    item_id: str | None
    at_most_once: bool
    attempts: int
    sent: MessageIds = ()
    before: MessageIds = ()
    before_is_whole: bool = True


class Outcome(NamedTuple):
    """What became of a claimed delivery. `claimed`: it is in hand still, with so many parts `sent`.

    `again_at`: when a `queued` one is due, if not as before.
    `unsure`: nobody can know whether Telegram took it. `moved_to`: the group's new chat id.
    `corrects`: the broadcast whose messages are those `there` from now on. `poll_id`: Telegram's id
    of the copy of a poll that was sent. `shown`: the fingerprint of a card that is kept up to date.
    """

    delivery_id: int
    broadcast_id: int | None
    state: DeliveryState
    sent: MessageIds = ()
    reason: str | None = None
    again_at: datetime | None = None
    failed_try: bool = False  # counts as an attempt: a server or the network failed
    unsure: bool = False
    moved_to: int | None = None
    corrects: int | None = None
    there: MessageIds = ()
    poll_id: str | None = None
    shown: str | None = None

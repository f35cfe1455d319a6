"""Progress cards: what staff see of a broadcast while it goes on and afterwards."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.model.broadcast import Broadcast, BroadcastState
from storage.model.delivery import DeliveryState
from storage.model.kinds import DeliveryKind
from storage.model.votes import NO_VOTES, Votes


@dataclass(frozen=True, slots=True)
class Subject:
    """What a broadcast is about; of a change, what is changed.

    A study item has `course_id` and `item_id`, a notice its message as JSON in `content`, anything
    about an event its title.
    """

    kind: DeliveryKind
    course_id: str | None = None
    item_id: str | None = None
    content: str | None = None
    event_title: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """`count` people (`more`: at least so many) whose quiet hours end from `at` on."""

    count: int
    at: datetime
    more: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """How far a broadcast has come, as its card shows it.

    `acknowledged` is None for what cannot be acknowledged; `again_at` when what failed for the
    moment is tried again, if nothing else is due; `resumes_at` the end of a pause that Telegram
    asked for; `rate` what was dealt with in a second of late, None if nobody measured it;
    `withdrawal_id` the broadcast that takes it back; `corrected`: what it said before is known;
    `votes` those of its poll, of all copies.
    """

    broadcast: Broadcast
    subject: Subject
    acknowledged: int | None = None
    later: Later | None = None
    again_at: datetime | None = None
    resumes_at: datetime | None = None
    rate: float | None = None
    withdrawal_id: int | None = None
    corrected: bool = False
    votes: Votes = NO_VOTES

    @property
    def is_over(self) -> bool:
        """Whether nothing will change by itself any more."""
        return is_over(self.broadcast)

    @property
    def seconds_left(self) -> float | None:
        """How long what is due will take at this rate; None while nobody can know."""
        waiting = self.broadcast.waiting - (self.later.count if self.later else 0)
        if not self.rate or waiting <= 0 or not self.broadcast.planned:
            return None
        return waiting / self.rate


def is_over(broadcast: Broadcast) -> bool:
    """Whether nothing will change by itself any more: what was stopped has given up its queue."""
    match broadcast.state:
        case BroadcastState.DONE | BroadcastState.SKIPPED:
            return True
        case BroadcastState.CANCELLED:
            return broadcast.waiting == 0
        case _:
            return False


@dataclass(frozen=True, slots=True)
class OpenCard:
    """A card that is edited until its broadcast is over, in the chat of one of the staff.

    `shown` is the fingerprint of what it shows; `may` whether they may manage the broadcast still.
    """

    broadcast_id: int
    person_id: int
    chat_id: int
    language: str
    message_id: int
    shown: str
    may: bool


class Why(StrEnum):
    """Why a message did not reach somebody, as far as staff can do something about it."""

    BLOCKED = "blocked"
    GONE = "gone"
    REMOVED = "removed"  # the group threw the bot out, or lets it write nothing
    LATE = "late"
    OLD = "old"  # too old to be deleted
    DELETED = "deleted"  # there is nothing left to edit
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    TWICE = "twice"  # it arrived, perhaps two times
    UNKNOWN = "unknown"  # nobody can know whether it arrived


# Words in Telegram's refusals, the first that is found.
_WORDS = (
    ("blocked", Why.BLOCKED),
    ("kicked", Why.REMOVED),
    ("rights", Why.REMOVED),
    ("not a member", Why.REMOVED),
    ("CHAT_WRITE_FORBIDDEN", Why.REMOVED),
    ("CHAT_SEND_PLAIN_FORBIDDEN", Why.REMOVED),
    ("CHAT_RESTRICTED", Why.REMOVED),
    ("CHANNEL_PRIVATE", Why.REMOVED),
    ("TOPIC_CLOSED", Why.REMOVED),  # of a forum, where "General" is closed
    ("be deleted", Why.OLD),
    ("to edit not found", Why.DELETED),
    ("be edited", Why.DELETED),
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Somebody whom a broadcast did not reach, or nobody knows whether it did (`unsure`).

    `name` is empty for one of an audience that names nobody; `reason` are Telegram's own words, or
    ours.
    """

    name: str
    state: DeliveryState
    reason: str
    unsure: bool

    @property
    def why(self) -> Why:
        """The reason in one of a few kinds."""
        if self.state is DeliveryState.EXPIRED:
            return Why.LATE
        if self.unsure and self.state is not DeliveryState.UNREACHABLE:
            lost = self.state in (DeliveryState.FAILED, DeliveryState.CANCELLED)
            return Why.UNKNOWN if lost else Why.TWICE
        for words, why in _WORDS:
            if words in self.reason:
                return why
        if self.state is DeliveryState.UNREACHABLE:
            return Why.GONE
        # Telegram's refusals begin with their code; a network has none.
        return Why.REFUSED if self.reason[:3].isdecimal() else Why.NO_ANSWER

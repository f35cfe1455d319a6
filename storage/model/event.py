"""Events: what staff post, the states they have, and how one person sees them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NoReturn
from zoneinfo import ZoneInfo

from storage.model.audience import Audience
from storage.model.event_details import NOTHING, Details, check_deadline
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.visible import is_visible

TITLE_LIMIT = 120
PLACE_LIMIT = 120
CAPACITY_LIMIT = 100_000
FARTHEST = timedelta(days=2 * 366)  # a later day is a slip of the finger
USUAL_LENGTH = timedelta(hours=2)  # of an event of which nobody said when it ends
LONGEST = timedelta(days=31)  # what takes longer is a slip of the finger
ARRIVING = timedelta(hours=1)  # how long before an event it is recorded who comes,
AFTERWARDS = timedelta(days=1)  # and how long after it is over


class EventState(StrEnum):
    DRAFT = "draft"  # only staff see it
    OPEN = "open"
    CLOSED = "closed"  # it takes no more sign-ups
    HELD = "held"
    NOT_HELD = "not_held"
    CANCELLED = "cancelled"


# What staff said of an event is free to be put right, as long as its year is not closed.
EVENT_MOVES: dict[EventState, frozenset[EventState]] = {
    EventState.DRAFT: frozenset({EventState.OPEN, EventState.CANCELLED}),
    EventState.OPEN: frozenset(
        {EventState.CLOSED, EventState.HELD, EventState.NOT_HELD, EventState.CANCELLED}
    ),
    EventState.CLOSED: frozenset(
        {EventState.OPEN, EventState.HELD, EventState.NOT_HELD, EventState.CANCELLED}
    ),
    EventState.HELD: frozenset({EventState.CLOSED, EventState.NOT_HELD}),
    EventState.NOT_HELD: frozenset({EventState.CLOSED, EventState.HELD}),
    EventState.CANCELLED: frozenset(),
}
# People are told of it, and may hold a seat; whether it took place nobody has said yet.
GOING_AHEAD = frozenset({EventState.OPEN, EventState.CLOSED})
SAID = frozenset({EventState.HELD, EventState.NOT_HELD})  # whether it took place
# Nobody said that it does not take place, or did not.
STANDING = GOING_AHEAD | {EventState.HELD}
_NOBODY = {EventState.CANCELLED: "event.cancelled", EventState.NOT_HELD: "event.did_not_happen"}


@dataclass(frozen=True, slots=True)
class Event:
    """A happening as people see it. `capacity` None: no limit.

    People are reminded `reminders` hours before, the first of which is, or was, at `remind_at`.
    """

    id: int
    node_id: int
    node_name: str
    category: str
    title: str
    place: str
    starts_at: datetime
    capacity: int | None
    taken: int
    state: EventState
    remind_at: datetime | None = None
    reminders: tuple[int, ...] = ()
    ends_at: datetime | None = None
    by_hand: bool = False  # recorded afterwards
    deadline_at: datetime | None = None  # of signing up; None: until it starts
    companions: int = 0  # how many others each may bring
    series_id: int | None = None
    revision: int = 0  # how often it was changed

    @property
    def closes_at(self) -> datetime:
        """Until when one can sign up, as long as staff do not close it early."""
        return self.starts_at if self.deadline_at is None else min(self.deadline_at, self.starts_at)

    @property
    def over_at(self) -> datetime:
        """When it is over, as far as anybody said: an end that nobody gave is taken to be soon."""
        return self.ends_at or self.starts_at + USUAL_LENGTH

    @property
    def left(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    def is_over(self, now: datetime) -> bool:
        """Nobody can sign up or give a seat back once it has begun."""
        return now >= self.starts_at

    def takes_sign_ups(self, now: datetime) -> bool:
        return self.state is EventState.OPEN and now < self.closes_at

    @property
    def attendance_at(self) -> datetime:
        """From when it is recorded who comes."""
        return self.starts_at - ARRIVING

    @property
    def attendance_until(self) -> datetime:
        """Until when that is recorded."""
        return self.over_at + AFTERWARDS

    def has_attendance(self, now: datetime) -> bool:
        """Whether it may be known who came, also of one that is long over."""
        return now >= self.attendance_at and self.state in STANDING

    def takes_attendance(self, now: datetime) -> bool:
        """Whether it is recorded now who came."""
        return self.has_attendance(now) and now < self.attendance_until

    def takes_ticks(self, now: datetime) -> bool:
        """Whether staff may say now who came: later, too, until they confirmed that it was held."""
        return self.takes_attendance(now) or self.is_unconfirmed(now)

    def check_attendance(self, now: datetime) -> None:
        """Raises Refusal with the reason if it is not recorded now who comes."""
        if not self.takes_attendance(now):
            self._refuse_attendance(now)

    def check_ticks(self, now: datetime) -> None:
        """Raises Refusal with the reason if staff may not say now who came."""
        if not self.takes_ticks(now):
            self._refuse_attendance(now)

    def _refuse_attendance(self, now: datetime) -> NoReturn:
        if self.state not in STANDING:
            raise Refusal(_NOBODY.get(self.state, "event.not_for_you"))
        if now < self.attendance_at:
            raise Refusal("event.not_begun", at=self.attendance_at)
        raise Refusal("event.attendance_over", at=self.attendance_until)

    def is_unconfirmed(self, now: datetime) -> bool:
        """Whether nobody has said yet whether it took place, though it has begun."""
        return self.state in GOING_AHEAD and now >= self.starts_at


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What staff filled in. `draft_key` makes a repeated posting the same event.

    `remind_hours` is how many hours before people are reminded, 0 for never, None for as usual.
    `audience` None: everybody of the node.
    """

    draft_key: str
    node_id: int
    category: str
    title: str
    place: str
    starts_at: datetime
    capacity: int | None
    remind_hours: int | None = None
    ends_at: datetime | None = None
    deadline_at: datetime | None = None
    details: Details = NOTHING
    series_id: int | None = None
    audience: Audience | None = None

    def check(self, now: datetime) -> None:
        """Raises Refusal for what no event may be."""
        check_title(self.title)
        check_place(self.place)
        if self.capacity is not None:
            check_capacity(self.capacity)
        check_start(self.starts_at, now)
        check_end(self.starts_at, self.ends_at)
        check_deadline(self.deadline_at, self.starts_at, now)


def check_title(title: str) -> None:
    """Raises Refusal."""
    if not is_visible(title) or len(title) > TITLE_LIMIT:
        raise Refusal("event.title_length", limit=TITLE_LIMIT)


def check_place(place: str) -> None:
    """Raises Refusal."""
    if not is_visible(place) or len(place) > PLACE_LIMIT:
        raise Refusal("event.place_length", limit=PLACE_LIMIT)


def check_capacity(capacity: int) -> None:
    """Raises Refusal."""
    if not 0 < capacity <= CAPACITY_LIMIT:
        raise Refusal("event.capacity_range", limit=CAPACITY_LIMIT)


def check_start(starts_at: datetime, now: datetime) -> None:
    """Raises Refusal for an event in the past, or too far away to be meant."""
    if starts_at <= now:
        raise Refusal("event.in_the_past")
    if starts_at > now + FARTHEST:
        raise Refusal("event.too_far")


def check_end(starts_at: datetime, ends_at: datetime | None) -> None:
    """Raises Refusal."""
    if ends_at is not None and not starts_at < ends_at <= starts_at + LONGEST:
        raise Refusal("posting.end_is_no_end")


def check_day(day: date, now: datetime, zone: ZoneInfo) -> None:
    """The same for its day, before its time is known."""
    if day < day_of(now, zone):
        raise Refusal("event.in_the_past")
    if day > day_of(now + FARTHEST, zone):
        raise Refusal("event.too_far")


@dataclass(frozen=True, slots=True)
class EventCard:
    """An event for one person: `signed_up` says whether they hold a seat, `reminded_at` when they
    are reminded of it then (None: not at all, or it was not asked).

    `waiting` is how many people and groups stand in line, `place` where this one does, from 1;
    `offered_until`: a seat is kept for them; `seats` are theirs with their companions'. Whoever
    neither holds, awaits nor was offered any has none of these.
    """

    event: Event
    signed_up: bool
    reminded_at: datetime | None = None
    details: Details = NOTHING
    waiting: int = 0
    place: int | None = None
    offered_until: datetime | None = None
    seats: int = 1

    @property
    def is_full(self) -> bool:
        """Whether whoever asks now waits: those who stand in line come first, however many seats
        are free."""
        return self.event.left == 0 or (self.waiting > 0 and self.event.left is not None)

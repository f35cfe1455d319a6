"""Events and sign-ups. A seat is taken by a conditional update, so the last goes to exactly one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.model.page import Page
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.visible import is_visible

TITLE_LIMIT = 120
PLACE_LIMIT = 120
CAPACITY_LIMIT = 100_000
FARTHEST = timedelta(days=2 * 366)  # a later day is a slip of the finger
ARRIVING = timedelta(hours=2)  # how long before an event its first people may come


class EventState(StrEnum):
    OPEN = "open"
    CANCELLED = "cancelled"


EVENT_MOVES: dict[EventState, frozenset[EventState]] = {
    EventState.OPEN: frozenset({EventState.CANCELLED}),
    EventState.CANCELLED: frozenset(),
}


class SignUpState(StrEnum):
    SIGNED_UP = "signed_up"
    CANCELLED = "cancelled"


# A second thought is free in both directions, as long as the event takes sign-ups.
SIGN_UP_MOVES: dict[SignUpState, frozenset[SignUpState]] = {
    SignUpState.SIGNED_UP: frozenset({SignUpState.CANCELLED}),
    SignUpState.CANCELLED: frozenset({SignUpState.SIGNED_UP}),
}


@dataclass(frozen=True, slots=True)
class Event:
    """A happening as people see it. `capacity` None: no limit; `remind_at` None: no reminder."""

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

    @property
    def left(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    def is_over(self, now: datetime) -> bool:
        """Sign-ups close when the event starts."""
        return now >= self.starts_at

    @property
    def attendance_at(self) -> datetime:
        """From when staff tick who came."""
        return self.starts_at - ARRIVING

    def takes_attendance(self, now: datetime) -> bool:
        """Whether staff may tick who came: from shortly before the start on, however long after."""
        return self.state is EventState.OPEN and now >= self.attendance_at


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What staff filled in. `draft_key` makes a repeated posting the same event.

    `remind_hours` is how many hours before people are reminded, 0 for never, None for as usual.
    """

    draft_key: str
    node_id: int
    category: str
    title: str
    place: str
    starts_at: datetime
    capacity: int | None
    remind_hours: int | None = None

    def check(self, now: datetime) -> None:
        """Raises Refusal for what no event may be."""
        check_title(self.title)
        check_place(self.place)
        if self.capacity is not None:
            check_capacity(self.capacity)
        check_start(self.starts_at, now)


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


def check_day(day: date, now: datetime, zone: ZoneInfo) -> None:
    """The same for its day, before its time is known."""
    if day < day_of(now, zone):
        raise Refusal("event.in_the_past")
    if day > day_of(now + FARTHEST, zone):
        raise Refusal("event.too_far")


@dataclass(frozen=True, slots=True)
class EventCard:
    """An event for one person: `signed_up` says whether they hold a seat."""

    event: Event
    signed_up: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """A line of a roster. `came`: staff ticked them; False: took the tick back; None: neither."""

    person_id: int
    name: str
    came: bool | None


@dataclass(frozen=True, slots=True)
class Roster:
    """Who holds a seat at an event: a page of them, and of them all how many are ticked (`came`),
    how many ticks were taken back (`absent`) and who was never ticked (`open`)."""

    event: Event
    seats: Page[Seat]
    came: int
    absent: int
    open: int


@dataclass(frozen=True, slots=True)
class SignUp:
    """The outcome of a press. `changed` is False when it was so already."""

    card: EventCard
    language: str
    changed: bool

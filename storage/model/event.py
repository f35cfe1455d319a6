"""Events and sign-ups. A seat is taken by a conditional update, so the last goes to exactly one."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.model.calendar import Calendar
from storage.model.local_time import instant_of
from storage.model.naming import Namesake
from storage.model.page import Page
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.schedule import possible_reminders, usual_reminder
from storage.model.typed.clocks import read_time
from storage.model.typed.days import When, read_date, read_when
from storage.model.typed.numbers import read_number
from storage.model.typed.text import plain
from storage.model.visible import is_visible, one_line

TITLE_LIMIT = 120
PLACE_LIMIT = 120
CAPACITY_LIMIT = 100_000
FARTHEST = timedelta(days=2 * 366)  # a later day is a slip of the finger
ARRIVING = timedelta(hours=2)  # how long before an event its first people may come
NO_LIMIT = 0
_STEPS = ("node_id", "category", "title", "day", "at", "place", "capacity")
# What a text says by itself, whatever was asked; any text may be a title or a place.
_PLAIN, _ANY = ("day", "at", "capacity"), ("title", "place")
_UNLIMITED = (
    *("不限", "不限名额", "名额不限", "不限人数", "人数不限", "不限制", "没有限制", "无限制"),
    *("no limit", "no limits", "unlimited"),
)


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
    """An event for one person: `signed_up` says whether they hold a seat, `reminded_at` when they
    are reminded of it then (None: not at all, or it was not asked)."""

    event: Event
    signed_up: bool
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A line of a roster. `came`: staff ticked them; False: took the tick back; None: neither."""

    person_id: int
    name: str
    came: bool | None
    namesake: Namesake | None = None  # if another one has this name
    unreached: bool = False  # no message reaches them now


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


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What is known of it; None is not asked yet, `capacity` NO_LIMIT is no limit.

    `key` makes a repeated posting the same event. `several`: there is a choice of places.
    `remind_hours` as in NewEvent. `said` is a text of which it is not clear what it means.
    """

    key: str
    several: bool = False
    node_id: int | None = None
    category: str | None = None
    title: str | None = None
    day: date | None = None
    at: time | None = None
    place: str | None = None
    capacity: int | None = None
    remind_hours: int | None = None
    said: str = ""

    def steps(self) -> tuple[str, ...]:
        """What is asked, in order."""
        return _STEPS if self.several else _STEPS[1:]

    def missing(self) -> tuple[str, ...]:
        """What of it was not answered yet."""
        return tuple(step for step in self.steps() if getattr(self, step) is None)

    def with_title(self, text: str) -> "EventDraft":
        """Raises Refusal."""
        title = one_line(text)
        check_title(title)
        return replace(self, title=title)

    def with_place(self, text: str) -> "EventDraft":
        """Raises Refusal."""
        place = one_line(text)
        check_place(place)
        return replace(self, place=place)

    def with_capacity(self, capacity: int) -> "EventDraft":
        """Raises Refusal."""
        if capacity != NO_LIMIT:
            check_capacity(capacity)
        return replace(self, capacity=capacity)

    def with_day(self, day: date, now: datetime, zone: ZoneInfo) -> "EventDraft":
        """The time is asked again if it is over on that day. Raises Refusal."""
        check_day(day, now, zone)
        moved = replace(self, day=day)
        if moved.at is not None and moved.starts_at(zone) <= now:
            return replace(moved, at=None)
        return moved

    def with_time(self, at: time, now: datetime, zone: ZoneInfo) -> "EventDraft":
        """Raises Refusal."""
        moved = replace(self, at=at)
        check_start(moved.starts_at(zone), now)
        return moved

    def with_node(self, node_id: int) -> "EventDraft":
        return replace(self, node_id=node_id)

    def with_category(self, category: str) -> "EventDraft":
        return replace(self, category=category)

    def answered(self, step: str, text: str, calendar: Calendar) -> "EventDraft":
        """With a text as people type it for the answer to `step`; a day may be typed with its time,
        and instead of it. Raises Refusal."""
        match step:
            case "title":
                return self.with_title(text)
            case "place":
                return self.with_place(text)
            case "day" | "at":
                return self._with_when(_read_when(step, text, calendar), calendar)
            case _:
                return self.with_capacity(_read_capacity(text))

    def _with_when(self, when: When, calendar: Calendar) -> "EventDraft":
        now, zone = calendar.now, calendar.zone
        draft = self if when.day is None else self.with_day(when.day, now, zone)
        return draft if when.by_day is None else draft.with_time(when.by_day, now, zone)

    def meanings(self, text: str, calendar: Calendar) -> tuple[str, ...]:
        """The steps to which a text may be the answer; one if it plainly is."""
        clear = tuple(step for step in _PLAIN if _reads(step, text, calendar))
        if len(clear) == 1:
            return clear
        return (*clear, *(step for step in _ANY if self._takes(step, text, calendar)))

    def _takes(self, step: str, text: str, calendar: Calendar) -> bool:
        try:
            self.answered(step, text, calendar)
        except Refusal:
            return False
        return True

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """When it starts, by the clock of `zone`. Day and time must be known."""
        if self.day is None or self.at is None:
            raise ValueError("an event without a day or a time")
        return instant_of(self.day, self.at, zone)

    def reminder(self, now: datetime, zone: ZoneInfo) -> int:
        """How many hours before people are reminded: what was chosen while that is still to come,
        or as usual; 0 for never."""
        starts_at = self.starts_at(zone)
        if self.remind_hours in (0, *possible_reminders(starts_at, now)):
            return self.remind_hours or 0
        return usual_reminder(starts_at, now)

    def with_other_reminder(self, now: datetime, zone: ZoneInfo) -> "EventDraft":
        """None, 2 hours, a day, two days, and round again: those that are still to come."""
        hours = self.reminder(now, zone)
        later = [each for each in possible_reminders(self.starts_at(zone), now) if each > hours]
        return replace(self, remind_hours=later[0] if later else 0)

    def complete(self, now: datetime, zone: ZoneInfo) -> NewEvent:
        """What is posted. Nothing may be missing."""
        if self.node_id is None or self.category is None or self.capacity is None:
            raise ValueError(f"an event without {', '.join(self.missing())}")
        return NewEvent(
            draft_key=self.key,
            node_id=self.node_id,
            category=self.category,
            title=self.title or "",
            place=self.place or "",
            starts_at=self.starts_at(zone),
            capacity=self.capacity or None,
            remind_hours=self.reminder(now, zone),
        )


def _reads(step: str, text: str, calendar: Calendar) -> bool:
    """Whether a text has the form of an answer to a step that is no mere text; also if what it says
    cannot be, which is told then."""
    try:
        match step:
            case "day":
                read_date(text, calendar.today, holidays=calendar.holidays)
            case "at":
                return _is_time(text, calendar)
            case _:
                _read_capacity(text)
    except ValueError:
        return False
    except Refusal as refusal:
        return refusal.key != "event.bad_number"
    return True


def _is_time(text: str, calendar: Calendar) -> bool:
    """Whether it is a clock time, perhaps with its day. Raises as `read_when`."""
    try:
        read_time(text)
    except ValueError:
        if _reads("day", text, calendar):
            return False
        return read_when(text, calendar.today, calendar.holidays).at is not None
    return True


def _read_when(step: str, text: str, calendar: Calendar) -> When:
    """What is typed where a day or a time is asked. Raises Refusal."""
    try:
        if step == "day":
            return _day_first(text, calendar)
        return _time_first(text, calendar)
    except ValueError:
        raise Refusal("push.bad_time" if step == "at" else "day.not_understood") from None


def _day_first(text: str, calendar: Calendar) -> When:
    """Raises ValueError, also for a time without a day."""
    try:
        return When(read_date(text, calendar.today, holidays=calendar.holidays), None)
    except ValueError:
        when = read_when(text, calendar.today, calendar.holidays)
    if when.day is None:
        raise ValueError(text)
    return when


def _time_first(text: str, calendar: Calendar) -> When:
    """Raises ValueError."""
    try:
        clock = read_time(text)
    except ValueError:
        return read_when(text, calendar.today, calendar.holidays)
    return When(None, clock.at, clock.bare)


def _read_capacity(text: str) -> int:
    """Raises Refusal; also for 0, by which nobody means "no limit"."""
    if plain(text) in _UNLIMITED:
        return NO_LIMIT
    try:
        capacity = read_number(text)
    except ValueError:
        raise Refusal("event.bad_number") from None
    check_capacity(capacity)
    return capacity

"""What staff have filled in of an event, and how their texts answer what is asked."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.model.audience import Audience
from storage.model.audience_draft import AudienceDraft
from storage.model.calendar import Calendar
from storage.model.event import (
    Event,
    EventState,
    NewEvent,
    check_capacity,
    check_day,
    check_place,
    check_start,
    check_title,
)
from storage.model.event_answers import (
    NO_LIMIT,
    Times,
    read_capacity,
    read_deadline,
    read_ending,
    read_times,
    reads,
)
from storage.model.event_change import (
    EventChange,
    Facts,
    check_begun,
    check_day_begun,
)
from storage.model.event_details import NOTHING, Deadline, Details, check_deadline, deadline_on
from storage.model.local_time import instant_of
from storage.model.refusal import Refusal
from storage.model.schedule import possible_reminders, usual_reminder
from storage.model.typed.years import Lean
from storage.model.visible import one_line

MOST_REPEATS = 26  # half a year
_STEPS = ("node_id", "category", "title", "day", "at", "place", "capacity")
# What a text says by itself, whatever was asked; any text may be a title or a place.
_PLAIN, _ANY = ("day", "at", "ends", "capacity"), ("title", "place")


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What is known of it; None is not asked yet, `capacity` NO_LIMIT is no limit.

    `key` makes a repeated posting the same event. `several`: there is a choice of places.
    `lasts`: minutes from its start to its end. `remind_hours` as in NewEvent. `said` is a text of
    which it is not clear what it means.

    Of an event that is being changed: its id, what it was when the form was opened, and whether it
    had `begun`; `kept`: it is a draft that only staff see. `too_few` is a number of places that is
    less than people come. `repeats`: so often, a week after the other.
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
    lasts: int | None = None
    event_id: int | None = None
    was: Facts | None = None
    begun: bool = False
    too_few: int = 0
    details: Details = NOTHING
    deadline: Deadline | None = None
    repeats: int = 1
    kept: bool = False
    chosen: AudienceDraft | None = None

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

    def with_too_few(self, capacity: int) -> "EventDraft":
        """That many places were wanted, and more people come."""
        return replace(self, too_few=capacity)

    def with_day(self, day: date, now: datetime, zone: ZoneInfo) -> "EventDraft":
        """The time is asked again if it is over on that day. Raises Refusal."""
        if self.begun:
            check_day_begun(day, now, zone)
            return replace(self, day=day)
        check_day(day, now, zone)
        moved = replace(self, day=day)
        if moved.at is not None and moved.starts_at(zone) <= now:
            return replace(moved, at=None)
        return moved

    def with_time(self, at: time, now: datetime, zone: ZoneInfo) -> "EventDraft":
        """Raises Refusal."""
        moved = replace(self, at=at)
        check = check_begun if self.begun else check_start
        check(moved.starts_at(zone), now)
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
                lean = Lean.BACK if self.begun else Lean.AHEAD
                return self._with_times(read_times(step, text, calendar, lean), calendar)
            case "ends":
                return self._with_times(read_ending(text, self.local_start, calendar), calendar)
            case _:
                return self.with_capacity(read_capacity(text))

    def _with_times(self, times: Times, calendar: Calendar) -> "EventDraft":
        now, zone, draft = calendar.now, calendar.zone, self
        if times.day is not None:
            draft = draft.with_day(times.day, now, zone)
        if times.at is not None:
            draft = draft.with_time(times.at, now, zone)
        return draft if times.lasts is None else draft.with_length(times.lasts)

    def with_length(self, lasts: timedelta | None) -> "EventDraft":
        """None: nobody says when it ends."""
        return replace(self, lasts=None if lasts is None else lasts // timedelta(minutes=1))

    def meanings(self, text: str, calendar: Calendar) -> tuple[str, ...]:
        """The steps to which a text may be the answer; one if it plainly is."""
        clear = tuple(step for step in _PLAIN if reads(step, text, calendar))
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
        start = self.local_start
        return instant_of(start.date(), start.time(), zone)

    @property
    def local_start(self) -> datetime:
        """The same as clocks there show it."""
        if self.day is None or self.at is None:
            raise ValueError("an event without a day or a time")
        return datetime.combine(self.day, self.at)

    def ends_at(self, zone: ZoneInfo) -> datetime | None:
        """When it ends, if that was said."""
        if self.lasts is None:
            return None
        ends = self.local_start + timedelta(minutes=self.lasts)
        return instant_of(ends.date(), ends.time(), zone)

    def deadline_at(self, zone: ZoneInfo) -> datetime | None:
        """Until when one can sign up; None: until it starts."""
        if self.deadline is None:
            return None
        until = self.deadline.local(self.local_start)
        return instant_of(until.date(), until.time(), zone)

    def with_deadline(
        self, deadline: Deadline | None, now: datetime, zone: ZoneInfo
    ) -> "EventDraft":
        """Raises Refusal."""
        draft = replace(self, deadline=deadline)
        check_deadline(draft.deadline_at(zone), draft.starts_at(zone), now)
        return draft

    def with_typed_deadline(self, text: str, calendar: Calendar) -> "EventDraft":
        """With a day, perhaps with its time; without, all of that day counts. Raises Refusal."""
        day, at = read_deadline(text, self.local_start.date(), calendar)
        deadline = deadline_on(day, at, self.local_start)
        return self.with_deadline(deadline, calendar.now, calendar.zone)

    @property
    def whom(self) -> AudienceDraft:
        """Whom it is for; nothing chosen: everybody of its place."""
        return self.chosen or AudienceDraft(Audience(self.node_id))

    def with_whom(self, whom: AudienceDraft) -> "EventDraft":
        return replace(self, chosen=whom)

    @property
    def audience(self) -> Audience | None:
        """The same, None for everybody; of the place that was chosen since, too."""
        audience = replace(self.whom.audience, node_id=self.node_id)
        return None if audience == Audience(self.node_id) else audience

    def with_details(self, details: Details) -> "EventDraft":
        return replace(self, details=details)

    def reminder(self, now: datetime, zone: ZoneInfo) -> int:
        """How many hours before people are reminded: what was chosen while that is still to come,
        or as usual; 0 for never."""
        starts_at = self.starts_at(zone)
        if self.remind_hours in (0, *possible_reminders(starts_at, now)):
            return self.remind_hours or 0
        return usual_reminder(starts_at, now)

    def chosen_reminder(self, now: datetime, zone: ZoneInfo) -> int:
        """The same; of an event that is being changed what was chosen, also if it was sent."""
        if self.was is not None and self.remind_hours == self.was.remind_hours:
            return self.was.remind_hours
        return self.reminder(now, zone)

    def with_other_reminder(self, now: datetime, zone: ZoneInfo) -> "EventDraft":
        """None, 2 hours, a day, two days, and round again: those that are still to come."""
        hours = self.chosen_reminder(now, zone)
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
            ends_at=self.ends_at(zone),
            deadline_at=self.deadline_at(zone),
            details=self.details,
            audience=self.audience,
        )

    def wanted(self, now: datetime, zone: ZoneInfo) -> EventChange | None:
        """The same as `change`; None if nothing is otherwise."""
        try:
            return self.change(now, zone)
        except Refusal as refusal:
            if refusal.key != "posting.nothing_changed":
                raise
        return None

    def change(self, now: datetime, zone: ZoneInfo) -> EventChange:
        """What is to be otherwise with the event that is being changed. Raises Refusal if nothing
        is, or it cannot be."""
        if self.was is None or self.capacity is None:
            raise ValueError("an event that is not being changed")
        to = Facts(
            category=self.category or "",
            title=self.title or "",
            place=self.place or "",
            starts_at=self.starts_at(zone),
            ends_at=self.ends_at(zone),
            capacity=self.capacity or None,
            remind_hours=self.chosen_reminder(now, zone),
            deadline_at=self.deadline_at(zone),
            details=self.details,
            audience=self.audience,
        )
        if to == self.was:
            raise Refusal("posting.nothing_changed")
        to.check(now, begun=self.begun)
        return EventChange(self.was, to)

    def repeated(self, now: datetime, zone: ZoneInfo) -> tuple[NewEvent, ...]:
        """What is posted, the first one first: each a week after the other, at the same time."""
        assert self.day is not None  # or it is not complete
        days = [self.day + timedelta(weeks=week) for week in range(self.repeats)]
        keys = [self.key, *(f"{self.key}-{week}" for week in range(1, self.repeats))]
        return tuple(
            replace(self, key=key, day=day).complete(now, zone)
            for key, day in zip(keys, days, strict=True)
        )

    def with_repeats(self, number: int) -> "EventDraft":
        """Raises Refusal."""
        if not 1 <= number <= MOST_REPEATS:
            raise Refusal("posting.repeats_range", most=MOST_REPEATS)
        return replace(self, repeats=number)

    def copied(self, key: str, *, several: bool) -> "EventDraft":
        """All but the day, for another event."""
        return EventDraft(
            key,
            several=several,
            node_id=self.node_id,
            category=self.category,
            title=self.title,
            at=self.at,
            place=self.place,
            capacity=self.capacity,
            remind_hours=self.remind_hours,
            lasts=self.lasts,
            details=self.details,
            deadline=self.deadline,
            chosen=self.chosen,
        )


def draft_of_event(
    event: Event, facts: Facts, key: str, now: datetime, zone: ZoneInfo
) -> EventDraft:
    """To change an event that was posted, and is as `facts` say."""
    starts = facts.starts_at.astimezone(zone)
    until = facts.deadline_at and facts.deadline_at.astimezone(zone)
    lasts = None if facts.ends_at is None else facts.ends_at - facts.starts_at
    return EventDraft(
        key,
        node_id=event.node_id,
        category=facts.category,
        title=facts.title,
        day=starts.date(),
        at=starts.time(),
        place=facts.place,
        capacity=NO_LIMIT if facts.capacity is None else facts.capacity,
        remind_hours=facts.remind_hours,
        lasts=None if lasts is None else lasts // timedelta(minutes=1),
        event_id=event.id,
        was=facts,
        begun=event.is_over(now) and event.state is not EventState.DRAFT,
        kept=event.state is EventState.DRAFT,
        details=facts.details,
        chosen=None if facts.audience is None else AudienceDraft(facts.audience),
        deadline=None if until is None else deadline_on(until.date(), until.time(), starts),
    )

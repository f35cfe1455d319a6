"""When shall it be sent? What a form has of the answer so far, and the rhythm that comes of it.

The calendar's arithmetic is passed in as `next_slots`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol, Self
from zoneinfo import ZoneInfo

from storage.model.holidays import Holidays
from storage.model.local_time import instant_of, just_before
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.rhythm import WEEKDAYS, NextSlots, Rhythm, ScheduleKind, after_joining
from storage.model.schedule import FARTHEST, Timetable
from storage.model.typed.days import read_when
from storage.model.typed.numbers import read_number

AFTER, EVERY, TIMES = range(366), range(1, 53), range(1, 1001)
MONTH_DAYS = range(1, 32)
MORNING = time(8, 30)


class How(StrEnum):
    """The ways in which something can be sent."""

    NOW = "now"
    LATER = "later"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    NTH = "nth"  # weekday of the month
    YEARLY = "yearly"
    JOINING = "joining"  # a course: days after it


class Asked(StrEnum):
    """What a way asks: a field of Choice."""

    DAY = "day"
    DAYS = "days"
    MONTH_DAY = "month_day"
    NTH = "nth"
    WEEKDAY = "weekday"
    AFTER = "after"
    AT = "at"


QUESTIONS: Mapping[How, tuple[Asked, ...]] = {
    How.NOW: (),
    How.LATER: (Asked.DAY, Asked.AT),
    How.DAILY: (Asked.AT,),
    How.WEEKLY: (Asked.DAYS, Asked.AT),
    How.MONTHLY: (Asked.MONTH_DAY, Asked.AT),
    How.NTH: (Asked.NTH, Asked.WEEKDAY, Asked.AT),
    How.YEARLY: (Asked.DAY, Asked.AT),
    How.JOINING: (Asked.AFTER, Asked.AT),
}
_RECURRING = frozenset(QUESTIONS) - {How.NOW, How.LATER, How.JOINING}


@dataclass(frozen=True, slots=True)
class Choice:
    """A way, and the answers to what it asks; `at` is a clock time of the place. In the place of a
    `day` of every year stands a `festival`, or the day so many days `away` from it."""

    how: How
    day: date | None = None
    festival: str = ""
    away: int = 0
    days: tuple[str, ...] = ()
    month_day: int | None = None
    nth: int | None = None
    weekday: str | None = None
    after: int | None = None
    at: time | None = None

    def missing(self) -> tuple[Asked, ...]:
        """What is still to be asked, in this order."""
        asked = (each for each in QUESTIONS[self.how] if getattr(self, each) in (None, ()))
        return tuple(each for each in asked if not (each is Asked.DAY and self.festival))


@dataclass(frozen=True, slots=True)
class RhythmDraft:
    """What is `chosen`, and what is being `asked`: until that is whole, the chosen one counts.

    `zone` is that of the place; `course_id` the course whose new people may be meant. The limits
    stay with another choice, except `every`, as weeks are no days.
    """

    zone: ZoneInfo
    course_id: str | None = None
    chosen: Choice | None = None
    asked: Choice | None = None
    every: int = 1
    until_on: date | None = None
    count: int | None = None
    skip_on: frozenset[date] = frozenset()
    skip_holidays: bool = False

    @property
    def how(self) -> How | None:
        return self.chosen.how if self.chosen else None

    @property
    def is_now(self) -> bool:
        return self.how is How.NOW

    @property
    def is_after_joining(self) -> bool:
        return self.how is How.JOINING

    @property
    def recurs(self) -> bool:
        return self.how in _RECURRING

    @property
    def festival(self) -> str:
        """The festival that it follows; empty for none."""
        return self.chosen.festival if self.chosen else ""

    @property
    def has_interval(self) -> bool:
        """Whether it may leave out days or weeks."""
        return self.how in (How.DAILY, How.WEEKLY)

    # What it hangs on

    def in_zone(self, zone: ZoneInfo) -> "RhythmDraft":
        return replace(self, zone=zone)

    def with_course(self, course_id: str | None) -> "RhythmDraft":
        """For the people of a course, or of none: then nothing is sent after joining it, but now
        instead."""
        draft = replace(self, course_id=course_id)
        return draft.asking(How.NOW) if self.is_after_joining and not course_id else draft

    # The choice

    def asking(self, how: How) -> "RhythmDraft":
        """Begins another choice. Raises Refusal for joining without a course."""
        if how is How.JOINING and not self.course_id:
            raise Refusal("home.form_over")  # that button was not shown
        return self._answered(Choice(how))

    def as_before(self) -> "RhythmDraft":
        """Without the choice that was begun."""
        return replace(self, asked=None)

    def tomorrow(self, now: datetime) -> "RhythmDraft":
        day = day_of(now, self.zone) + timedelta(days=1)
        return self._answered(Choice(How.LATER, day=day, at=MORNING))

    def with_day(self, day: date, now: datetime) -> "RhythmDraft":
        """Raises Refusal for a day that is over or too far away."""
        choice = self.required()
        self._check(day, now, every_year=choice.how is How.YEARLY)
        return self._answered(replace(choice, day=day, festival="", away=0))

    def with_festival(self, name: str, away: int) -> "RhythmDraft":
        """Every year on a festival that is on another day each year, or so many days from it."""
        return self._answered(replace(self.required(), festival=name, away=away, day=None))

    def with_weekdays(self, days: frozenset[str]) -> "RhythmDraft":
        """Raises Refusal for none."""
        in_order = tuple(day for day in WEEKDAYS if day in days)
        if not in_order:
            raise Refusal("schedule.no_day")
        return self._answered(replace(self.required(), days=in_order))

    def with_month_day(self, number: int) -> "RhythmDraft":
        return self._answered(replace(self.required(), month_day=number))

    def with_nth(self, number: int) -> "RhythmDraft":
        return self._answered(replace(self.required(), nth=number))

    def with_weekday(self, day: str) -> "RhythmDraft":
        return self._answered(replace(self.required(), weekday=day))

    def with_after(self, days: int) -> "RhythmDraft":
        """Raises Refusal for more days than there may be."""
        return self._answered(replace(self.required(), after=within(AFTER, days)))

    def with_time(self, at: time, now: datetime) -> "RhythmDraft":
        """Raises Refusal if the only moment that this means is over."""
        choice = replace(self.required(), at=at)
        if choice.how is How.LATER and _once_at(choice, self.zone) <= now:
            raise Refusal("schedule.in_the_past")
        return self._answered(choice)

    def typed(self, text: str, now: datetime, holidays: Holidays) -> "RhythmDraft":
        """With the moment that a text means: once, on that day, of which the clock time may still
        be asked. A clock time alone changes that of the choice; where nothing is chosen that has
        one, it means the next such moment.

        Raises ValueError for a text that is no time, Refusal for one that cannot be or is over.
        """
        when = read_when(text, day_of(now, self.zone), holidays)
        chosen, typed_at = self.chosen if self.chosen and not self.is_now else None, when.by_day
        if typed_at is not None and when.day is None:
            base = chosen or Choice(How.LATER, day=self._next_day(typed_at, now))
            moved = replace(self, asked=base).with_time(typed_at, now)
            return replace(moved, every=self.every)
        assert when.day is not None
        once = replace(self, asked=Choice(How.LATER)).with_day(when.day, now)
        at = typed_at or (chosen.at if chosen and chosen.how is How.LATER else None)
        return once if at is None else once.with_time(at, now)

    def _next_day(self, at: time, now: datetime) -> date:
        """The day of the next moment at this clock time."""
        today = day_of(now, self.zone)
        to_come = instant_of(today, at, self.zone) > now
        return today if to_come else today + timedelta(days=1)

    def required(self) -> Choice:
        """The choice that is asked. Raises Refusal for a press from another moment."""
        if self.asked is None:
            raise Refusal("home.form_over")
        return self.asked

    def _answered(self, choice: Choice) -> "RhythmDraft":
        if choice.missing():
            return replace(self, asked=choice)
        return replace(self, chosen=choice, asked=None, every=1)

    # Its limits

    def with_every(self, number: int) -> "RhythmDraft":
        """Every so many days or weeks. Raises Refusal."""
        return replace(self, every=within(EVERY, number))

    def with_until(self, day: date | None, now: datetime) -> "RhythmDraft":
        """Its last day, None for no end. Raises Refusal for one that is over or too far away."""
        if day is not None:
            self._check(day, now)
        return replace(self, until_on=day)

    def with_count(self, number: int | None) -> "RhythmDraft":
        """How many times, None for no end. Raises Refusal."""
        return replace(self, count=None if number is None else within(TIMES, number))

    def with_skip(self, day: date, now: datetime) -> "RhythmDraft":
        """A day is left out, or taken back. Raises Refusal for one that is over or too far away."""
        self._check(day, now)
        return replace(self, skip_on=self.skip_on ^ {day})

    def without_skips(self) -> "RhythmDraft":
        return replace(self, skip_on=frozenset())

    def with_holidays(self, *, skipped: bool) -> "RhythmDraft":
        return replace(self, skip_holidays=skipped)

    def _check(self, day: date, now: datetime, *, every_year: bool = False) -> None:
        """A day must not be over, unless it comes every year, nor so far away that it is a slip of
        the finger."""
        today = day_of(now, self.zone)
        if day < today and not every_year:
            raise Refusal("schedule.in_the_past")
        if day > today + FARTHEST:
            raise Refusal("schedule.too_far")

    # What comes of it

    def rhythm(self, now: datetime, next_slots: NextSlots) -> Rhythm:
        """The rhythm that is chosen. Raises Refusal before there is one."""
        if self.chosen is None:
            raise Refusal("home.form_over")
        if self.is_now:
            return Rhythm(ScheduleKind.ONCE, once_at=now)
        base = _base(self.chosen, self.course_id, self.zone)
        return self._limited(base, now, next_slots) if self.recurs else base

    def slots(self, now: datetime, next_slots: NextSlots, count: int) -> list[datetime]:
        """Up to `count` coming slots; of what is sent now, this moment."""
        if self.is_now:
            return [now]
        return next_slots(self.rhythm(now, next_slots), now, self.zone, count)

    def own_slot(self, now: datetime, next_slots: NextSlots) -> datetime | None:
        """After joining: the slot of somebody who joins the course now. None for other ways."""
        if not self.is_after_joining:
            return None
        rhythm, after = self.rhythm(now, next_slots), now
        if rhythm.days_after:
            day = day_of(now, self.zone) + timedelta(days=rhythm.days_after)
            after = just_before(day, self.zone)
        return next_slots(rhythm, after, self.zone, 1)[0]

    def complete(self, now: datetime, next_slots: NextSlots) -> Timetable:
        """The rhythm and its first slot; a festival may have none yet. Raises Refusal if there is
        none."""
        slots = self.slots(now, next_slots, 1)
        if not slots and self.festival and self.until_on is None:
            return Timetable(self.rhythm(now, next_slots), None)
        if not slots:
            over = self.how is How.LATER
            raise Refusal("schedule.in_the_past" if over else "schedule.no_slot")
        return Timetable(self.rhythm(now, next_slots), slots[0])

    def _limited(self, rhythm: Rhythm, now: datetime, next_slots: NextSlots) -> Rhythm:
        """The rhythm with its limits; it is counted from its first slot on."""
        # Festivals are holidays themselves.
        skipped = self.skip_holidays and not self.festival
        rhythm = replace(rhythm, skip_on=self.skip_on, skip_holidays=skipped)
        if self.every == 1 and self.count is None:
            return replace(rhythm, until_on=self.until_on)
        first = day_of((*next_slots(rhythm, now, self.zone, 1), now)[0], self.zone)
        return replace(
            rhythm,
            every=self.every,
            count=self.count,
            until_on=self.until_on,
            starts_on=min(first, self.until_on or first),
        )


class Timed(Protocol):
    """A draft of something that is sent at a time."""

    @property
    def when(self) -> RhythmDraft: ...

    def with_when(self, when: RhythmDraft) -> Self: ...


def sent_now(zone: ZoneInfo) -> RhythmDraft:
    """As a form begins that sends now unless told otherwise."""
    return RhythmDraft(zone, chosen=Choice(How.NOW))


def within(limits: range, number: int | None) -> int:
    """The number. Raises Refusal for none, or for one that lies outside `limits`."""
    if number is None or number not in limits:
        raise Refusal("schedule.bad_number", least=limits[0], most=limits[-1])
    return number


def whole_number(text: str, limits: range) -> int:
    """A number as people type it. Raises Refusal for what is none, or lies outside `limits`."""
    try:
        return within(limits, read_number(text))
    except ValueError:
        return within(limits, None)


def read_month_day(text: str) -> int:
    """A day of every month: "15", "15号", "每月15号", "月底" (the 31st is the last day of each).
    Raises Refusal."""
    typed = text.strip().removeprefix("每").removeprefix("个")
    if typed in _NAMED_DAYS:
        return _NAMED_DAYS[typed]
    return whole_number(typed.removeprefix("月").rstrip(" 日号號"), MONTH_DAYS)


_NAMED_DAYS = {
    **dict.fromkeys(("月底", "月末", "月最后一天", "最后一天", "last day", "the last day"), 31),
    **dict.fromkeys(("月初", "月第一天", "第一天", "first day", "the first day"), 1),
    "月中": 15,
}


def _once_at(choice: Choice, zone: ZoneInfo) -> datetime:
    assert choice.day is not None
    assert choice.at is not None
    return instant_of(choice.day, choice.at, zone)


def _base(choice: Choice, course_id: str | None, zone: ZoneInfo) -> Rhythm:
    """The rhythm of a whole choice, without limits. A field that is missing is told by Rhythm."""
    at = choice.at
    match choice.how:
        case How.LATER:
            return Rhythm(ScheduleKind.ONCE, once_at=_once_at(choice, zone))
        case How.DAILY:
            return Rhythm(ScheduleKind.DAILY, at=at)
        case How.WEEKLY:
            return Rhythm(ScheduleKind.WEEKLY, days=choice.days, at=at)
        case How.MONTHLY:
            return Rhythm(ScheduleKind.MONTHLY, day_of_month=choice.month_day or 0, at=at)
        case How.NTH:
            days = (choice.weekday or "",)
            return Rhythm(ScheduleKind.MONTHLY_WEEKDAY, nth=choice.nth or 0, days=days, at=at)
        case How.YEARLY if choice.festival:
            named, away = choice.festival, choice.away
            return Rhythm(ScheduleKind.FESTIVAL, festival=named, away=away, at=at)
        case How.YEARLY:
            assert choice.day is not None
            month, day = choice.day.month, choice.day.day
            return Rhythm(ScheduleKind.YEARLY, month=month, day_of_month=day, at=at)
        case _:
            assert at is not None
            return after_joining(course_id or "", choice.after or 0, at)

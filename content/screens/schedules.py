"""Schedules: rhythms and slots in words, and the list of what is planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from content import zones
from content.courses import Courses
from content.screen import Button, Screen, press
from content.screens.kit import button, excerpt, pager
from content.splitting import plain
from content.texts import Say
from storage.model.kinds import KINDS, DeliveryKind
from storage.model.message import Message
from storage.model.page import Page
from storage.model.rhythm import LAST, WEEKDAYS, Rhythm, ScheduleKind
from storage.model.schedule import Planned, ScheduleState

GIST = 24  # Chinese characters of a notice
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FESTIVALS = {
    "除夕": "eve",
    "春节": "spring",
    "元宵": "lantern",
    "清明": "qingming",
    "端午": "duanwu",
    "七夕": "qixi",
    "中秋": "mid_autumn",
    "重阳": "chongyang",
    "冬至": "solstice",
    "腊八": "laba",
}
NTHS = {1: "1", 2: "2", 3: "3", 4: "4", LAST: "last"}


@dataclass(frozen=True, slots=True)
class Clock:
    """Whose clock tells the times: that of a place, and the one of the district if they differ."""

    now: datetime
    zone: ZoneInfo
    district: ZoneInfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class When:
    """A rhythm before it is saved: its coming `slots`; after joining, the slot of somebody who
    joins today; the `years` whose holidays are not known yet; and the first one in which it is not
    known when its festival is."""

    rhythm: Rhythm
    slots: Sequence[datetime]
    joined: datetime | None
    years: Sequence[int]
    awaited: int | None = None


def moment(say: Say, at: datetime, clock: Clock) -> str:
    """An instant on the clock of the place, with its year unless that is this one."""
    local = at.astimezone(clock.zone)
    return say.label("schedule.moment", day=local.date(), at=local.time())


def describe(say: Say, rhythm: Rhythm, clock: Clock) -> str:
    """A rhythm in words: "every Mon, Thu at 8:30, 10 times"."""
    return say.label(
        "schedule.rhythm",
        base=_base(say, rhythm, clock),
        until=rhythm.until_on,
        count=rhythm.count,
        skip_holidays=rhythm.skip_holidays,
        worked=rhythm.is_working_days,
        skipped=len(rhythm.skip_on),
    )


def _base(say: Say, rhythm: Rhythm, clock: Clock) -> str:
    key, at = f"schedule.rhythm_{rhythm.kind.value}", rhythm.at
    match rhythm.kind:
        case ScheduleKind.ONCE:
            assert rhythm.once_at is not None
            return say.label(key, moment=moment(say, rhythm.once_at, clock))
        case ScheduleKind.DAILY:
            return say.label(key, every=rhythm.every, at=at)
        case ScheduleKind.WEEKLY:
            days = [say.label(f"day.{day}") for day in WEEKDAYS if day in rhythm.days]
            return say.label(key, every=rhythm.every, days=days, at=at)
        case ScheduleKind.MONTHLY:
            return say.label(key, day=rhythm.day_of_month, at=at)
        case ScheduleKind.MONTHLY_WEEKDAY:
            weekday = say.label(f"day.{rhythm.days[0]}")
            return say.label(key, nth=nth(say, rhythm.nth), weekday=weekday, at=at)
        case ScheduleKind.YEARLY:
            month = say.label(f"day.{MONTHS[rhythm.month - 1]}")
            return say.label(key, month=month, day=rhythm.day_of_month, at=at)
        case ScheduleKind.FESTIVAL:
            return say.label(key, name=festival(say, rhythm), away=rhythm.away, at=at)
        case ScheduleKind.AFTER_JOINING:
            return say.label(key, days=rhythm.days_after, at=at)
        case ScheduleKind.BEFORE_EVENT:
            return say.label(key, hours=rhythm.hours_before)


def festival(say: Say, rhythm: Rhythm) -> str:
    """The festival that a rhythm follows."""
    return say.label(f"schedule.festival_{FESTIVALS[rhythm.festival]}")


def nth(say: Say, number: int) -> str:
    """ "first", "second" …, "last"."""
    return say.label(f"schedule.nth_{NTHS[number]}")


def when(say: Say, found: When, clock: Clock) -> Markup:
    """A rhythm and what it means: lines for the window in which it is confirmed, or its receipt."""
    city = None
    if clock.zone.key != clock.district.key:
        city = zones.city(clock.zone, say.language)
    once = found.rhythm.kind is ScheduleKind.ONCE  # then the rhythm has said it
    text = say(
        "schedule.when",
        rhythm=describe(say, found.rhythm, clock),
        slots=[] if once else [moment(say, slot, clock) for slot in found.slots],
        never=not found.slots and found.joined is None and found.awaited is None,
        awaited=found.awaited,
        festival=festival(say, found.rhythm) if found.rhythm.festival else "",
        joined=None if found.joined is None else moment(say, found.joined, clock),
        city=city,
        years=found.years,
    )
    return text.strip()


def plans(
    say: Say, planned: Page[Planned], courses: Courses, now: datetime, zone: ZoneInfo
) -> Screen:
    """A page of what is scheduled, each with a button that stops it."""
    shown = list(enumerate(planned.items, start=planned.first))
    lines = [
        _line(say, number, each, courses, Clock(now, each.zone, zone)) for number, each in shown
    ]
    stops = tuple(
        (Button(say.label("schedule.stop", number=number), press("stop_push", each.schedule.id)),)
        for number, each in shown
        if each.schedule.state is ScheduleState.ACTIVE
    )
    new = (button(say, "push.new", "push"),)
    turn = pager(say, planned, "pushes", "staff")
    return Screen(say("schedule.plans", lines=lines), (new, *stops, *turn))


def _line(
    say: Say, number: int, planned: Planned, courses: Courses, clock: Clock
) -> dict[str, object]:
    schedule = planned.schedule
    # After joining there is a slot every day, for the few who joined so many days before.
    next_slot_at = None if schedule.is_after_joining else schedule.next_slot_at
    return {
        "number": number,
        "mark": KINDS[schedule.kind].mark,
        "node": schedule.node_name,
        "rhythm": describe(say, schedule.rhythm, clock),
        "next_slot": next_slot_at and moment(say, next_slot_at, clock),
        "title": _title(say, planned, courses),
        "fired": schedule.fired,
        "warnings": _warnings(say, planned, courses, clock),
    }


def _warnings(say: Say, planned: Planned, courses: Courses, clock: Clock) -> list[str]:
    """Which slots brought nothing, why, and what staff can do: lines of plain text."""
    found, schedule = [], planned.schedule
    if planned.missed_at is not None:
        missed_at = moment(say, planned.missed_at, clock)
        found.append(say.label("schedule.missed", at=missed_at, n=planned.missed))
    if schedule.waits:
        found.append(say.label("schedule.waits", festival=festival(say, schedule.rhythm)))
    if planned.nobody_at is not None:
        item = courses.find(schedule.course_id or "", planned.nobody_item or "")
        found.append(
            say.label(
                f"schedule.nobody_{schedule.kind}",
                at=moment(say, planned.nobody_at, clock),
                title=item[2].title.in_(say.language) if item else "",
                ended=schedule.state is ScheduleState.ENDED,
            )
        )
    return found


def _title(say: Say, planned: Planned, courses: Courses) -> str:
    """What is sent next: an item, the beginning of a notice, the name of an event."""
    schedule = planned.schedule
    match schedule.kind:
        case DeliveryKind.STUDY_ITEM:
            course = courses.get(schedule.course_id or "")
            item = course.at(schedule.position) if course else None
            return item.title.in_(say.language) if item else ""
        case DeliveryKind.NOTICE:
            text = plain(Message.from_json(schedule.content or "").body(say.language))
            return excerpt(text, GIST)
        case _:
            return planned.event_title or ""


def one_of_others(
    say: Say, planned: Planned, courses: Courses, now: datetime, zone: ZoneInfo
) -> str:
    """A schedule in one line of plain text, where something else is about to be scheduled."""
    line = _line(say, 1, planned, courses, Clock(now, planned.zone, zone))
    return say.label("schedule.other", line=line)


def confirm_stop(say: Say, planned: Planned, courses: Courses, clock: Clock) -> Screen:
    """Asks whether what is `planned` shall end. `clock` tells its times."""
    schedule_id = planned.schedule.id
    return Screen(
        say("schedule.stop_sure", line=_line(say, 1, planned, courses, clock)),
        (
            (
                button(say, "button.back", "pushes"),
                button(say, "schedule.stop_yes", "stopped_push", schedule_id),
            ),
        ),
    )

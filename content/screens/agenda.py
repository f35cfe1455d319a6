"""The events of staff: a week, a month, those that need them, and what one of them lacks."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from content.screen import Button, Rows, Screen, in_rows, press
from content.screens.kit import button, excerpt, pager
from content.screens.rosters import change
from content.texts import Say
from storage.model.agenda import Brief, Choice, Month, Sign, Week, monday_of, sign_of
from storage.model.calendar import Calendar
from storage.model.event import Event, EventState
from storage.model.page import Page
from storage.model.period import day_of
from storage.model.reminder import LEADS, to_come

TITLE = 10  # Chinese characters of a title in a line: with its time and count it fits a telephone
_NUMBERS = 5  # in a row
_WEEKS = 3


def as_number(day: date) -> int:
    """A day as a button carries it: 20261123."""
    return int(day.strftime("%Y%m%d"))


def week(say: Say, found: Week, at: Calendar) -> Screen:
    """The events of a week, day by day."""
    first, page = found.first_on, found.events
    text = say(
        "agenda.week",
        first=first,
        last=first + timedelta(days=6),
        days=_by_day(say, page, at),
        today=at.today,
        signs=_signs(sign_of(event, at.now) for event in page.items),
    )
    before, after = (as_number(first + timedelta(days=n)) for n in (-7, 7))
    turn = (
        button(say, "agenda.week_before", "agenda", before, 0),
        button(say, "agenda.month", "agenda_month", as_number(first)),
        button(say, "agenda.week_after", "agenda", after, 0),
    )
    rows = (*_numbers(page), *pager(say, page, press("agenda", as_number(first))))
    return Screen(text, (*rows, turn, *_rest(say, found.to_confirm)))


def month(say: Say, found: Month, at: Calendar) -> Screen:
    """The days of a month that have events, and its weeks to open."""
    first = found.first_on
    text = say(
        "agenda.month_text",
        first=first,
        days=[
            {
                "day": each.day,
                "count": each.events,
                "signs": [(say.label(f"agenda.mark_{s}"), count) for s, count in each.signs],
            }
            for each in found.days
        ],
        total=sum(each.events for each in found.days),
        today=at.today,
        signs=_signs(sign for each in found.days for sign, _ in each.signs),
    )
    after = (first + timedelta(days=31)).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    turn = tuple(
        Button(say.label(f"agenda.month_{way}", month=there), _month(there))
        for way, there in (("before", before), ("after", after))
    )
    rows = (*in_rows(_weeks(say, first, after), _WEEKS), turn)
    return Screen(text, (*rows, *_rest(say, found.to_confirm)))


def chosen(say: Say, choice: Choice, page: Page[Event], at: Calendar) -> Screen:
    """The events of one choice."""
    text = say(
        "agenda.list",
        title=say.label(f"agenda.{choice}"),
        nothing=say.label(f"agenda.none_{choice}"),
        days=_by_day(say, page, at),
        today=at.today,
        signs=_signs(sign_of(event, at.now) for event in page.items),
    )
    turn = pager(say, page, press("agenda_of", choice))
    back = ((button(say, "agenda.week_now", "agenda"),),)
    return Screen(text, (*_numbers(page), *turn, *back))


def _by_day(say: Say, page: Page[Event], at: Calendar) -> list[tuple[date, list[str]]]:
    """The events of a page as lines with their numbers, in groups of a day by the clock of `at`."""
    lines = [
        (day_of(event.starts_at, at.zone), _line(say, number, event, at))
        for number, event in enumerate(page.items, start=page.first)
    ]
    return [(day, [line for _, line in some]) for day, some in groupby(lines, lambda each: each[0])]


def _line(say: Say, number: int, event: Event, at: Calendar) -> str:
    sign = sign_of(event, at.now)
    mark = say.label(f"agenda.mark_{sign}") if sign else ""
    title = excerpt(event.title, TITLE)
    return say.label("agenda.line", number=number, event=event, title=title, mark=mark)


def _signs(every: Iterable[Sign | None]) -> Sequence[Sign]:
    """Which signs a screen explains."""
    there = set(every)
    return [sign for sign in Sign if sign in there]


def _numbers(page: Page[Event]) -> Rows:
    buttons = [
        Button(str(number), press("brief", event.id))
        for number, event in enumerate(page.items, start=page.first)
    ]
    return in_rows(buttons, _NUMBERS)


def _month(day: date) -> str:
    return press("agenda_month", as_number(day))


def _weeks(say: Say, first: date, after: date) -> list[Button]:
    found, monday = [], monday_of(first)
    while monday < after:
        last = min(monday + timedelta(days=6), after - timedelta(days=1))
        label = say.label("agenda.days", first=max(monday, first), last=last)
        found.append(Button(label, press("agenda", as_number(monday), 0)))
        monday += timedelta(days=7)
    return found


def _rest(say: Say, to_confirm: int) -> Rows:
    choices = tuple(
        Button(
            say.label(f"agenda.only_{choice}", count=to_confirm),
            press("agenda_of", choice, 0),
        )
        for choice in Choice
    )
    return (
        choices,
        (button(say, "event.new", "post"), button(say, "event.find", "find_managed")),
        (button(say, "agenda.for_residents", "events"),),
        (button(say, "button.back", "staff"),),
    )


# One event


def brief(say: Say, found: Brief, at: Calendar) -> Screen:
    """An event, and what is missing."""
    event, now = found.event, at.now
    asks = event.state is EventState.OPEN and not event.is_over(now) and event.left != 0
    rows: Rows = ()
    if asks and found.silent and not found.nudged:
        label = say.label("agenda.nudge", count=found.silent)
        rows = ((Button(label, press("nudge", event.id)),),)
    times = to_come(event.starts_at, LEADS, now) if event.state is not EventState.DRAFT else ()
    row = [
        button(say, "event.roster", "roster", event.id),
        *([] if event.by_hand else change(say, event)),
    ]
    if times:
        row.append(button(say, "agenda.times", "reminder_times", event.id))
    monday = monday_of(day_of(event.starts_at, at.zone))
    back = Button(say.label("button.back"), press("agenda", as_number(monday), 0))
    text = say(
        "agenda.brief",
        event=event,
        found=found,
        sign=sign_of(event, now),
        days=(day_of(event.starts_at, at.zone) - at.today).days,
        over=event.is_over(now),
        asks=asks,
        times=[each for each in event.reminders if each in times],
    )
    return Screen(text, (*rows, tuple(row), (back,)))


def nudge(say: Say, found: Brief) -> Screen:
    """Before those who are silent are told again: how many they are."""
    yes = say.label("agenda.nudge_yes", count=found.silent)
    return Screen(
        say("agenda.nudge_sure", event=found.event, count=found.silent),
        (
            (button(say, "button.back", "brief", found.event.id),),
            (Button(yes, press("nudged", found.event.id)),),
        ),
    )


def times(say: Say, event: Event, at: Calendar) -> Screen:
    """When people are reminded: each time that is to come can be chosen or not."""
    buttons = [
        Button(
            say.label("agenda.time", hours=hours, chosen=hours in event.reminders),
            press("reminder_time", event.id, hours),
        )
        for hours in to_come(event.starts_at, LEADS, at.now)
    ]
    rows = (*in_rows(buttons, 2), (button(say, "button.back", "brief", event.id),))
    return Screen(say("agenda.times_text", event=event), rows)

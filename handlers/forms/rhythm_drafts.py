"""What the draft of a form says about when it shall be sent: its rhythm and the coming slots.

The windows of handlers/forms/rhythm.py fill the draft in, and say what it must hold.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from markupsafe import Markup

from content.screens import schedules as screens
from content.texts import Say
from handlers.forms.windows import zone_of
from handlers.tools import Tools
from storage.model.local_time import just_before
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.rhythm import Rhythm, ScheduleKind, after_joining

SLOTS_SHOWN = 5
RECURRING = ("daily", "weekly", "monthly", "nth", "yearly")

Draft = dict[str, Any]


def read_rhythm(draft: Draft, now: datetime, tools: Tools) -> Rhythm:
    """The rhythm in a draft that went through the windows."""
    how = draft["how"]
    if how == "now":
        return Rhythm(ScheduleKind.ONCE, once_at=now)
    if how == "later":
        return Rhythm(ScheduleKind.ONCE, once_at=datetime.fromisoformat(draft["once_at"]))
    at = time.fromisoformat(draft["at"])
    if how == "joining":
        return after_joining(draft["course"], draft["after"], at)
    return _limited(_recurring(how, draft, at), draft, now, tools)


def _recurring(how: str, draft: Draft, at: time) -> Rhythm:
    match how:
        case "daily":
            return Rhythm(ScheduleKind.DAILY, at=at)
        case "weekly":
            return Rhythm(ScheduleKind.WEEKLY, days=tuple(draft["days"]), at=at)
        case "monthly":
            return Rhythm(ScheduleKind.MONTHLY, day_of_month=draft["month_day"], at=at)
        case "nth":
            days = (draft["weekday"],)
            return Rhythm(ScheduleKind.MONTHLY_WEEKDAY, nth=draft["nth"], days=days, at=at)
        case _:
            day = date.fromisoformat(draft["day"])
            return Rhythm(ScheduleKind.YEARLY, month=day.month, day_of_month=day.day, at=at)


def _limited(rhythm: Rhythm, draft: Draft, now: datetime, tools: Tools) -> Rhythm:
    """The rhythm with what was chosen under "more"; it is counted from its first slot on."""
    rhythm = replace(
        rhythm,
        skip_on=frozenset(map(date.fromisoformat, draft.get("skip", ()))),
        skip_holidays=draft.get("holidays", False),
    )
    until = date.fromisoformat(draft["until"]) if draft.get("until") else None
    every = draft.get("every", 1) if has_interval(draft) else 1
    count = draft.get("count")
    if every == 1 and count is None:
        return replace(rhythm, until_on=until)
    zone = zone_of(draft, tools)
    first = tools.next_slots(rhythm, now, zone, 1)[0].astimezone(zone).date()
    starts_on = min(first, until or first)
    return replace(rhythm, every=every, count=count, until_on=until, starts_on=starts_on)


def has_interval(draft: Draft) -> bool:
    """Whether its rhythm may leave out days or weeks."""
    return draft["how"] in ("daily", "weekly")


def coming_slots(draft: Draft, now: datetime, tools: Tools) -> list[datetime]:
    """The coming slots; of something sent "now", this moment. Raises Refusal if there is none."""
    rhythm = read_rhythm(draft, now, tools)
    found = _slots(draft, rhythm, now, tools)
    if not found:
        raise Refusal("schedule.in_the_past" if draft["how"] == "later" else "schedule.no_slot")
    return found


def _slots(draft: Draft, rhythm: Rhythm, now: datetime, tools: Tools) -> list[datetime]:
    if draft["how"] == "now":
        return [now]
    return tools.next_slots(rhythm, now, zone_of(draft, tools), SLOTS_SHOWN)


def clock_of(draft: Draft, now: datetime, tools: Tools) -> screens.Clock:
    """Whose clock tells the times of a draft."""
    return screens.Clock(now, zone_of(draft, tools), tools.zone)


def coming(draft: Draft, now: datetime, tools: Tools) -> screens.When:
    """What a draft's rhythm means, to be shown before it is saved."""
    rhythm, zone = read_rhythm(draft, now, tools), zone_of(draft, tools)
    slots = _slots(draft, rhythm, now, tools)
    if rhythm.kind is ScheduleKind.AFTER_JOINING:
        return screens.When(rhythm, (), _own_slot(rhythm, draft, now, tools), ())
    years = {day.year for day in (day_of(at, zone) for at in slots)}
    known = tools.holidays.known_years if rhythm.skip_holidays else years
    return screens.When(rhythm, slots, None, sorted(years - known))


def _own_slot(rhythm: Rhythm, draft: Draft, now: datetime, tools: Tools) -> datetime:
    """The slot of somebody who joins the course now."""
    zone, after = zone_of(draft, tools), now
    if rhythm.days_after:
        day = day_of(now, zone) + timedelta(days=rhythm.days_after)
        after = just_before(day, zone)
    return tools.next_slots(rhythm, after, zone, 1)[0]


def rhythm_names(draft: Draft, tools: Tools, say: Say) -> dict[str, Any]:
    """For the getter of the window with `rhythm_buttons`: `when`, the rhythm and its coming slots
    in words, and `recurs`."""
    now = tools.now()
    return {"when": when(draft, now, tools, say), "recurs": draft["how"] in RECURRING}


def when(draft: Draft, now: datetime, tools: Tools, say: Say) -> Markup:
    """Its rhythm and the coming slots in words."""
    return screens.when(say, coming(draft, now, tools), clock_of(draft, now, tools))

"""The form of an event: its review, and the receipt of what was posted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from content.programme import Programme
from content.screen import Button, Screen, Venue, lasting, press
from content.screens.kit import button, excerpt
from content.texts import Say
from storage.model.audience import Audience
from storage.model.event import Event, EventState, NewEvent
from storage.model.event_change import EventNews, Facts
from storage.model.event_details import Deadline, Details
from storage.model.event_draft import EventDraft
from storage.model.period import day_of
from storage.model.quiet_hours import USUAL
from storage.model.reminder import reminded_at
from storage.model.rhythm import before_event, slot_before
from storage.model.schedule import possible_reminders

Lines = list[tuple[str, str, str]]  # what is otherwise: its name, how it was, how it is to be


def review(
    say: Say, draft: EventDraft, node: str, programme: Programme, now: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """What the review of a form tells, in its text and on the buttons that change it."""
    starts_at, hours = draft.starts_at(zone), draft.chosen_reminder(now, zone)
    ends_at = draft.ends_at(zone)
    remind_at = slot_before(before_event(hours), starts_at)
    return {
        "draft": draft,
        "changing": draft.event_id is not None and not draft.kept,
        "kept": draft.kept,
        "is_new": draft.event_id is None,
        "begun": draft.begun,
        "short_title": excerpt(draft.title or ""),
        "short_place": excerpt(draft.place or ""),
        "category": programme.category_name(draft.category or "", say.language),
        "node": node,
        "several": draft.several,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "other_day": ends_at is not None and day_of(ends_at, zone) != draft.day,
        "remind": hours,
        "remind_at": remind_at,
        "early_at": _early(remind_at, starts_at, now, zone),
        "hanging": _all_of_it(say, draft.details, draft.deadline_at(zone)),
        "can_remind": not draft.begun and bool(possible_reminders(starts_at, now)),
    }


def _early(
    remind_at: datetime, starts_at: datetime, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """When those are reminded who have the usual quiet hours, if that is another time."""
    at = reminded_at(remind_at, starts_at, USUAL, zone, now)
    return None if at == remind_at else at


def posted(
    say: Say, event: Event, details: Details, programme: Programme, *, now: datetime, zone: ZoneInfo
) -> Screen:
    """The receipt of a posted event, for staff. `zone` is the district's."""
    at = event.remind_at
    early_at = None if at is None else _early(at, event.starts_at, now, zone)
    category = programme.category_name(event.category, say.language)
    return lasting(
        Screen(
            say(
                "event.receipt",
                event=event,
                category=category,
                early_at=early_at,
                hanging=_all_of_it(say, details, event.deadline_at),
            ),
            (
                (
                    button(say, "event.roster", "roster", event.id),
                    button(say, "posting.change", "change", event.id),
                    button(say, "event.cancel", "call_off", event.id),
                ),
            ),
        )
    )


def length(say: Say, lasts: timedelta, ends_at: datetime | None) -> str:
    """For how long something may take, and when it ends then."""
    return say.label("posting.length", hours=lasts / timedelta(hours=1), ends_at=ends_at)


def changes(say: Say, was: Facts, to: Facts, programme: Programme | None = None) -> Lines:
    """What is otherwise; without a programme, only what those have to know who come."""
    old, new = (_values(say, each, programme) for each in (was, to))
    return [
        (say.label(f"posting.field_{name}"), value, new[name])
        for name, value in old.items()
        if value != new[name]
    ]


def _values(say: Say, facts: Facts, programme: Programme | None) -> dict[str, str]:
    time = say.label("posting.value_time", starts_at=facts.starts_at, ends_at=facts.ends_at)
    found = {"time": time, "place": facts.place}
    if programme is None:
        return found
    return {
        "title": facts.title,
        "category": programme.category_name(facts.category, say.language),
        **found,
        "capacity": say.label("posting.value_capacity", capacity=facts.capacity),
        "audience": _whom(say, facts.audience),
        "deadline": say.label("posting.value_deadline", at=facts.deadline_at),
        "hanging": say.label(
            "posting.value_hanging",
            lines=say.label("posting.hanging", details=facts.details, deadline_at=None).split("\n"),
            details=facts.details,
        ),
        "reminder": say.label("posting.value_reminder", hours=facts.remind_hours),
    }


def _whom(say: Say, audience: Audience | None) -> str:
    """Whom an event is for, among the people of its place."""
    if audience is None:
        return say.label("audience.everybody")
    words = [say.label(f"role.{audience.role}")] if audience.role else []
    words += [say.label(f"audience.{audience.standing}")] if audience.standing else []
    words += [say.label(f"audience.language_{audience.language}")] if audience.language else []
    return " · ".join([*words, *([audience.course_id] if audience.course_id else [])])


def changed(say: Say, news: EventNews) -> Screen:
    """The news that an event is otherwise than somebody who comes knows."""
    lines = changes(say, news.known, news.is_now)
    text = say("posting.news", event=news.event, lines=lines, overlaps=news.overlaps)
    give_back = button(say, "event.give_back", "unjoin", news.event.id)
    moved = news.known.place != news.is_now.place
    venue = venue_of(news.event, news.is_now.details) if moved else None
    return lasting(Screen(text, ((give_back,),), venue=venue))


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a change: how many people are `told` of it, how many places were `offered` to
    those who waited, and to how many `later` events of the series it was made, too."""

    told: int
    offered: int
    later: int = 0


def saved(say: Say, event: Event, lines: Lines, done: Done) -> Screen:
    """The receipt of a change, for staff: what was and what is, and what came of it."""
    return lasting(
        Screen(
            say("posting.saved", event=event, lines=lines, done=done),
            (
                (
                    button(say, "event.roster", "roster", event.id),
                    button(say, "posting.change", "change", event.id),
                ),
            ),
        )
    )


def more(say: Say, draft: EventDraft, zone: ZoneInfo) -> dict[str, Any]:
    """What hangs under an event, for the windows that ask for it."""
    details = draft.details
    return {
        "details": details,
        "hanging": hanging(say, details, draft.deadline_at(zone)),
        "has_words": bool(details.words),
        "has_media": bool(details.media),
        "has_pin": details.pin is not None,
        "has_deadline": draft.deadline is not None,
        "has_cost": bool(details.cost),
        "has_contact": bool(details.contact),
        "short_words": excerpt(details.words),
        "short_cost": excerpt(details.cost),
        "short_contact": excerpt(details.contact),
        "deadline_at": draft.deadline_at(zone),
        "starts_at": draft.starts_at(zone),
    }


def deadlines(
    say: Say, draft: EventDraft, offered: Sequence[Deadline], now: datetime, zone: ZoneInfo
) -> list[tuple[str, str]]:
    """Those that are still to come, by their number."""
    found = [(n, replace(draft, deadline=each).deadline_at(zone)) for n, each in enumerate(offered)]
    return [(str(n), say.label("posting.deadline", at=at)) for n, at in found if at and at > now]


def hanging(say: Say, details: Details, deadline_at: datetime | None = None) -> Markup:
    """What hangs under an event, as it stands below its card; empty if there is nothing."""
    return say("posting.hanging", details=details, deadline_at=deadline_at).strip()


def _all_of_it(say: Say, details: Details, deadline_at: datetime | None) -> Markup:
    """The same for staff, and what is no text: the card comes with that, or asks it."""
    parts = hanging(say, details, deadline_at), say("posting.beside", details=details).strip()
    return Markup("\n").join(each for each in parts if each)


def with_details(
    say: Say, screen: Screen, event: Event, details: Details, *, whole: bool = False
) -> Screen:
    """A card with its picture. As news (`whole`) it comes with its place on the map and all its
    pictures; else buttons lead to these, because they are messages of their own."""
    if whole:
        return replace(screen, media=details.media, venue=venue_of(event, details))
    one = len(details.media) == 1
    more: tuple[Button, ...] = ()
    if details.pin is not None:
        more = (button(say, "posting.on_the_map", "venue", event.id),)
    if len(details.media) > 1:
        number = len(details.media)
        label = say.label("posting.pictures", number=number)
        more = (*more, Button(label, press("event_pictures", event.id)))
    rows = (*screen.rows, more) if more else screen.rows
    return replace(screen, rows=rows, media=details.media if one else ())


def venue_of(event: Event, details: Details) -> Venue | None:
    """Where an event is, for the map; None if nobody pinned it."""
    pin = details.pin
    if pin is None:
        return None
    return Venue(pin.latitude, pin.longitude, event.place, event.node_name)


def with_map(say: Say, screen: Screen, details: Details) -> Screen:
    """A message for many, with an address that opens a map."""
    pin = details.pin
    if pin is None:
        return screen
    address = say.label("posting.map", latitude=pin.latitude, longitude=pin.longitude)
    row = (Button(say.label("posting.on_the_map"), url=address),)
    return replace(screen, rows=(*screen.rows, row))


def of_series(say: Say, receipt: Screen, every: Sequence[NewEvent]) -> Screen:
    """The receipt of several events, of which it shows the first."""
    if len(every) == 1:
        return receipt
    more = say("posting.weekly", count=len(every), last=every[-1].starts_at)
    return replace(receipt, text=receipt.text + Markup("\n") + more)


def kept(say: Say, event: Event) -> Screen:
    """The receipt of a draft."""
    rows = ((button(say, "posting.go_on", "change", event.id),),)
    return lasting(Screen(say("posting.kept", event=event), rows))


def sign_up_turned(say: Say, event: Event) -> Screen:
    """The receipt of closing the sign-up, or of opening it again."""
    rows = (
        (
            button(say, "event.roster", "roster", event.id),
            button(say, "posting.change", "change", event.id),
        ),
    )
    closed = event.state is EventState.CLOSED
    return lasting(Screen(say("posting.turned", event=event, closed=closed), rows))

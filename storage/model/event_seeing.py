"""A form of an event that a colleague changed while it was open."""

from dataclasses import fields, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from storage.model.event import Event
from storage.model.event_change import Facts
from storage.model.event_details import Details
from storage.model.event_draft import EventDraft, draft_of_event

# What people fill in.
_FILLED = (
    *("category", "title", "day", "at", "lasts", "place", "capacity", "remind_hours"),
    *("details", "deadline", "chosen"),
)


def seeing(
    draft: EventDraft, event: Event, here: Facts, now: datetime, zone: ZoneInfo
) -> EventDraft:
    """A form of an event that a colleague changed meanwhile, and that is as `here` says: with all
    that they changed, but for what was changed in this form, too. Raises ValueError for a form of
    an event that is not being changed."""
    if draft.was is None:
        raise ValueError("an event that is not being changed")
    began, fresh = (draft_of_event(event, each, draft.key, now, zone) for each in (draft.was, here))
    mine = {name: getattr(draft, name) for name in _FILLED if _differs(draft, began, name)}
    if "details" in mine:
        own = (each.name for each in fields(Details))
        hanging = {
            n: getattr(draft.details, n) for n in own if _differs(draft, began, "details", n)
        }
        mine["details"] = replace(fresh.details, **hanging)
    return replace(fresh, several=draft.several, **mine)


def _differs(draft: EventDraft, began: EventDraft, *names: str) -> bool:
    one: object = draft
    other: object = began
    for name in names:
        one, other = getattr(one, name), getattr(other, name)
    return one != other

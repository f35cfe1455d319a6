"""Reminders: somebody's events of a day, each with its question whether they come."""

from collections.abc import Sequence
from datetime import datetime

from content.screen import Button, Rows, Screen, press
from content.screens.kit import button, excerpt
from content.texts import Say
from storage.model.coming import Coming
from storage.model.event import Event


def reminder(say: Say, schedule_id: int, day: Sequence[Coming], now: datetime) -> Screen:
    """The events of which one reminder tells; each that is to come asks whether they come."""
    rows: Rows = ()
    for each in day:
        event = each.card.event
        if each.card.signed_up and not event.is_over(now):
            named = {"title": excerpt(event.title, 6) if len(day) > 1 else ""}
            come = say.label("reminder.come", confirmed=each.confirmed, **named)
            stay = say.label("reminder.stay_away", **named)
            ids = (event.id, schedule_id)
            rows = (
                *rows,
                (Button(come, press("come", *ids)), Button(stay, press("stay_away", *ids))),
            )
    return Screen(say("reminder.text", day=day, asking=bool(rows)), rows)


def sure(say: Say, event: Event, schedule_id: int) -> Screen:
    """Before a seat is given back: nobody does so by a slip of the thumb."""
    return Screen(
        say("reminder.sure", event=event),
        (
            (button(say, "button.back", "reminder", schedule_id),),
            (button(say, "reminder.give_back", "stayed_away", event.id, schedule_id),),
        ),
    )

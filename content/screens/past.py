"""Events that are recorded afterwards: the form's review, the receipt, what was recorded."""

from typing import Any

from content.programme import Programme
from content.screen import Button, Screen, in_rows, lasting, press
from content.screens.kit import back, button, excerpt
from content.screens.ledger import reasons
from content.texts import Say
from storage.model.event import Event, EventState
from storage.model.past_event import PastDraft, PastEvent


def review(say: Say, draft: PastDraft, node: str, programme: Programme) -> dict[str, Any]:
    """What the review of the form tells, in its text and on its buttons."""
    return {
        "draft": draft,
        "category": programme.category_name(draft.category or "", say.language),
        "node": node,
        "several": draft.several,
        "short_title": excerpt(draft.title or ""),
        "short_place": excerpt(draft.place or ""),
        "noted": bool(draft.note or draft.media),
        "correcting": draft.replaces_id is not None,
    }


def recorded(say: Say, event: Event, past: PastEvent, programme: Programme) -> Screen:
    """The receipt of one that was recorded."""
    screen = shown(say, event, past, programme)
    again = (button(say, "past.another", "past"),)
    return lasting(Screen(say("past.saved") + "\n" + screen.text, (*screen.rows[:-1], again)))


def shown(
    say: Say, event: Event, past: PastEvent, programme: Programme, home: str = "posted"
) -> Screen:
    """What was recorded of one, and the ways to put it right or let it count no more."""
    text = say(
        "past.text",
        event=event,
        past=past,
        category=programme.category_name(past.category, say.language),
        counts=event.state is EventState.HELD,
    )
    if event.state is not EventState.HELD:
        return Screen(
            text, ((button(say, "past.count_again", "held", event.id),), *back(say, home))
        )
    ways = (
        button(say, "past.correct", "past_correct", event.id),
        button(say, "past.void", "past_void", event.id),
    )
    return Screen(text, (ways, *back(say, home)))


def why_void(say: Say, event: Event) -> Screen:
    """Why does it count no more?"""
    every = [
        Button(words, press("past_voided", event.id, key)) for key, words in reasons(say, "void")
    ]
    text = say("past.why_void", event=event)
    return Screen(text, (*in_rows(every, 2), (button(say, "button.back", "confirm", event.id),)))

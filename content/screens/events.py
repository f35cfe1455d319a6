"""Events: the list, the card with its button, the staff's roster."""

from collections.abc import Sequence
from datetime import datetime

from content.programme import Programme
from content.screen import Button, Rows, Screen, press
from content.screens.home import back, button, paged
from content.texts import Say
from storage.model.event import PAGE, Event, EventCard, EventState


def card(
    say: Say, card: EventCard, programme: Programme, now: datetime, *, in_list: bool = False
) -> Screen:
    """An event as one person sees it: one wide button for what can be done. Opened from the
    list (`in_list`), it leads back there."""
    event = card.event
    text = say(
        "event.card",
        event=event,
        category=programme.category_name(event.category, say.language),
        signed_up=card.signed_up,
        over=event.is_over(now),
        cancelled=event.state is EventState.CANCELLED,
        remind_at=event.remind_at if event.remind_at and event.remind_at > now else None,
    )
    rows = _buttons(say, card, now)
    return Screen(text, (*rows, *back(say, "events")) if in_list else rows)


def _buttons(say: Say, card: EventCard, now: datetime) -> tuple[tuple[Button, ...], ...]:
    event = card.event
    if event.state is EventState.CANCELLED or event.is_over(now):
        return ((button(say, "event.others", "events"),),)
    if card.signed_up:
        return ((button(say, "event.give_back", "unjoin", event.id),),)
    if event.left == 0:
        return ((button(say, "event.look_again", "event", event.id),),)
    return ((button(say, "event.sign_up", "join", event.id),),)


def upcoming(say: Say, cards: Sequence[EventCard], page: int) -> Screen:
    """A page of what is coming (one card more than `PAGE` means that there is a next one)."""
    rows = tuple(
        (
            Button(
                say.label("event.line", event=each.event, signed_up=each.signed_up),
                press("event", each.event.id),
            ),
        )
        for each in cards[:PAGE]
    )
    turn = []
    if page:
        turn.append(button(say, "button.previous", "events", page - 1))
    turn.append(button(say, "button.back", "home"))
    if len(cards) > PAGE:
        turn.append(button(say, "button.next", "events", page + 1))
    return Screen(say("event.list", count=len(cards)), (*rows, tuple(turn)))


def reminder(say: Say, card: EventCard) -> Screen:
    """Shortly before an event, for those who hold a seat: a last chance to give it back."""
    text = say("event.reminder", event=card.event)
    return Screen(text, ((button(say, "event.give_back", "unjoin", card.event.id),),))


def cancelled(say: Say, event: Event) -> Screen:
    """The news that an event is called off, for those who hold a seat."""
    return Screen(say("event.called_off", event=event), ((button(say, "event.others", "events"),),))


def posted(say: Say, event: Event, programme: Programme) -> Screen:
    """The receipt of a posted event, for staff."""
    category = programme.category_name(event.category, say.language)
    return Screen(
        say("post.receipt", event=event, category=category),
        (
            (
                button(say, "post.roster", "roster", event.id),
                button(say, "post.cancel", "call_off", event.id),
            ),
        ),
    )


def managed(say: Say, events: Sequence[Event], page: int) -> Screen:
    """The events that staff manage, each with its roster."""
    buttons = [
        Button(say.label("post.line", event=event), press("roster", event.id)) for event in events
    ]
    rows = paged(say, buttons, page, lambda n: press("posted", n), "staff", width=1)
    new = (button(say, "post.new", "post"),)
    return Screen(say("post.list", count=len(events)), (new, *rows))


def roster(say: Say, event: Event, names: Sequence[str]) -> Screen:
    """Who holds a seat."""
    refresh = button(say, "button.refresh", "roster", event.id)
    rows: Rows = ((refresh,), *back(say, "posted"))
    if event.state is EventState.OPEN:
        rows = ((button(say, "post.cancel", "call_off", event.id),), *rows)
    cancelled = event.state is EventState.CANCELLED
    return Screen(say("post.roster_text", event=event, names=names, cancelled=cancelled), rows)


def confirm_call_off(say: Say, event: Event) -> Screen:
    return Screen(
        say("post.cancel_sure", event=event),
        (
            (
                button(say, "button.back", "roster", event.id),
                button(say, "post.cancel_yes", "called_off", event.id),
            ),
        ),
    )

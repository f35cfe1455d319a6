"""The card of an event in a Telegram group, and what whoever presses it is told."""

from datetime import datetime

from content.programme import Programme
from content.screen import Rows, Screen
from content.screens.kit import button
from content.screens.posting import hanging, with_map
from content.texts import Say
from storage.model.event import EventState
from storage.model.group_card import GroupCard
from storage.model.sign_up import SignUp

SIGN_UP, DETAILS = "here", "here_more"  # what its buttons carry


def card(say: Say, card: GroupCard, programme: Programme, now: datetime) -> Screen:
    """For everybody in the group alike; pictures came to each with the notice."""
    event = card.event
    takes, cancelled = event.takes_sign_ups(now), event.state is EventState.CANCELLED
    text = say(
        "board.text",
        event=event,
        category=programme.category_name(event.category, say.language),
        hanging=hanging(say, card.details, event.deadline_at),
        before=card.before,
        waiting=card.waiting,
        full=card.is_full,
        takes=takes,
        cancelled=cancelled,
        over=event.is_over(now),
    )
    rows: Rows = ()
    if takes:
        key = "seat.wait" if card.is_full else "event.sign_up"
        rows = ((button(say, key, SIGN_UP, event.id),),)
    if not card.is_final(now):
        rows = (*rows, (button(say, "board.more", DETAILS, event.id),))
    return with_map(say, Screen(text, rows), card.details)


def told(say: Say, done: SignUp) -> str:
    """What became of a press, for the one who pressed."""
    card, names = done.card, {"event": done.card.event}
    if card.place is not None:
        key = "board.in_line" if done.changed else "board.in_line_before"
        return say.label(key, place=card.place, **names)
    if done.seat is not None:
        return say.label("board.signed_up", seat=done.seat, **names)
    key = "board.accepted" if done.changed else "board.before"
    return say.label(key, **names)

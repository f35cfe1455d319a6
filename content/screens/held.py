"""Whether an event took place: the question, and what was said."""

from content.screen import Button, Rows, Screen, lasting, press
from content.screens.kit import back, button, paged
from content.texts import Say
from storage.model.event import SAID, Event, EventState
from storage.model.page import Page
from storage.model.turnout import Turnout


def confirmation(say: Say, turnout: Turnout, home: str = "posted") -> Screen:
    """Of an event that has begun: the question, or what was said of it and the way to take it
    back, which is not where the answers were."""
    event = turnout.event
    roster, home_row = (button(say, "event.roster", "roster", event.id),), back(say, home)
    if event.state not in SAID:
        text = say("held.asked", turnout=turnout, event=event)
        unnamed = button(say, "door.unnamed", "unnamed", event.id)
        return Screen(text, (_answers(say, event), (*roster, unnamed), *home_row))
    held = event.state is EventState.HELD
    text = say("held.said", turnout=turnout, event=event, held=held)
    ways = (*roster, *((button(say, "feedback.see", "opinions", event.id),) if held else ()))
    papers = (button(say, "papers.open", "papers", event.id),)
    undo, other = button(say, "held.undo", "unsaid", event.id), _answers(say, event)[held]
    return Screen(text, (ways, papers, (undo, other), *home_row))


def question(say: Say, turnout: Turnout) -> Screen:
    """The same question as a message of its own, which stays."""
    screen = confirmation(say, turnout)
    return lasting(Screen(screen.text, screen.rows[:-1]))


def unconfirmed(say: Say, events: Page[Event]) -> Screen:
    """A page of the events that began and that nobody confirmed."""
    buttons = events.map(
        lambda event: Button(say.label("held.line", event=event), press("confirm", event.id))
    )
    rows = paged(say, buttons, "unconfirmed", "staff")
    return Screen(say("held.list", count=len(events.items)), rows)


def of_desk(say: Say, events: Page[Event]) -> Rows:
    """The rows of the desk: the answers to what was asked of the first, and the way to the rest."""
    if not events.items:
        return ()
    rest = ((button(say, "held.confirm", "unconfirmed", 0),),) if len(events.items) > 1 else ()
    return (_answers(say, events.items[0]), *rest)


def _answers(say: Say, event: Event) -> tuple[Button, Button]:
    return (
        button(say, "held.held", "held", event.id),
        button(say, "held.not_held", "not_held", event.id),
    )


def ways(say: Say, event: Event, *, unconfirmed: bool) -> Rows:
    """The rows of a roster that lead to its papers, and, once it has begun, say whether it took
    place."""
    if event.state in (EventState.DRAFT, EventState.CANCELLED):
        return ()
    papers = (button(say, "papers.open", "papers", event.id),)
    return (papers, *word_of(say, event, unconfirmed=unconfirmed))


def word_of(say: Say, event: Event, *, unconfirmed: bool) -> Rows:
    """The row that says whether it took place, of an event that waits for that; or that leads to
    what was said of it."""
    if unconfirmed:
        return (_answers(say, event),)
    if event.state not in SAID:
        return ()
    return ((button(say, f"held.is_{event.state}", "confirm", event.id),),)

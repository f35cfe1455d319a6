"""How an event was: the question to those who came, their answer, and what staff see."""

from content.screen import Button, Screen, lasting, press
from content.screens.kit import button
from content.texts import Say
from storage.model.event import Event
from storage.model.feedback import STARS, Answer, Opinions


def question(say: Say, event: Event) -> Screen:
    """The day after, for whoever came."""
    return lasting(Screen(say("feedback.asked", event=event), (_stars(say, "rate", event.id),)))


def _stars(say: Say, action: str, of: object, given: int | None = None) -> tuple[Button, ...]:
    return tuple(
        Button(say.label("feedback.star", n=n, given=n == given), press(action, of, n))
        for n in STARS
    )


def thanks(say: Say, answer: Answer) -> Screen:
    """What somebody answered, for themselves: it can be changed, and a word added."""
    word = button(say, "feedback.word", "word", answer.key)
    rows = (_stars(say, "rated", answer.key, answer.stars), (word,))
    return Screen(say("feedback.thanks", answer=answer), rows)


def opinions(say: Say, event: Event, found: Opinions) -> Screen:
    """What staff see."""
    text = say("feedback.opinions", event=event, found=found)
    return Screen(text, ((button(say, "button.back", "confirm", event.id),),))

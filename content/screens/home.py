"""The home screen, help, and what is said when nothing else fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from content.asking import Which
from content.courses import Course, Item
from content.screen import Button, Rows, Screen, in_rows, press
from content.screens.figures import asked_for
from content.screens.kit import back, button, excerpt
from content.texts import Say
from storage.model.node import Node
from storage.model.period import Period
from storage.model.person import Person

# What /help offers as buttons; the rest of what staff may do stands on their desk.
_HELP = {
    "suggest": "home.suggest",
    "track": "me.track",
    "events": "home.events",
    "study": "home.study",
    "me": "home.me",
    "settings": "me.settings",
    "staff": "home.staff",
}


def home(say: Say, person: Person) -> Screen:
    """What can be done here, the main things first."""
    rows: list[tuple[Button, ...]] = [
        (button(say, "home.suggest", "suggest"), button(say, "home.events", "events")),
        (button(say, "home.study", "study"), button(say, "home.me", "me")),
    ]
    if person.is_staff:
        rows.append((button(say, "home.staff", "staff"),))
    if person.node_id is not None and not person.is_member and not person.is_staff:
        rows.append((button(say, "home.ask_membership", "membership"),))
    names = {"person": person, "role": _role(say, person), "place": _place(person)}
    return Screen(say("home.text", **names), tuple(rows))


def _role(say: Say, person: Person) -> str:
    """What somebody is here: their role, which goes before where they live."""
    if person.is_staff:
        return say.label(f"role.{person.grants[0].role}")
    return say.label("home.member" if person.is_member else "home.resident")


def _place(person: Person) -> str:
    return person.grants[0].node_name if person.is_staff else person.node_name or ""


def help_(say: Say, commands: Mapping[str, str]) -> Screen:
    """What each command does; `commands` are those that this person has: name and text key."""
    lines = [(name, say.label(key)) for name, key in commands.items()]
    buttons = [button(say, key, name) for name, key in _HELP.items() if name in commands]
    return Screen(say("help.text", lines=lines), (*in_rows(buttons, 2), *back(say)))


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text outside a form could be: `items` of the library, `places` of that name, a
    `question`. `figures` of a place are offered to whoever may see them, and so is what they may
    have `asked` for; then no item and place is. Whoever may record it is offered
    the `work` of which it tells, in a label."""

    items: Sequence[tuple[Course, int, Item]] = ()
    places: Sequence[Node] = ()
    figures: Sequence[tuple[Node, Period]] = ()
    asked: Sequence[Which] = ()
    question: bool = False
    work: str = ""


def as_work(guess: Guess) -> Rows:
    """The button that records it, if it tells of work."""
    return ((Button(guess.work, press("log_this")),),) if guess.work else ()


def unsure(say: Say, guess: Guess | None = None) -> Screen:
    """Somebody wrote outside a form: what could be meant, instead of a scolding; the likeliest
    first."""
    guess = guess or Guess()
    items = [
        Button(
            say.label("home.item", title=excerpt(item.title.in_(say.language), 16)),
            press("item", course.id, item.id),
        )
        for course, _, item in guess.items
    ]
    places = [
        Button(say.label("home.place", name=node.name), press("live", node.id))
        for node in guess.places
    ]
    figures = [
        Button(say.label("home.figures", name=node.name), press("stats", node.id, period.compact))
        for node, period in guess.figures
    ]
    asked = asked_for(say, guess.asked)
    said = "home.as_question" if guess.question else "home.as_suggestion"
    return Screen(
        say("home.unsure"),
        (
            *as_work(guess),
            *in_rows(asked or [*figures, *places, *items], 1),
            (button(say, said, "suggest_this"),),
            (button(say, "home.events", "events"), button(say, "home.study", "study")),
            (button(say, "button.back", "home"), button(say, "home.help", "help")),
        ),
    )


def in_group(say: Say, link: str) -> Screen:
    """The bot talks to people in private only."""
    return Screen(say("home.group"), ((Button(say.label("home.open_private"), url=link),),))


def cannot_take(say: Say) -> Screen:
    """A sticker or the like outside a form; what can be done instead."""
    return Screen(
        say("home.cannot_take"),
        (
            (button(say, "home.suggest", "suggest"),),
            (button(say, "home.events", "events"), button(say, "home.study", "study")),
            (button(say, "button.back", "home"), button(say, "home.help", "help")),
        ),
    )


def again(say: Say, name: str, form: str, opener: str) -> Screen:
    """A form of this kind is open: go on with it, or begin anew by the press `opener`."""
    go_on = button(say, "home.continue", "continue", form)
    anew = button(say, "home.anew", "anew", form, opener.replace(":", "."))
    return Screen(say("home.open_already", form=say.label(name)), ((go_on, anew),))


def unfinished(say: Say, name: str, form: str) -> Screen:
    """A form was left open: go on with it, or let it go. `name` is the key of its name."""
    go_on = button(say, "home.continue", "continue", form)
    give_up = button(say, "button.cancel", "give_up", form)
    return Screen(say("home.unfinished", form=say.label(name)), ((go_on, give_up),))

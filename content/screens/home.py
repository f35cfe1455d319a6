"""The home screen, help, and what is said when nothing else fits."""

from collections.abc import Mapping

from content.screen import Button, Screen
from content.screens.kit import back, button
from content.texts import Say
from storage.model.person import Person


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
    return Screen(say("help.text", lines=lines), back(say))


def unsure(say: Say) -> Screen:
    """Somebody wrote outside a form: what could be meant, instead of a scolding."""
    return Screen(
        say("home.unsure"),
        (
            (button(say, "home.as_suggestion", "suggest_this"),),
            (button(say, "home.events", "events"), button(say, "home.study", "study")),
            *back(say),
        ),
    )


def in_group(say: Say, link: str) -> Screen:
    """The bot talks to people in private only."""
    return Screen(say("home.group"), ((Button(say.label("home.open_private"), url=link),),))


def cannot_take(say: Say) -> Screen:
    """A sticker or the like outside a form."""
    return Screen(say("home.cannot_take"), back(say))


def unfinished(say: Say, name: str, form: str) -> Screen:
    """A form was left open: go on with it, or let it go. `name` is the key of its name."""
    go_on = button(say, "home.continue", "continue", form)
    give_up = button(say, "button.cancel", "give_up", form)
    return Screen(say("home.unfinished", form=say.label(name)), ((go_on, give_up),))

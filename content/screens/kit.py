"""What every screen is built of: buttons, the way back, pages, a sentence."""

from collections.abc import Callable, Sequence

from content.screen import Button, Rows, Screen, in_rows, press
from content.texts import Say

EXCERPT = 12


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def button(say: Say, key: str, action: str, *ids: object) -> Button:
    """A button with the label `key` that means `action` on `ids`."""
    return Button(say.label(key), press(action, *ids))


def back(say: Say, place: str = "home") -> Rows:
    """The row that every screen without a main action ends with."""
    return ((button(say, "button.back", place),),)


def paged(
    say: Say,
    buttons: Sequence[Button],
    page: int,
    turn_to: Callable[[int], str],
    place: str,
    *,
    width: int = 2,
    height: int = 5,
) -> Rows:
    """A page (from 0) of `buttons`, and a last row to turn pages and to go back to `place`.

    `turn_to` makes what a button to another page carries.
    """
    size = width * height
    last = max(0, (len(buttons) - 1) // size)
    page = min(max(page, 0), last)
    turn = [button(say, "button.back", place)] if place else []
    if page > 0:
        turn.insert(0, Button(say.label("button.previous"), turn_to(page - 1)))
    if page < last:
        turn.append(Button(say.label("button.next"), turn_to(page + 1)))
    rows = in_rows(buttons[page * size : (page + 1) * size], width)
    return (*rows, tuple(turn)) if turn else rows


def note(say: Say, key: str, **names: object) -> Screen:
    """A sentence with nothing to press."""
    return Screen(say(key, **names))


def closing(say: Say, key: str, place: str = "home") -> Screen:
    """A sentence, and the way to `place`."""
    return Screen(say(key), back(say, place))

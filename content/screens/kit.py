"""What every screen is built of: buttons, the way back, pages, a sentence."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

from content.screen import Button, Rows, Screen, in_rows, press
from content.splitting import short
from content.texts import Say
from storage.model.naming import Namesake
from storage.model.page import Page

EXCERPT = 12


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """The beginning of a text, on one line: as wide as `limit` Chinese characters, which is twice
    as many Latin letters; words are left whole, unless one fills half of it."""
    line = " ".join(text.split())
    cells = list(accumulate(map(_cells, line)))
    if not cells or cells[-1] <= 2 * limit:
        return line
    end = bisect_right(cells, 2 * limit - 2)  # behind it stands the ellipsis
    whole = end if line[end] == " " else line.rfind(" ", 0, end + 1)
    if line[end - 1].isascii() and line[end].isascii() and whole >= end // 2:
        end = whole
    return line[:end].rstrip() + "…"


def _cells(character: str) -> int:
    """How wide a character is: one cell, or two; those put on top of another none."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


# By how many buttons stand in a row: how wide a label may be, in cells, so that a telephone of 375
# pixels cuts none.
_ROOM = {4: 7, 3: 10, 2: 17}


def in_fitting_rows(buttons: Iterable[Button]) -> Rows:
    """The buttons in rows of four, three or two: as few as leave their labels whole, and none with
    a single one behind others."""
    every = tuple(buttons)
    widest = max(map(_wide, every), default=0)
    fit = (many for many, room in _ROOM.items() if widest <= room and len(every) % many != 1)
    return in_rows(every, next(fit, 2))


def in_pairs(buttons: Iterable[Button]) -> Rows:
    """The buttons in their order, two in a row where both labels are whole there."""
    rows: list[tuple[Button, ...]] = []
    for each in buttons:
        beside = rows[-1] if rows else ()
        if len(beside) == 1 and max(map(_wide, (*beside, each))) <= _ROOM[2]:
            rows[-1] = (*beside, each)
        else:
            rows.append((each,))
    return tuple(rows)


def _wide(button: Button) -> int:
    return sum(map(_cells, button.label))


def apart(say: Say, name: str, namesake: Namesake | None) -> str:
    """Somebody's name in a list (plain text), with what tells them from others of that name."""
    name = short(name)
    return say.label("button.namesake", name=name, of=namesake) if namesake else name


def button(say: Say, key: str, action: str, *ids: object) -> Button:
    """A button with the label `key` that means `action` on `ids`."""
    return Button(say.label(key), press(action, *ids))


def back(say: Say, place: str = "home") -> Rows:
    """The row that every screen without a main action ends with."""
    return ((button(say, "button.back", place),),)


def pager(say: Say, page: Page[Any], turn: str, place: str = "") -> Rows:
    """The row below a page: to the one before, back to `place`, to the next; none if it is empty.

    `turn` is what a button to another page carries before its number ("library:basics").
    """
    row = [button(say, "button.back", place)] if place else []
    if page.number > 0:
        row.insert(0, button(say, "button.previous", turn, page.number - 1))
    if page.more:
        row.append(button(say, "button.next", turn, page.number + 1))
    return (tuple(row),) if row else ()


def paged(say: Say, buttons: Page[Button], turn: str, place: str = "", *, width: int = 1) -> Rows:
    """A page of buttons in rows of `width`, and its pager."""
    return (*in_rows(buttons.items, width), *pager(say, buttons, turn, place))


def note(say: Say, key: str, **names: object) -> Screen:
    """A sentence with nothing to press."""
    return Screen(say(key, **names))


def closing(say: Say, key: str, place: str = "home", **names: object) -> Screen:
    """A sentence, and the way to `place`."""
    return Screen(say(key, **names), back(say, place))


KINDS = (
    *("photo", "video", "document", "voice", "audio", "animation", "video_note", "sticker"),
    *("location", "venue", "contact", "poll", "dice"),
)


def kind_of(say: Say, kind: str) -> str:
    """What people call a kind of content of the Bot API."""
    return say.label(f"hearing.{kind if kind in KINDS else 'other'}")

"""A screen: one message with its buttons, in words that no Telegram library needs to know."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from storage.model.message import Media, MediaKind, Poll


class NotShown(Exception):
    """A screen could not be put before a person: Telegram refused, or could not be reached.

    What the person wished took place all the same, and is kept.
    """


class NobodyThere(NotShown):
    """They blocked the bot or are gone: nothing can be said to them, and nobody is at fault."""


BUTTON_DATA_LIMIT = 64  # bytes, Bot API: InlineKeyboardButton.callback_data


@dataclass(frozen=True, slots=True)
class Button:
    """A label and what a press means: an action with ids ("join:12"), or an address to open."""

    label: str
    press: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


_IN_NO_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')


@dataclass(frozen=True, slots=True)
class File:
    """A file of ours, which Telegram gets once and then knows by an id.

    `digest`: SHA-256 in hex over the kind and the bytes, because Telegram's id is for one kind.
    `made`: the bytes, where they were made for the moment; `path` is only a name then.
    """

    kind: MediaKind
    path: Path
    digest: str
    made: bytes = b""

    @property
    def content(self) -> bytes | Path:
        """What is in it, or where that is."""
        return self.made or self.path


def picture(png: bytes) -> File:
    """A picture that was made for the moment."""
    kind = MediaKind.PHOTO
    return File(kind, Path("picture.png"), hashlib.sha256(kind.encode() + png).hexdigest(), png)


def document(name: str, content: bytes) -> File:
    """A file to keep, with its name, that was made for the moment."""
    kind = MediaKind.DOCUMENT
    # What no computer takes in the name of a file is left out.
    path = Path(" ".join(_IN_NO_NAME.sub(" ", name).split()).strip(". ") or "-")
    return File(kind, path, hashlib.sha256(kind.encode() + content).hexdigest(), content)


@dataclass(frozen=True, slots=True)
class Venue:
    """A place on the map, in degrees; `title` and `address` are plain text, and not empty."""

    latitude: float
    longitude: float
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Screen:
    """What is put before a person: a venue, media, `text` (Telegram HTML of any length), a poll.

    The buttons stand under the text, or under what there is instead. `preview`: Telegram shows a
    picture of the first web address in the text.
    """

    text: str
    rows: Rows = ()
    media: tuple[Media | File, ...] = ()
    poll: Poll | None = None
    preview: bool = False
    venue: Venue | None = None


BELOW = "+"  # before what a button carries: its message stays, and what it opens comes below


def lasting(screen: Screen) -> Screen:
    """A receipt, or news: it stays as it is, and what its buttons open comes below."""
    rows = tuple(tuple(below(each) for each in row) for row in screen.rows)
    return replace(screen, rows=rows)


def below(button: Button) -> Button:
    """The button of a message that stays."""
    return replace(button, press=BELOW + button.press) if button.press else button


def press(action: str, *ids: object) -> str:
    """What a button carries: an action and ids, nothing else. Raises ValueError over 64 bytes."""
    data = ":".join((action, *map(str, ids)))
    if len(data.encode()) > BUTTON_DATA_LIMIT:
        raise ValueError(f"button data over {BUTTON_DATA_LIMIT} bytes: {data!r}")
    return data


def in_rows(buttons: Iterable[Button], width: int) -> Rows:
    """The buttons in rows of `width`."""
    every: Sequence[Button] = tuple(buttons)
    return tuple(tuple(every[i : i + width]) for i in range(0, len(every), width))

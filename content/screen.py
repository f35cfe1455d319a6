"""A screen: one message with its buttons, in words that no Telegram library needs to know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class NotShown(Exception):
    """A screen could not be put before a person: Telegram refused, or could not be reached.

    What the person wished took place all the same, and is kept.
    """


BUTTON_DATA_LIMIT = 64  # bytes, Bot API: InlineKeyboardButton.callback_data


@dataclass(frozen=True, slots=True)
class Button:
    """A label and what a press means: an action with ids ("join:12"), or an address to open."""

    label: str
    press: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """`text` is Telegram HTML of any length; `photo` a file id shown before it."""

    text: str
    rows: Rows = ()
    photo: str | None = None


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

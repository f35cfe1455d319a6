"""Pages: what a list shows at once. A list is cut where it is read, so that none is read whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")

LINES = 5  # wide buttons on one screen
SHORT = 10  # short ones, two in a row
TRACED = 10  # lines of text, each with a number to press
DRAWN = 200  # lines of pictures: more than an album holds, which says so
FARTHEST = 1_000_000  # no list has so many pages, and every database can count up to its rows


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list: `items` are at most `size` of them, `number` says which page (from 0).

    `more`: there is a page after it. `total`: how many items all pages have, where that is known.
    """

    items: Sequence[T]
    number: int
    size: int
    more: bool
    total: int | None = None

    @property
    def first(self) -> int:
        """The place of the first item in the whole list, from 1: for lines with numbers."""
        return self.number * self.size + 1

    def map(self, make: Callable[[T], U]) -> "Page[U]":
        """The same page of what `make` makes of each item."""
        return self.holding([make(item) for item in self.items])

    def holding(self, items: Sequence[U]) -> "Page[U]":
        """The same page with `items` in the place of its own."""
        return Page(items, self.number, self.size, self.more, self.total)


def nearest(number: int, total: int, size: int) -> int:
    """The page of a list of `total` items that is nearest to page `number`, whatever that is."""
    return min(max(number, 0), max(total - 1, 0) // size)


def page_of(items: Sequence[T], number: int, size: int = LINES) -> Page[T]:
    """The page nearest to `number` of a list that is at hand anyway, such as the programme's."""
    total = len(items)
    number = nearest(number, total, size)
    shown = items[number * size : (number + 1) * size]
    return Page(shown, number, size, (number + 1) * size < total, total)


def look_up(
    number: int, size: int, some: Callable[[int, int], Sequence[T]], count: Callable[[], int]
) -> Page[T]:
    """The page nearest to `number` of a list of which only parts are read.

    `some` gives at most so many items after so many others; `count` says how many there are, and is
    asked only if there is no such page: its number was forged, or the list shrank.
    """
    number = min(max(number, 0), FARTHEST)
    found = some(size + 1, number * size)
    if not found and number > 0:
        number = nearest(number, count(), size)
        found = some(size + 1, number * size)
    more = len(found) > size
    total = None if more else number * size + len(found)
    return Page(found[:size], number, size, more, total)

"""How a list becomes pages: what every query that lists something is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from storage.model.page import LINES, Page, look_up, nearest

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Listing(Generic[T_co]):
    """A whole list, in its order. `key` is an id that no two of its `rows` share, of the table that
    they begin with unless they say `select_from`; `read` makes of a row what it means. `given`:
    the parameters of rows that were built once. `keys`: the same ids in the same order, if fewer
    tables tell them."""

    rows: Select[Any]
    key: ColumnElement[int]
    read: Callable[[Row[Any]], T_co]
    given: Mapping[str, Any] = field(default_factory=dict)
    keys: Select[Any] | None = None


def page_of(connection: Connection, listing: Listing[T], number: int, size: int = LINES) -> Page[T]:
    """The page of a list that is nearest to page `number` (from 0)."""
    found = look_up(
        number, size, partial(_keys, connection, listing), partial(count, connection, listing)
    )
    return found.holding(_read(connection, listing, found.items))


def chain(
    connection: Connection,
    lists: Sequence[tuple[Listing[T], int]],
    number: int,
    size: int = LINES,
) -> Page[T]:
    """The same of several `lists`, each of which goes on where the one before it ends; with each
    of them goes how many it has."""
    total = sum(counted for _, counted in lists)
    number = nearest(number, total, size)
    skip, items = number * size, list[T]()
    for each, counted in lists:
        if skip < counted and len(items) < size:
            keys = _keys(connection, each, size - len(items), skip)
            items += _read(connection, each, keys)
        skip = max(0, skip - counted)
    return Page(items, number, size, (number + 1) * size < total, total)


def count(connection: Connection, listing: Listing[T]) -> int:
    """How many there are in a list."""
    keys = listing.rows.with_only_columns(listing.key).order_by(None).subquery()
    counted = select(func.count()).select_from(keys)
    return int(connection.execute(counted, listing.given).scalar_one())


def _keys(connection: Connection, listing: Listing[T], most: int, skip: int) -> Sequence[int]:
    """First the ids of a page, then its rows: so what a row's columns cost (a long text, a count)
    is paid for no row that is not shown."""
    keys = listing.rows.with_only_columns(listing.key) if listing.keys is None else listing.keys
    keys = keys.limit(most).offset(skip)
    return connection.execute(keys, listing.given).scalars().all()


def _read(connection: Connection, listing: Listing[T], keys: Sequence[int]) -> list[T]:
    if not keys:
        return []
    rows = connection.execute(listing.rows.where(listing.key.in_(keys)), listing.given)
    return [listing.read(row) for row in rows]

"""What the ids of buttons are: how each is read, and to which place it belongs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from storage.model.period import YEARS
from storage.model.reminder import LEADS
from storage.queries import scopes

Reader = Callable[[str], Any]  # raises ValueError for what is no such id
Scope = Callable[[Any, int], str | None]  # a query: the path of the id's node


def row_id(text: str) -> int:
    """The id of a row. Raises ValueError for what no database has."""
    number = int(text)
    if not 0 <= number < 2**63:
        raise ValueError(text)
    return number


def page(text: str) -> int:
    """The number of a page, from 0. Raises ValueError for no number; of any other, the query shows
    the nearest page (storage/model/page.py)."""
    return int(text)


def day(text: str) -> date:
    """A day, as 20261123. Raises ValueError for none, or for one beyond those that are counted."""
    if len(text) != 8 or not text.isdecimal():
        raise ValueError(text)
    return date(year(text[:4]), int(text[4:6]), int(text[6:]))


def lead(text: str) -> int:
    """How many hours before an event people are reminded. Raises ValueError for no choice of it."""
    hours = int(text)
    if hours not in LEADS:
        raise ValueError(text)
    return hours


def year(text: str) -> int:
    """A year. Raises ValueError for none, or for one beyond those that are counted."""
    number = int(text)
    if number not in YEARS:
        raise ValueError(text)
    return number


def chat_id(text: str) -> int:
    """The id of a group's chat, which is negative. Raises ValueError for what is none.

    It is Telegram's, not ours: whose the group is, its handlers ask.
    """
    number = int(text)
    if not -(2**63) <= number < 0:
        raise ValueError(text)
    return number


@dataclass(frozen=True, slots=True)
class Id:
    """Reads the id of a row that belongs to a place. Staff reach it where they have the power that
    the press takes; residents' queries look for themselves."""

    scope: Scope

    def __call__(self, text: str) -> int:
        return row_id(text)


node_id = Id(scopes.node)
event_id = Id(scopes.event)
suggestion_id = Id(scopes.suggestion)
request_id = Id(scopes.request)
broadcast_id = Id(scopes.broadcast)
schedule_id = Id(scopes.schedule)
group_id = Id(scopes.group)
role_id = Id(scopes.role)
invitation_id = Id(scopes.invitation)
entry_id = Id(scopes.entry)

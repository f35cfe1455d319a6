"""The staff's day."""

from dataclasses import dataclass

from storage.model.event import Event
from storage.model.page import Page
from storage.model.person import MembershipRequest
from storage.model.suggestion import SuggestionLine


@dataclass(frozen=True, slots=True)
class Day:
    """How much waits: suggestions without an answer, `overdue` of them for longer than is promised,
    membership requests, running schedules; the events of today, and those of before
    of which nobody said whether they took place."""

    suggestions: int
    overdue: int
    requests: int
    schedules: int
    events: Page[Event]
    unconfirmed: Page[Event]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page of the inbox, and how much of each kind waits on all of them: requests, suggestions
    without an answer (`received`), and those that are worked on (`adopted`)."""

    page: Page[MembershipRequest | SuggestionLine]
    requests: int
    received: int
    adopted: int

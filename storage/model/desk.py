"""The staff's day."""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.model.person import MembershipRequest
from storage.model.suggestion import Suggestion


@dataclass(frozen=True, slots=True)
class Day:
    """How much waits: suggestions without an answer, membership requests, running schedules."""

    suggestions: int
    requests: int
    schedules: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The inbox: every open request, and every suggestion that is not finished."""

    requests: Sequence[MembershipRequest]
    suggestions: Sequence[Suggestion]

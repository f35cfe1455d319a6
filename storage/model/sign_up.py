"""Sign-ups. A seat is taken by a conditional update, so the last goes to exactly one."""

from dataclasses import dataclass
from enum import StrEnum

from storage.model.event import EventCard


class SignUpState(StrEnum):
    SIGNED_UP = "signed_up"
    WAITING = "waiting"
    OFFERED = "offered"  # a seat is kept for them, for a while
    CANCELLED = "cancelled"


# A second thought is free in both directions, as long as the event takes sign-ups.
SIGN_UP_MOVES: dict[SignUpState, frozenset[SignUpState]] = {
    SignUpState.SIGNED_UP: frozenset({SignUpState.CANCELLED}),
    SignUpState.WAITING: frozenset({SignUpState.OFFERED, SignUpState.CANCELLED}),
    SignUpState.OFFERED: frozenset({SignUpState.SIGNED_UP, SignUpState.CANCELLED}),
    SignUpState.CANCELLED: frozenset({SignUpState.SIGNED_UP, SignUpState.WAITING}),
}


@dataclass(frozen=True, slots=True)
class SignUp:
    """The outcome of a press. `changed` is False when it was so already."""

    card: EventCard
    language: str
    changed: bool

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


# Who hold a seat, or may still get one.
TAKING_PART = (SignUpState.SIGNED_UP, SignUpState.OFFERED, SignUpState.WAITING)
# What takes seats away from others.
TAKING_SEATS = (SignUpState.SIGNED_UP, SignUpState.OFFERED)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for. `seats` are theirs and their companions', None: as before, or one;
    `anyway`: they know that it overlaps with something else. `answers` are to the event's questions
    in their order, None for none.
    """

    seats: int | None = None
    anyway: bool = False
    answers: tuple[str, ...] | None = None


ONE = Wish()


@dataclass(frozen=True, slots=True)
class Yes:
    """An offer is accepted: of the event as it was at that `revision`; `anyway` as in a wish."""

    revision: int
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class SignUp:
    """The outcome of a press. `changed` is False when it was so already. `seat` is the number of
    the last of their seats, counted from the first that was taken; None if they took none of what
    was free. `was`: as what they stood before they gave that up."""

    card: EventCard
    language: str
    changed: bool
    seat: int | None = None
    was: SignUpState | None = None

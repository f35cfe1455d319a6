"""People: what the bot holds on them, and how they came to be members."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from storage.model.naming import Namesake
from storage.model.roles import Grant, Power, allowed

# Raise it when the privacy note changes in substance: everybody is asked again.
CONSENT_VERSION = 1
LANGUAGES = ("zh", "en")
NAME_LIMIT = 128
INVITATION = "inv_"  # what a /start payload with an invitation begins with


class Standing(StrEnum):
    """Resident: anyone who came. Member: on the community's register, gets study pushes."""

    RESIDENT = "resident"
    MEMBER = "member"


class RequestState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # the person left, moved, or became a member another way


# A request is decided once; a declined person may ask anew, which is a new request. Whoever takes
# one back and asks again within the day goes on with it: what staff were told of is true again.
REQUEST_MOVES: dict[RequestState, frozenset[RequestState]] = {
    RequestState.PENDING: frozenset(
        {RequestState.ACCEPTED, RequestState.DECLINED, RequestState.WITHDRAWN}
    ),
    RequestState.ACCEPTED: frozenset(),
    RequestState.DECLINED: frozenset(),
    RequestState.WITHDRAWN: frozenset({RequestState.PENDING}),
}
STAFF_TOLD_EVERY = timedelta(days=1)  # at most, of the same person's wish to belong to a place


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing but answers is sent, in the zone of the district."""

    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Person:
    """Anyone who consented. `node_*` are None until a community was chosen."""

    id: int
    telegram_id: int
    name: str
    language: str
    standing: Standing
    consent_version: int
    joined_at: datetime
    node_id: int | None
    node_name: str | None
    node_path: str | None
    quiet: Quiet | None
    paused: bool
    grants: tuple[Grant, ...]
    unreached: bool = False  # no message reaches them now

    @property
    def is_member(self) -> bool:
        return self.standing is Standing.MEMBER

    @property
    def is_staff(self) -> bool:
        return bool(self.grants)

    @property
    def is_at_home(self) -> bool:
        """Whether they agreed and live somewhere, or work here: nothing has to be asked first."""
        agreed = self.consent_version >= CONSENT_VERSION
        return agreed and (self.node_id is not None or self.is_staff)

    def may(self, power: Power) -> bool:
        """Whether the person has `power` anywhere (the action checks where)."""
        return bool(self.reach(power))

    def reach(self, power: Power) -> list[str]:
        """The paths of the nodes at and below which the person has `power`."""
        return [grant.path for grant in self.grants if grant.allows(power, grant.path)]

    def place_over(self, power: Power, path: str) -> str:
        """The name of the widest place in whose name the person has `power` over the node at
        `path`; empty if they have not."""
        return next((each.node_name for each in self.grants if each.allows(power, path)), "")

    def may_at(self, power: Power, path: str) -> bool:
        """Whether the person has `power` over the node at `path`."""
        return allowed(self.grants, power, path)


@dataclass(frozen=True, slots=True)
class MembershipRequest:
    """A resident's wish to be on the register, as staff see it."""

    id: int
    person_name: str
    node_name: str
    joined_at: datetime
    asked_at: datetime
    state: RequestState
    namesake: Namesake | None = None  # if another one who asks has this name


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a one-time link gave: membership (`role` None) or a role, at a node."""

    role: str | None
    node_name: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What one person did so far."""

    done: int
    suggestions: int

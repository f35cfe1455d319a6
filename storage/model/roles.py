"""Who may do what, and where: roles are scoped to a node of the tree and cover what is below it."""

from dataclasses import dataclass
from enum import StrEnum

from storage.model.node import NodeKind


class Role(StrEnum):
    OWNER = "owner"
    DISTRICT = "district"
    COMMUNITY = "community"
    VIEWER = "viewer"


class Power(StrEnum):
    """Something that staff do. An action names the power that it needs."""

    SEE_DESK = "see_desk"  # whoever holds any role
    SEE_FIGURES = "see_figures"
    PUSH = "push"
    POST_EVENT = "post_event"
    ANSWER = "answer"
    RECORD = "record"  # work in the ledger
    PLAN = "plan"  # what is to be reached in a year
    CLOSE_YEAR = "close_year"  # accept the figures of a year, close it, and open it again
    INVITE_MEMBER = "invite_member"
    INVITE_STAFF = "invite_staff"
    ADD_COMMUNITY = "add_community"


_COMMUNITY = frozenset(
    {
        Power.SEE_DESK,
        Power.SEE_FIGURES,
        Power.PUSH,
        Power.POST_EVENT,
        Power.ANSWER,
        Power.RECORD,
        Power.PLAN,
        Power.INVITE_MEMBER,
    }
)
_ALL = frozenset(Power)

POWERS: dict[Role, frozenset[Power]] = {
    Role.OWNER: _ALL,
    Role.DISTRICT: _ALL,
    Role.COMMUNITY: _COMMUNITY,
    Role.VIEWER: frozenset({Power.SEE_DESK, Power.SEE_FIGURES}),
}

# Which roles a holder may hand on: never one that reaches further than the own one.
GRANTABLE: dict[Role, tuple[Role, ...]] = {
    Role.OWNER: (Role.OWNER, Role.DISTRICT, Role.COMMUNITY, Role.VIEWER),
    Role.DISTRICT: (Role.DISTRICT, Role.COMMUNITY, Role.VIEWER),
    Role.COMMUNITY: (),
    Role.VIEWER: (),
}


_PLACES: dict[Role, tuple[NodeKind, ...]] = {
    Role.OWNER: (NodeKind.DISTRICT,),
    Role.DISTRICT: (NodeKind.DISTRICT,),
    Role.COMMUNITY: (NodeKind.COMMUNITY,),
    Role.VIEWER: (NodeKind.DISTRICT, NodeKind.COMMUNITY),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that a person holds at a node; `path` is the node's path in the tree ("/1/4/")."""

    role: Role
    node_id: int
    node_name: str
    path: str

    def allows(self, power: Power, path: str) -> bool:
        """Whether this grant gives `power` over the node at `path`."""
        return power in POWERS[self.role] and path.startswith(self.path)


def allowed(grants: tuple[Grant, ...], power: Power, path: str) -> bool:
    """Whether any of `grants` gives `power` over the node at `path`."""
    return any(grant.allows(power, path) for grant in grants)


def roles_to_hand_on(grants: tuple[Grant, ...], kind: NodeKind, path: str) -> tuple[Role, ...]:
    """The roles that a holder of `grants` may invite others to, at a node of `kind` at `path`.

    Never one that reaches further than the own, and only one that belongs there: a community's
    staff to a community, district staff and owners to the district, viewers to either.
    """
    handed = {
        role for grant in grants if path.startswith(grant.path) for role in GRANTABLE[grant.role]
    }
    return tuple(role for role in Role if role in handed and kind in _PLACES[role])

"""Who works at a place: the roles that are held there and the invitations that wait, how either
ends, and who may end it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.model.moves import Move
from storage.model.naming import Namesake
from storage.model.node import Node, NodeKind
from storage.model.roles import Grant, Power, Role, allowed, roles_to_hand_on


class RoleState(StrEnum):
    HELD = "held"
    ENDED = "ended"


# One row for each person, place and role: who is invited again holds the same one again.
ROLE_MOVES: dict[RoleState, frozenset[RoleState]] = {
    RoleState.HELD: frozenset({RoleState.ENDED}),
    RoleState.ENDED: frozenset({RoleState.HELD}),
}


class InvitationState(StrEnum):
    OPEN = "open"  # until it expires, which takes no move
    USED = "used"
    RECALLED = "recalled"


INVITATION_MOVES: dict[InvitationState, frozenset[InvitationState]] = {
    InvitationState.OPEN: frozenset({InvitationState.USED, InvitationState.RECALLED}),
    InvitationState.USED: frozenset(),
    InvitationState.RECALLED: frozenset(),
}


def may_invite(grants: tuple[Grant, ...], role: Role | None, node: Node) -> bool:
    """Whether a holder of `grants` may invite to `role` at a node, or (None) to its register."""
    if role is None:
        of_community = node.kind is NodeKind.COMMUNITY
        return of_community and allowed(grants, Power.INVITE_MEMBER, node.path)
    return role in roles_to_hand_on(grants, node.kind, node.path)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a role at a node."""

    id: int  # of the role that they hold
    person_id: int
    name: str
    role: Role
    node: Node
    history: tuple[Move, ...] = ()  # the first of them first; of a role of long ago, not all
    namesake: Namesake | None = None  # if another one there has this name


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation that nobody has used yet. `by_name`: who made it; None: the operator."""

    id: int
    role: Role | None
    node: Node
    by_name: str | None
    expires_at: datetime

"""One-time links that make whoever opens them a member or staff."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.actions import moves
from storage.actions.people import enrol
from storage.model.moves import Step
from storage.model.node import Node, NodeKind
from storage.model.person import Invitation
from storage.model.refusal import Refusal
from storage.model.roles import Power, Role
from storage.model.staff import InvitationState, RoleState, may_invite
from storage.queries.invitations import check_good, hash_of, may_make
from storage.queries.nodes import by_id
from storage.queries.people import by_id as person_by_id
from storage.queries.people import grants_of, require
from storage.tables import invitations, roles

LIFETIME = timedelta(days=7)


def invite(
    connection: Connection, by: int, role: Role | None, node_id: int, secret: str, now: datetime
) -> datetime:
    """Make a link that gives one person `role` at a node, or puts them on the register of a
    community (`role` None); returns its expiry.

    Raises Refusal("refused.not_yours") if the inviter's own roles do not reach that far.
    """
    node = by_id(connection, node_id)
    if role is None and node.kind is not NodeKind.COMMUNITY:
        raise Refusal("refused.unknown_node")
    if not may_invite(grants_of(connection, by), role, node):
        raise Refusal("refused.not_yours")
    return _create(connection, by, role, node_id, secret, now)


def invite_owner(connection: Connection, node_id: int, secret: str, now: datetime) -> datetime:
    """Make the operator's link to the first owner; returns its expiry."""
    return _create(connection, None, Role.OWNER, node_id, secret, now)


def redeem(connection: Connection, person_id: int, secret: str, now: datetime) -> Invitation:
    """Use a link. Raises Refusal if it is unknown, used, recalled or expired, or if whoever made it
    may not invite to that any more, or opens it themselves; then it gives nothing, and stays."""
    row = connection.execute(
        select(invitations).where(invitations.c.secret_hash == hash_of(secret))
    ).one_or_none()
    if row is None:
        raise Refusal("invitation.unknown")
    node = by_id(connection, row.node_id)
    if row.used_by == person_id and _still_holds(connection, person_id, row.role, node):
        return Invitation(row.role, node.name)  # opened twice by the same person
    check_good(connection, row, person_id, now)
    # Conditional: of two who open the link at once, the second finds no row to move.
    step = Step(InvitationState.USED, now, person_id)
    if not moves.move(connection, row.id, step, used_by=person_id, used_at=now):
        raise Refusal("invitation.used")
    if row.role is None:
        enrol(connection, person_id, node, now)
    else:
        _grant(connection, person_id, row, now)
    return Invitation(row.role, node.name)


def recall(connection: Connection, by: int, invitation_id: int, now: datetime) -> None:
    """Take back an invitation that nobody has used. Raises Refusal if somebody has, if it was taken
    back before, or if `by` neither made it nor may invite to the same."""
    row = connection.execute(
        select(invitations).where(invitations.c.id == invitation_id)
    ).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    node = by_id(connection, row.node_id)
    require(connection, by, Power.INVITE_MEMBER, node.path)
    if row.created_by != by and not may_make(connection, by, row, node):
        raise Refusal("refused.not_yours")
    if not moves.move(connection, invitation_id, Step(InvitationState.RECALLED, now, by)):
        raise Refusal("invitation.used" if row.used_by else "invitation.recalled")


def recall_what_outlived(connection: Connection, maker: int, step: Step) -> None:
    """Take back the open invitations to what their `maker` may not invite to any more."""
    theirs = select(invitations).where(
        invitations.c.created_by == maker, invitations.c.state == InvitationState.OPEN
    )
    for row in connection.execute(theirs.order_by(invitations.c.id)).all():
        if not may_make(connection, maker, row, by_id(connection, row.node_id)):
            moves.move(connection, row.id, step)


def _grant(connection: Connection, person_id: int, row: Row[Any], now: datetime) -> None:
    """Give the role of an invitation, perhaps one that the person held before."""
    theirs = {"person_id": person_id, "node_id": row.node_id, "role": row.role}
    step = Step(RoleState.HELD, now, row.created_by)
    told = {"granted_by": row.created_by, "granted_at": now}
    same = [roles.c[name] == value for name, value in theirs.items()]
    if moves.move_all(connection, step, *same, **told):
        return
    if connection.execute(select(roles.c.id).where(*same)).first() is None:
        moves.begin(connection, step, **theirs, **told)


def _still_holds(connection: Connection, person_id: int, role: str | None, node: Node) -> bool:
    person = person_by_id(connection, person_id)
    if role is None:
        return person.is_member and person.node_id == node.id
    return any(grant.role == role and grant.node_id == node.id for grant in person.grants)


def _create(
    connection: Connection,
    by: int | None,
    role: Role | None,
    node_id: int,
    secret: str,
    now: datetime,
) -> datetime:
    expires_at = now + LIFETIME
    moves.begin(
        connection,
        Step(InvitationState.OPEN, now, by),
        secret_hash=hash_of(secret),
        role=role,
        node_id=node_id,
        created_by=by,
        created_at=now,
        expires_at=expires_at,
    )
    return expires_at

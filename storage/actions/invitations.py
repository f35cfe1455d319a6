"""One-time links that make whoever opens them a member or staff."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from storage.actions.people import enrol
from storage.dialects import insert_missing
from storage.model.node import Node, NodeKind
from storage.model.person import Invitation
from storage.model.refusal import Refusal
from storage.model.roles import Power, Role, roles_to_hand_on
from storage.queries.invitations import hash_of
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
    if role is None:
        if node.kind is not NodeKind.COMMUNITY:
            raise Refusal("refused.unknown_node")
        require(connection, by, Power.INVITE_MEMBER, node.path)
    elif role not in roles_to_hand_on(grants_of(connection, by), node.kind, node.path):
        raise Refusal("refused.not_yours")
    return _create(connection, by, role, node_id, secret, now)


def invite_owner(connection: Connection, node_id: int, secret: str, now: datetime) -> datetime:
    """Make the operator's link to the first owner; returns its expiry."""
    return _create(connection, None, Role.OWNER, node_id, secret, now)


def redeem(connection: Connection, person_id: int, secret: str, now: datetime) -> Invitation:
    """Use a link. Raises Refusal if it is unknown, used or expired; then it gives nothing."""
    row = connection.execute(
        select(invitations).where(invitations.c.secret_hash == hash_of(secret))
    ).one_or_none()
    if row is None:
        raise Refusal("invitation.unknown")
    node = by_id(connection, row.node_id)
    if row.used_by == person_id and _still_holds(connection, person_id, row.role, node):
        return Invitation(row.role, node.name)  # opened twice by the same person
    if row.used_by is not None:
        raise Refusal("invitation.used")
    if row.expires_at <= now:
        raise Refusal("invitation.expired")
    # Conditional: of two who open the link at once, the second finds no row to update.
    taken = connection.execute(
        update(invitations)
        .where(invitations.c.id == row.id, invitations.c.used_by.is_(None))
        .values(used_by=person_id, used_at=now)
    ).rowcount
    if taken != 1:
        raise Refusal("invitation.used")
    if row.role is None:
        enrol(connection, person_id, node, now)
    else:
        grant = {
            "person_id": person_id,
            "node_id": node.id,
            "role": row.role,
            "granted_by": row.created_by,
            "granted_at": now,
        }
        insert_missing(connection, roles, [grant])
    return Invitation(row.role, node.name)


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
    connection.execute(
        insert(invitations).values(
            secret_hash=hash_of(secret),
            role=role,
            node_id=node_id,
            created_by=by,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return expires_at

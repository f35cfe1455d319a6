"""What an invitation would do, before it is used."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.model.node import Node
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.model.staff import InvitationState, may_invite
from storage.queries.nodes import by_id
from storage.queries.people import grants_of
from storage.tables import invitations


def hash_of(secret: str) -> str:
    """What is kept of a secret, so that the table gives nobody a role."""
    return hashlib.sha256(secret.encode()).hexdigest()


def check_good(connection: Connection, row: Row[Any], person_id: int, now: datetime) -> None:
    """Raise Refusal unless an invitation is still good, and for this person: whoever made it tries
    it out before passing it on, which must not use it up."""
    if row.state != InvitationState.OPEN:
        raise Refusal(f"invitation.{row.state}")
    if row.expires_at <= now:
        raise Refusal("invitation.expired")
    node = by_id(connection, row.node_id)
    if row.created_by is not None and not may_make(connection, row.created_by, row, node):
        raise Refusal("invitation.recalled")
    if row.created_by == person_id:
        raise Refusal("invitation.own")


def may_make(connection: Connection, by: int, row: Row[Any], node: Node) -> bool:
    """Whether somebody may invite to that to which this one invites."""
    return may_invite(grants_of(connection, by), Role(row.role) if row.role else None, node)


def moves_to(connection: Connection, person: Person, secret: str, now: datetime) -> Node | None:
    """The other community to whose register an invitation would move a person; None if it would
    move them nowhere, or is no longer good."""
    row = connection.execute(
        select(invitations).where(
            invitations.c.secret_hash == hash_of(secret), invitations.c.role.is_(None)
        )
    ).one_or_none()
    if row is None or row.node_id == person.node_id:
        return None
    try:
        check_good(connection, row, person.id, now)
    except Refusal:  # which `redeem` tells them
        return None
    return by_id(connection, row.node_id)

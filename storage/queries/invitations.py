"""What an invitation would do, before it is used."""

import hashlib

from sqlalchemy import Connection, select

from storage.model.node import Node
from storage.model.person import Person
from storage.queries.nodes import by_id
from storage.tables import invitations


def hash_of(secret: str) -> str:
    """What is kept of a secret, so that the table gives nobody a role."""
    return hashlib.sha256(secret.encode()).hexdigest()


def moves_to(connection: Connection, person: Person, secret: str) -> Node | None:
    """The other community to whose register an unused invitation would move a person, or None."""
    row = connection.execute(
        select(invitations).where(
            invitations.c.secret_hash == hash_of(secret),
            invitations.c.role.is_(None),
            invitations.c.used_by.is_(None),
        )
    ).one_or_none()
    if row is None or row.node_id == person.node_id:
        return None
    return by_id(connection, row.node_id)

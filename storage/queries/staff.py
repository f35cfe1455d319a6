"""Who works at a place, and which invitations wait there."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from storage.model.naming import apart
from storage.model.page import Page
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power, Role
from storage.model.staff import Holder, InvitationState, RoleState, Waiting
from storage.model.subject import SubjectKind
from storage.queries.moves import history
from storage.queries.nodes import by_id
from storage.queries.pages import Listing, chain, count
from storage.tables import invitations, persons, roles
from storage.tables.roles import HELD

_HOLDER: Select[Any] = select(
    roles.c.id,
    roles.c.person_id,
    roles.c.role,
    roles.c.node_id,
    roles.c.state,
    persons.c.name,
    persons.c.joined_at,
).join(persons, persons.c.id == roles.c.person_id)
_WAITING: Select[Any] = select(
    invitations.c.id,
    invitations.c.role,
    invitations.c.node_id,
    invitations.c.expires_at,
    persons.c.name.label("by_name"),
).join(persons, persons.c.id == invitations.c.created_by, isouter=True)


def at_place(
    connection: Connection, node_id: int, page: int, now: datetime
) -> Page[Holder | Waiting]:
    """Who holds a role at this very node, in the order in which they got one, and then the
    invitations to it that can still be used."""
    node = by_id(connection, node_id)
    held = _HOLDER.where(roles.c.node_id == node_id, HELD).order_by(roles.c.id)
    same = apart((row.id, row.name, row.joined_at) for row in connection.execute(held))

    def holder(row: Row[Any]) -> Holder | Waiting:
        told = row.id, row.person_id, row.name, Role(row.role), node
        return Holder(*told, namesake=same.get(row.id))

    def waiting(row: Row[Any]) -> Holder | Waiting:
        return Waiting(row.id, _role(row), node, row.by_name, row.expires_at)

    open_ones = _open(now).where(invitations.c.node_id == node_id).order_by(invitations.c.id)
    lists = (
        Listing(held, roles.c.id, holder),
        Listing(open_ones, invitations.c.id, waiting),
    )
    return chain(connection, [(each, count(connection, each)) for each in lists], page)


def holder(connection: Connection, role_id: int, person: Person) -> Holder:
    """A role that is held, and how it came to be. Raises Refusal for one that has ended, or of
    a place where `person` may not invite."""
    row, found = _one(connection, role_id)
    if not person.may_at(Power.INVITE_MEMBER, found.node.path):
        raise Refusal("refused.not_yours")
    if row.state != RoleState.HELD:
        raise Refusal("staff.ended_before")
    return found


def ended(connection: Connection, role_id: int) -> Holder | None:
    """A role that has ended; None if it is held. Raises Refusal if there is none."""
    row, found = _one(connection, role_id)
    return found if row.state == RoleState.ENDED else None


def _one(connection: Connection, role_id: int) -> tuple[Row[Any], Holder]:
    row = connection.execute(_HOLDER.where(roles.c.id == role_id)).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    node = by_id(connection, row.node_id)
    told = tuple(history(connection, SubjectKind.ROLE, role_id))
    return row, Holder(row.id, row.person_id, row.name, Role(row.role), node, told)


def waiting(connection: Connection, invitation_id: int, person: Person, now: datetime) -> Waiting:
    """An invitation that can still be used. Raises Refusal for any other, or of a place where
    `person` may not invite."""
    row = connection.execute(_open(now).where(invitations.c.id == invitation_id)).one_or_none()
    if row is None:
        raise Refusal("staff.invitation_over")
    node = by_id(connection, row.node_id)
    if not person.may_at(Power.INVITE_MEMBER, node.path):
        raise Refusal("refused.not_yours")
    return Waiting(row.id, _role(row), node, row.by_name, row.expires_at)


def _open(now: datetime) -> Select[Any]:
    state = invitations.c.state == InvitationState.OPEN
    return _WAITING.where(state, invitations.c.expires_at > now)


def _role(row: Row[Any]) -> Role | None:
    return Role(row.role) if row.role else None


def first_owner(connection: Connection) -> int | None:
    """Who has been an owner for the longest time: in whose name the operator acts. None if there is
    no owner."""
    owners = select(roles.c.person_id).where(roles.c.role == Role.OWNER, HELD)
    return connection.execute(owners.order_by(roles.c.id).limit(1)).scalar_one_or_none()

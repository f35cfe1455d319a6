"""Who somebody is, and who asks to become a member."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select, text

from storage.model.naming import Namesake, apart
from storage.model.person import MembershipRequest, Person, Quiet, RequestState, Standing, Summary
from storage.model.refusal import Refusal
from storage.model.roles import POWERS, Grant, Power, Role, allowed
from storage.queries.nodes import below
from storage.queries.pages import Listing
from storage.tables import (
    acknowledgements,
    membership_requests,
    nodes,
    persons,
    roles,
    suggestions,
)
from storage.tables.roles import HELD

_PERSON = select(persons, nodes.c.name.label("node_name"), nodes.c.path.label("node_path")).join(
    nodes, nodes.c.id == persons.c.node_id, isouter=True
)

_REQUEST: Select[Any] = (
    select(
        membership_requests.c.id,
        membership_requests.c.asked_at,
        membership_requests.c.state,
        persons.c.name,
        persons.c.joined_at,
        nodes.c.name.label("node_name"),
    )
    .join(persons, persons.c.id == membership_requests.c.person_id)
    .join(nodes, nodes.c.id == membership_requests.c.node_id)
)

# Nearly every update asks this, so it is one statement, built once.
_role_node = nodes.alias("role_node")
_BY_TELEGRAM_ID: Select[Any] = (
    _PERSON.add_columns(
        roles.c.role,
        _role_node.c.id.label("role_node_id"),
        _role_node.c.name.label("role_node_name"),
        _role_node.c.path.label("role_node_path"),
    )
    .join(roles, (roles.c.person_id == persons.c.id) & HELD, isouter=True)
    .join(_role_node, _role_node.c.id == roles.c.node_id, isouter=True)
    .where(persons.c.telegram_id == bindparam("of_telegram"), persons.c.left_at.is_(None))
    .order_by(_role_node.c.path, roles.c.id)
)


def anybody(connection: Connection) -> bool:
    """Whether the database holds any person, also one who left."""
    return connection.execute(select(persons.c.id).limit(1)).first() is not None


def by_telegram_id(connection: Connection, telegram_id: int) -> Person | None:
    """The person with this Telegram id, or None for somebody who did not consent or has left."""
    rows = connection.execute(_BY_TELEGRAM_ID, {"of_telegram": telegram_id}).all()
    if not rows:
        return None
    grants = tuple(
        Grant(Role(row.role), row.role_node_id, row.role_node_name, row.role_node_path)
        for row in rows
        if row.role is not None
    )
    return _person(rows[0], grants)


def by_id(connection: Connection, person_id: int) -> Person:
    """The person with this id. Raises Refusal("refused.unknown_person") if there is none."""
    person = _one(connection, _PERSON.where(persons.c.id == person_id))
    if person is None:
        raise Refusal("refused.unknown_person")
    return person


def grants_of(connection: Connection, person_id: int) -> tuple[Grant, ...]:
    """The roles a person holds, widest reach first."""
    rows = connection.execute(
        select(roles.c.role, nodes.c.id, nodes.c.name, nodes.c.path)
        .join(nodes, nodes.c.id == roles.c.node_id)
        .where(roles.c.person_id == person_id, HELD)
        .order_by(nodes.c.path, roles.c.id)
    )
    return tuple(Grant(Role(row.role), row.id, row.name, row.path) for row in rows)


def require(connection: Connection, person_id: int, power: Power, path: str) -> None:
    """Raise Refusal("refused.not_yours") unless the person has `power` over the node at `path`."""
    if not allowed(grants_of(connection, person_id), power, path):
        raise Refusal("refused.not_yours")


def pending_requests(person: Person) -> Listing[MembershipRequest]:
    """The open membership requests of every node where `person` may answer, the oldest first."""
    open_ones = _REQUEST.where(
        text("membership_requests.state = 'pending'"),  # as written in the partial index
        below(*person.reach(Power.ANSWER)),
    )
    in_order = open_ones.order_by(membership_requests.c.id)
    return Listing(in_order, membership_requests.c.id, _request)


def asking_namesakes(
    connection: Connection, person: Person, names: Collection[str]
) -> dict[int, Namesake]:
    """What tells the open requests of people of one of these names apart, by the requests' ids."""
    if not names:
        return {}
    rows = connection.execute(pending_requests(person).rows.where(persons.c.name.in_(names)))
    return apart((row.id, row.name, row.joined_at) for row in rows)


def request(connection: Connection, request_id: int) -> MembershipRequest:
    """One membership request. Raises Refusal("refused.not_yours") if there is none."""
    row = connection.execute(_REQUEST.where(membership_requests.c.id == request_id)).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    return _request(row)


def request_for(connection: Connection, request_id: int, person: Person) -> MembershipRequest:
    """One that `person` may answer. Raises Refusal("refused.not_yours") for any other."""
    paths = person.reach(Power.ANSWER)
    statement = _REQUEST.where(membership_requests.c.id == request_id, below(*paths))
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    return _request(row)


def acting_at(connection: Connection, node_id: int, power: Power) -> list[int]:
    """Who has `power` at this very node; the district is not told of everything in its
    communities."""
    rows = connection.execute(
        select(roles.c.person_id, roles.c.role).where(roles.c.node_id == node_id, HELD)
    )
    return sorted({row.person_id for row in rows if power in POWERS[Role(row.role)]})


def summary(connection: Connection, person_id: int) -> Summary:
    """What a person did so far."""
    done = select(func.count()).where(acknowledgements.c.person_id == person_id)
    suggested = select(func.count()).where(suggestions.c.author_id == person_id)
    return Summary(
        done=connection.execute(done).scalar_one(),
        suggestions=connection.execute(suggested).scalar_one(),
    )


def has_pending_request(connection: Connection, person_id: int) -> bool:
    """Whether the person waits for an answer on membership."""
    found = connection.execute(
        select(membership_requests.c.id).where(
            membership_requests.c.person_id == person_id,
            membership_requests.c.state == RequestState.PENDING,
        )
    )
    return found.first() is not None


def asked_since(
    connection: Connection, person_id: int, node_id: int, since: datetime
) -> Sequence[int]:
    """The ids of a person's requests to belong to a community that were made after `since`, the
    newest first."""
    theirs = select(membership_requests.c.id).where(
        membership_requests.c.person_id == person_id,
        membership_requests.c.node_id == node_id,
        membership_requests.c.asked_at > since,
    )
    return connection.execute(theirs.order_by(membership_requests.c.id.desc())).scalars().all()


def _one(connection: Connection, statement: Select[Any]) -> Person | None:
    row = connection.execute(statement).one_or_none()
    return None if row is None else _person(row, grants_of(connection, row.id))


def _request(row: Row[Any]) -> MembershipRequest:
    return MembershipRequest(
        row.id, row.name, row.node_name, row.joined_at, row.asked_at, RequestState(row.state)
    )


def quiet_of(row: Row[Any]) -> Quiet | None:
    """The quiet hours in a row that has a person's `quiet_starts` and `quiet_ends`."""
    if row.quiet_starts is None:
        return None
    return Quiet(row.quiet_starts, row.quiet_ends)


def _person(row: Row[Any], grants: tuple[Grant, ...]) -> Person:
    return Person(
        id=row.id,
        telegram_id=row.telegram_id,
        name=row.name,
        language=row.language,
        standing=Standing(row.standing),
        consent_version=row.consent_version,
        joined_at=row.joined_at,
        node_id=row.node_id,
        node_name=row.node_name,
        node_path=row.node_path,
        quiet=quiet_of(row),
        paused=row.paused,
        grants=grants,
        unreached=row.unreachable_at is not None,
    )

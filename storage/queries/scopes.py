"""To which place something belongs: for each kind of id, the path of its node.

None where there is no such row. Whoever has a power at or above that path reaches the row; to
everybody else it looks as if it did not exist.
"""

from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select

from storage.tables import (
    broadcasts,
    entries,
    events,
    groups,
    invitations,
    membership_requests,
    nodes,
    roles,
    schedules,
    suggestions,
)


def node(connection: Connection, node_id: int) -> str | None:
    return _found(connection, _NODE, node_id)


def event(connection: Connection, event_id: int) -> str | None:
    return _found(connection, _EVENT, event_id)


def suggestion(connection: Connection, suggestion_id: int) -> str | None:
    return _found(connection, _SUGGESTION, suggestion_id)


def request(connection: Connection, request_id: int) -> str | None:
    """Of a membership request: the place that was asked."""
    return _found(connection, _REQUEST, request_id)


def broadcast(connection: Connection, broadcast_id: int) -> str | None:
    return _found(connection, _BROADCAST, broadcast_id)


def schedule(connection: Connection, schedule_id: int) -> str | None:
    return _found(connection, _SCHEDULE, schedule_id)


def group(connection: Connection, group_id: int) -> str | None:
    """Of a Telegram group: the place that it belongs to, or belonged to last."""
    return _found(connection, _GROUP, group_id)


def role(connection: Connection, role_id: int) -> str | None:
    """Of a role that somebody holds, or held: the place where."""
    return _found(connection, _ROLE, role_id)


def invitation(connection: Connection, invitation_id: int) -> str | None:
    return _found(connection, _INVITATION, invitation_id)


def entry(connection: Connection, entry_id: int) -> str | None:
    """Of an entry of the ledger, whether it still counts or not."""
    return _found(connection, _ENTRY, entry_id)


def _paths(table: Table) -> Select[Any]:
    at = nodes.join(table, table.c.node_id == nodes.c.id)
    return select(nodes.c.path).select_from(at).where(table.c.id == bindparam("id"))


# A press of staff asks one of these before anything else, so each is built once.
_NODE = select(nodes.c.path).where(nodes.c.id == bindparam("id"))
_EVENT = _paths(events)
_SUGGESTION = _paths(suggestions)
_REQUEST = _paths(membership_requests)
_BROADCAST = _paths(broadcasts)
_SCHEDULE = _paths(schedules)
_GROUP = _paths(groups)
_ROLE = _paths(roles)
_INVITATION = _paths(invitations)
_ENTRY = _paths(entries)


def _found(connection: Connection, statement: Select[Any], row_id: int) -> str | None:
    path: str | None = connection.execute(statement, {"id": row_id}).scalar_one_or_none()
    return path

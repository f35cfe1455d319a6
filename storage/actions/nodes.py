"""Growing the organisation tree."""

import re
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.dialects import insert_row
from storage.model.node import Node, NodeKind
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.visible import is_visible
from storage.queries.nodes import by_id, root
from storage.queries.people import require
from storage.tables import nodes

NAME_LIMIT = 64


def found_district(connection: Connection, name: str, now: datetime) -> Node:
    """The district at the top of the tree; made with `name` if there is none yet."""
    return root(connection) or _add(connection, None, NodeKind.DISTRICT, name, now)


def add_community(connection: Connection, by: int, name: str, now: datetime) -> Node:
    """Add a community below the district, on behalf of the person `by`.

    Raises Refusal when the name is empty, too long or taken, or `by` may not.
    """
    district = root(connection)
    if district is None:
        raise Refusal("refused.no_district")
    require(connection, by, Power.ADD_COMMUNITY, district.path)
    name = " ".join(name.split())
    if not is_visible(name) or len(name) > NAME_LIMIT:
        raise Refusal("community.name_length", limit=NAME_LIMIT)
    # The district's row is locked until the commit: of two who add the same name, one is first.
    connection.execute(select(nodes.c.id).where(nodes.c.id == district.id).with_for_update())
    if connection.execute(select(nodes.c.id).where(nodes.c.name == name)).first():
        raise Refusal("community.name_taken", name=name)
    return _add(connection, district, NodeKind.COMMUNITY, name, now)


def _add(
    connection: Connection, parent: Node | None, kind: NodeKind, name: str, now: datetime
) -> Node:
    # The path and the code hold the id, which is known after the insert only.
    provisional = f"new-{name}"[:32]
    node_id = insert_row(
        connection,
        nodes,
        parent_id=parent.id if parent else None,
        kind=kind,
        name=name,
        code=provisional,
        path=provisional,
        created_at=now,
    )
    path = f"{parent.path if parent else '/'}{node_id}/"
    connection.execute(
        update(nodes).where(nodes.c.id == node_id).values(code=_code(name, node_id), path=path)
    )
    return by_id(connection, node_id)


def _code(name: str, node_id: int) -> str:
    """What stands in links: the name where it is plain ASCII, and always the id."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:20] if name.isascii() else ""
    return f"{plain or 'c'}-{node_id}"

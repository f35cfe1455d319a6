"""The organisation tree."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, false, func, or_, select

from storage.model.node import Node, NodeCard, NodeKind
from storage.model.person import Person, Standing
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.tables import nodes, persons


def below(*paths: str) -> ColumnElement[bool]:
    """True for nodes at or below any of `paths`; for none of them, nothing is true."""
    # Paths are digits and slashes of our own making, so LIKE meets no wildcard in them.
    return or_(false(), *(nodes.c.path.like(f"{path}%") for path in paths))


def by_id(connection: Connection, node_id: int) -> Node:
    """The node with this id. Raises Refusal("refused.unknown_node") if there is none."""
    row = connection.execute(select(nodes).where(nodes.c.id == node_id)).one_or_none()
    if row is None:
        raise Refusal("refused.unknown_node")
    return _node(row)


def by_code(connection: Connection, code: str) -> Node | None:
    """The community whose code stands in a link, or None."""
    row = connection.execute(
        select(nodes).where(nodes.c.code == code, nodes.c.kind == NodeKind.COMMUNITY)
    ).one_or_none()
    return None if row is None else _node(row)


def root(connection: Connection) -> Node | None:
    """The district at the top, or None before it was founded."""
    row = connection.execute(select(nodes).where(nodes.c.parent_id.is_(None))).first()
    return None if row is None else _node(row)


def communities(connection: Connection) -> list[Node]:
    """Every community that people can join, in the order they were added."""
    return _nodes(connection, nodes.c.kind == NodeKind.COMMUNITY)


def where_may(connection: Connection, person: Person, power: Power) -> list[Node]:
    """The nodes over which `person` has `power`, the district first."""
    paths = person.reach(power)
    return _nodes(connection, below(*paths))


def cards(connection: Connection, person: Person) -> list[NodeCard]:
    """The communities of `person`'s roles, each with how many people it has."""
    paths = [grant.path for grant in person.grants]
    members = func.sum(case((persons.c.standing == Standing.MEMBER, 1), else_=0))
    rows = connection.execute(
        select(nodes, func.count(persons.c.id).label("people"), members.label("members"))
        .join(
            persons,
            (persons.c.node_id == nodes.c.id) & persons.c.left_at.is_(None),
            isouter=True,
        )
        .where(nodes.c.kind == NodeKind.COMMUNITY, below(*paths))
        .group_by(nodes.c.id)
        .order_by(nodes.c.id)
    )
    return [
        NodeCard(_node(row), residents=row.people - (row.members or 0), members=row.members or 0)
        for row in rows
    ]


def _nodes(connection: Connection, condition: ColumnElement[bool]) -> list[Node]:
    rows = connection.execute(select(nodes).where(condition).order_by(nodes.c.id))
    return [_node(row) for row in rows]


def _node(row: Row[Any]) -> Node:
    return Node(row.id, NodeKind(row.kind), row.name, row.code, row.path)

"""The organisation tree."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    false,
    func,
    or_,
    select,
)

from storage.model.naming import folded, like
from storage.model.naming import named as among
from storage.model.node import NAME_LIMIT, Node, NodeCard, NodeKind, Reach, SoughtPlace
from storage.model.page import SHORT, Page
from storage.model.page import page_of as one_page
from storage.model.person import Person, Standing
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries.pages import Listing, page_of
from storage.queries.rollups import is_complete
from storage.tables import nodes, persons, rollups

CARDS = 4  # communities with their links on one screen


def below(*paths: str) -> ColumnElement[bool]:
    """True for nodes at or below any of `paths`; for none of them, nothing is true."""
    # Paths are digits and slashes of our own making, so LIKE meets no wildcard in them.
    return or_(false(), *(nodes.c.path.like(f"{path}%") for path in paths))


# Many screens ask this, so it is built once.
_BY_ID = select(nodes).where(nodes.c.id == bindparam("of_id"))


def by_id(connection: Connection, node_id: int) -> Node:
    """The node with this id. Raises Refusal("refused.unknown_node") if there is none."""
    row = connection.execute(_BY_ID, {"of_id": node_id}).one_or_none()
    if row is None:
        raise Refusal("refused.unknown_node")
    return node_of(row)


def by_code(connection: Connection, code: str) -> Node | None:
    """The community whose code stands in a link, or None."""
    row = connection.execute(
        select(nodes).where(nodes.c.code == code, nodes.c.kind == NodeKind.COMMUNITY)
    ).one_or_none()
    return None if row is None else node_of(row)


def sought(connection: Connection, said: str) -> SoughtPlace:
    """Which places somebody means by a code, an id, a name or a part of one; and what is near."""
    every = [node_of(row) for row in connection.execute(select(nodes).order_by(nodes.c.id))]
    for told in (lambda node: node.code, lambda node: str(node.id)):
        if exact := [node for node in every if told(node) == said.strip()]:
            return SoughtPlace(exact, [], every)
    names = [(str(node.id), node.name) for node in every]
    means = {int(i) for i, _ in among(names, said)} if folded(said) else set()
    near = [int(i) for i, _ in like(names, said)]
    return SoughtPlace(
        [node for node in every if node.id in means],
        [node for i in near for node in every if node.id == i],
        every,
    )


def root(connection: Connection) -> Node | None:
    """The district at the top, or None before it was founded."""
    row = connection.execute(select(nodes).where(nodes.c.parent_id.is_(None))).first()
    return None if row is None else node_of(row)


def communities(connection: Connection, page: int) -> Page[Node]:
    """A page of the communities that people can join, in the order they were added."""
    every = select(nodes).where(nodes.c.kind == NodeKind.COMMUNITY).order_by(nodes.c.id)
    return page_of(connection, Listing(every, nodes.c.id, node_of), page, SHORT)


def named(connection: Connection, text: str) -> Page[Node]:
    """The communities that somebody means by their name, a part of it, or something near it; none
    for a text that is longer than a name. There is one page: who finds too many types more."""
    if not 1 < len(folded(text)) <= NAME_LIMIT:
        return one_page([], 0, SHORT)
    every = select(nodes.c.id, nodes.c.name).where(nodes.c.kind == NodeKind.COMMUNITY)
    names = [(str(row.id), row.name) for row in connection.execute(every.order_by(nodes.c.id))]
    found = [int(i) for i, _ in among(names, text) or like(names, text)][:SHORT]
    if not found:
        return one_page([], 0, SHORT)
    rows = connection.execute(select(nodes).where(nodes.c.id.in_(found)).order_by(nodes.c.id))
    return one_page([node_of(row) for row in rows], 0, SHORT)


def at_or_below(connection: Connection, node: Node) -> list[Node]:
    """A node and all below it, the widest first."""
    every = select(nodes).where(below(node.path)).order_by(nodes.c.id)
    return [node_of(row) for row in connection.execute(every)]


def where_may(connection: Connection, person: Person, power: Power) -> list[Node]:
    """All nodes over which `person` has `power`, the district first."""
    return [node_of(row) for row in connection.execute(_where_may(person, power))]


def places(connection: Connection, person: Person, power: Power, page: int) -> Page[Node]:
    """A page of the same."""
    listing = Listing(_where_may(person, power), nodes.c.id, node_of)
    return page_of(connection, listing, page, SHORT)


def reach(connection: Connection, person: Person, power: Power) -> Reach:
    """The widest of them, and whether there are others. Raises Refusal("refused.not_yours") for
    nowhere."""
    rows = connection.execute(_where_may(person, power).limit(2)).all()
    if not rows:
        raise Refusal("refused.not_yours")
    return Reach(node_of(rows[0]), others=len(rows) > 1)


def for_staff(connection: Connection, node_id: int, person: Person, power: Power) -> Node:
    """One of them. Raises Refusal("refused.not_yours") for any other."""
    row = connection.execute(_where_may(person, power).where(nodes.c.id == node_id)).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    return node_of(row)


def _where_may(person: Person, power: Power) -> Select[Any]:
    return select(nodes).where(below(*person.reach(power))).order_by(nodes.c.id)


def cards(connection: Connection, person: Person, page: int) -> Page[NodeCard]:
    """A page of the communities of `person`'s roles, each with how many people it has."""
    paths = [grant.path for grant in person.grants]
    mine = (
        select(nodes).where(nodes.c.kind == NodeKind.COMMUNITY, below(*paths)).order_by(nodes.c.id)
    )
    found = page_of(connection, Listing(mine, nodes.c.id, node_of), page, CARDS)
    living = people_at(connection, [node.id for node in found.items])

    def card(node: Node) -> NodeCard:
        at = living[node.id]
        members = at[Standing.MEMBER]
        return NodeCard(node, residents=at.total() - members, members=members)

    return found.map(card)


def people_at(connection: Connection, node_ids: Sequence[int]) -> dict[int, Counter[str]]:
    """How many people live at each of these nodes, by their standing."""
    kept = select(rollups.c.node_id, rollups.c.key, rollups.c.records).where(
        rollups.c.node_id.in_(node_ids), rollups.c.month == 0, rollups.c.source == "people"
    )
    counted = (
        select(persons.c.node_id, persons.c.standing, func.count())
        .where(persons.c.node_id.in_(node_ids), persons.c.left_at.is_(None))
        .group_by(persons.c.node_id, persons.c.standing)
    )
    living: dict[int, Counter[str]] = {node_id: Counter() for node_id in node_ids}
    rows = connection.execute(kept if is_complete(connection, "people") else counted)
    for node_id, key, number in rows:
        standing, *_ = key.split("|")
        living[node_id][standing] += number
    return living


def node_of(row: Row[Any]) -> Node:
    """The node that a row of `nodes` is."""
    return Node(row.id, NodeKind(row.kind), row.name, row.code, row.path)

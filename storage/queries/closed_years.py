"""Which years are closed, and the rows of closings."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select, text

from storage.model.closing import (
    Closing,
    ClosingState,
    Kept,
    Sheet,
    closed,
    figures_from_json,
)
from storage.model.node import Node
from storage.model.refusal import Refusal
from storage.queries import nodes as node_queries
from storage.tables import closings, nodes

STANDS = text("closings.state IN ('checked', 'accepted', 'closed')")  # as in the partial index


def in_force(connection: Connection, node_id: int, year: int) -> Closing | None:
    """What stands for a node and year; None for a draft."""
    of = select(closings).where(closings.c.node_id == node_id, closings.c.year == year, STANDS)
    row = connection.execute(of).one_or_none()
    return None if row is None else closing_of(row)


def closed_at(connection: Connection, node_id: int, year: int) -> Closing | None:
    """What was closed; None if the year is not closed."""
    stands = in_force(connection, node_id, year)
    return stands if stands is not None and stands.state is ClosingState.CLOSED else None


def by_id(connection: Connection, closing_id: int) -> Closing:
    """A row, whether or not it still stands. Raises Refusal if there is none."""
    row = connection.execute(select(closings).where(closings.c.id == closing_id)).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    return closing_of(row)


def every_closing(connection: Connection, node: Node) -> list[tuple[str, Closing]]:
    """All closings of a node and those below it, also what stands no more, each with the name of
    its place; by year, place and in their order."""
    of = (
        select(closings, nodes.c.name)
        .join(nodes, nodes.c.id == closings.c.node_id)
        .where(node_queries.below(node.path))
        .order_by(closings.c.year, nodes.c.path, closings.c.id)
    )
    return [(row.name, closing_of(row)) for row in connection.execute(of)]


def closed_years(connection: Connection, node_id: int) -> frozenset[int]:
    """The years of a node into which nothing is written any more."""
    of = select(closings.c.year).where(
        closings.c.node_id == node_id, STANDS, closings.c.state == ClosingState.CLOSED
    )
    return frozenset(connection.execute(of).scalars())


def closed_among(connection: Connection, node_ids: Collection[int], year: int) -> frozenset[int]:
    """Those of some nodes whose `year` is closed."""
    of = select(closings.c.node_id).where(
        closings.c.node_id.in_(node_ids),
        closings.c.year == year,
        closings.c.state == ClosingState.CLOSED,
    )
    return frozenset(connection.execute(of).scalars())


def check_open(connection: Connection, node_id: int, *years: int) -> None:
    """Raise Refusal if one of `years` of a node is closed: what asks to be written would be refused
    (storage/actions/closed_years.py). Raises Refusal for no such node, too."""
    for year in sorted(closed_years(connection, node_id).intersection(years)):
        raise closed(year, node_queries.by_id(connection, node_id).name)


def closing_of(row: Row[Any]) -> Closing:
    """The closing that a row of `closings` is."""
    kept: Mapping[str, Kept] = figures_from_json(json.loads(row.figures))
    return Closing(
        row.id,
        ClosingState(row.state),
        Sheet(row.node_id, row.year, row.basis, kept),
        row.digest,
        row.signed_at,
    )

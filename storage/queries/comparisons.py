"""All places of somebody side by side."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import Connection

from storage.model.comparison import Comparison, Place, days_before
from storage.model.figure import Figure
from storage.model.node import Node, NodeKind
from storage.model.page import DRAWN, TRACED, Page, page_of
from storage.model.period import day_of
from storage.model.person import Person
from storage.model.plan import pace, share_gone
from storage.model.roles import Power
from storage.queries import nodes as node_queries
from storage.queries.closed_years import closed_among
from storage.queries.figures.counting import figures_by_node, figures_of
from storage.queries.plans import own_targets


def compared_for(
    connection: Connection, person: Person, comparison: Comparison, page: int
) -> Page[Place]:
    """The page nearest to `page` (from 0) of the places whose figures `person` may see."""
    found = page_of(_ordered(connection, person, comparison), page, TRACED)
    return found.holding(_with_before(connection, comparison, found.items))


def drawn_for(connection: Connection, person: Person, comparison: Comparison) -> Page[Place]:
    """The same for a picture, which shows more: the first of them."""
    found = page_of(_ordered(connection, person, comparison), 0, DRAWN)
    return found.holding(_with_before(connection, comparison, found.items))


def _ordered(connection: Connection, person: Person, comparison: Comparison) -> Sequence[Place]:
    return comparison.order(_places(connection, person, comparison))


def _with_before(
    connection: Connection, comparison: Comparison, places: Sequence[Place]
) -> Sequence[Place]:
    if not comparison.with_before:
        return places
    before = _before(connection, comparison, [place.node for place in places])
    return [replace(place, before=before[place.node.id]) for place in places]


def _before(
    connection: Connection, comparison: Comparison, nodes: Sequence[Node]
) -> dict[int, dict[str, Figure]]:
    """How these were a year before."""
    measures = {key: each.measure for key, each in comparison.asked.items()}
    found: dict[int, dict[str, Figure]] = defaultdict(dict)
    for same_days, those in days_before(comparison.days, measures):
        for node_id, its in figures_of(connection, those, nodes, same_days).items():
            found[node_id] |= its
    return found


def _places(connection: Connection, person: Person, comparison: Comparison) -> list[Place]:
    """Every place whose figures `person` may see, each on its own; of a district only if something
    is counted there that is no community's."""
    days, asked = comparison.days, comparison.asked
    year = days.period.first_on.year if days.period.is_year else None
    gone = share_gone(days.period.first_on.year, day_of(days.now, days.zone))
    seen = node_queries.where_may(connection, person, Power.SEE_FIGURES)
    measures = {key: each.measure for key, each in asked.items()}
    found: dict[int, dict[str, Figure]] = {}
    planned: dict[int, dict[str, Decimal]] = {}
    for node in seen:
        if node.id not in found:  # else it is below another that was looked at
            found |= figures_by_node(connection, measures, node, days)
            planned |= own_targets(connection, node, year) if year else {}

    closed = closed_among(connection, found, year) if year else frozenset[int]()

    def place(node: Node) -> Place:
        targets = planned.get(node.id, {})
        paces = {
            key: pace(targets.get(key), found[node.id][key], each, gone)
            for key, each in asked.items()
        }
        return Place(node, found[node.id], paces, is_closed=node.id in closed)

    return [
        place(node)
        for node in seen
        if node.kind is NodeKind.COMMUNITY or any(f.number for f in found[node.id].values())
    ]

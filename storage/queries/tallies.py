"""Figures as people ask for them: all of a programme at once, for whoever may see them."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from storage.model.figure import Measure, Record
from storage.model.node import Node
from storage.model.page import Page
from storage.model.period import Days
from storage.model.person import Person
from storage.model.roles import Power
from storage.model.tally import Tally
from storage.queries import nodes as node_queries
from storage.queries.figures.counting import figures, records


def tally(connection: Connection, node: Node, days: Days, measures: Mapping[str, Measure]) -> Tally:
    """Every one of `measures` for `node` and all below it, by their keys."""
    return Tally(node, days.period, figures(connection, measures, node, days))


def tally_for(
    connection: Connection,
    person: Person,
    node_id: int | None,
    days: Days,
    measures: Mapping[str, Measure],
) -> Tally:
    """The same for a node whose figures `person` may see; None for the widest of them.

    Raises Refusal("refused.not_yours").
    """
    reach = node_queries.reach(connection, person, Power.SEE_FIGURES)
    node = reach.widest if node_id is None else _seen(connection, person, node_id)
    return replace(tally(connection, node, days, measures), others=reach.others)


def records_for(
    connection: Connection,
    person: Person,
    node_id: int,
    days: Days,
    measure: Measure,
    page: int,
) -> Page[Record]:
    """What a figure that `person` may see counted: the page nearest to `page` (from 0).

    Raises Refusal("refused.not_yours").
    """
    node = _seen(connection, person, node_id)
    return records(connection, measure, node, days, page)


def _seen(connection: Connection, person: Person, node_id: int) -> Node:
    return node_queries.for_staff(connection, node_id, person, Power.SEE_FIGURES)

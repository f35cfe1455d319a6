"""Figures as people ask for them: all of a programme at once, for whoever may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from storage.model.figure import Measure, Record
from storage.model.node import Node
from storage.model.page import Page
from storage.model.period import Days
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.tally import Tally
from storage.queries.figures.counting import figure, records
from storage.queries.nodes import where_may


def tally(connection: Connection, node: Node, days: Days, measures: Mapping[str, Measure]) -> Tally:
    """Every one of `measures` for `node` and all below it, by their keys."""
    figures = {key: figure(connection, each, node, days) for key, each in measures.items()}
    return Tally(node, days.period, figures)


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
    places = where_may(connection, person, Power.SEE_FIGURES)
    figures = tally(connection, _one(places, node_id), days, measures)
    return replace(figures, others=len(places) > 1)


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
    node = _one(where_may(connection, person, Power.SEE_FIGURES), node_id)
    return records(connection, measure, node, days, page)


def _one(places: Sequence[Node], node_id: int | None) -> Node:
    node = next((place for place in places if node_id in (None, place.id)), None)
    if node is None:
        raise Refusal("refused.not_yours")
    return node

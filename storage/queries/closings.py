"""Closings: where that of a place and year is, and how its figures are by now."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import Connection, select

from storage.model.closing import (
    IN_FORCE,
    ClosedYear,
    Closing,
    ClosingState,
    ClosingView,
    Difference,
    Kept,
    PlaceClosing,
    Places,
    Reckoning,
    Sheet,
    differences,
)
from storage.model.moves import Move
from storage.model.node import Node, NodeKind
from storage.model.page import page_of as one_page
from storage.model.period import day_of
from storage.model.person import Person
from storage.model.roles import Power
from storage.model.score import Assessed, score
from storage.model.subject import SubjectKind
from storage.queries import nodes as node_queries
from storage.queries.closed_years import STANDS, closed_at, in_force
from storage.queries.closing_causes import cause
from storage.queries.figures.counting import figures, figures_by_node
from storage.queries.nodes import below, node_of
from storage.queries.plans import own_targets, targets
from storage.tables import closings, moves, nodes, persons


def sheet(connection: Connection, node: Node, year: int, reckoning: Reckoning) -> Sheet:
    """The figures of a node and year as they are, with what is planned."""
    basis = reckoning.basis
    found = figures(connection, basis.measures, node, reckoning.days(year))
    planned = targets(connection, node, year, basis.measures)
    kept = {
        key: Kept(
            found[key], planned[key].number if key in planned else None, each.decimals, each.weight
        )
        for key, each in basis.indicators.items()
    }
    return Sheet(node.id, year, basis.fingerprint, kept)


def view(connection: Connection, node: Node, year: int, reckoning: Reckoning) -> ClosingView:
    """Where the closing of a node and year is, and what of its figures changed since."""
    signed, now = in_force(connection, node.id, year), sheet(connection, node, year, reckoning)
    found = [] if signed is None else changes(connection, node, signed, now, reckoning)
    below = side_by_side(connection, node, year)
    return ClosingView(node, year, now, signed, found, history(connection, node.id, year), below)


def changes(
    connection: Connection, node: Node, signed: Closing, now: Sheet, reckoning: Reckoning
) -> list[Difference]:
    """How the figures of a node are not what was signed, and who changed what since."""
    measures, days = reckoning.basis.measures, reckoning.days(now.year)
    found = []
    for each in differences(signed.sheet, now):
        why = None
        if each.is_of_figure and each.indicator in measures:
            why = cause(connection, measures[each.indicator], node, days, signed.signed_at)
        found.append(replace(each, cause=why))
    return found


def closed_year(
    connection: Connection, node: Node, year: int, reckoning: Reckoning
) -> ClosedYear | None:
    """A year as it was closed, and what is otherwise now; None if it is not closed."""
    signed = closed_at(connection, node.id, year)
    if signed is None:
        return None
    now = sheet(connection, node, year, reckoning)
    on = day_of(signed.signed_at, reckoning.zone)
    return ClosedYear(signed, on, changes(connection, node, signed, now, reckoning))


def view_for(
    connection: Connection,
    person: Person,
    node_id: int | None,
    year: int,
    reckoning: Reckoning,
) -> ClosingView:
    """The same for a node whose figures `person` may see; None for the widest of them.

    Raises Refusal("refused.not_yours").
    """
    reach = node_queries.reach(connection, person, Power.SEE_FIGURES)
    node = reach.widest
    if node_id is not None:
        node = node_queries.for_staff(connection, node_id, person, Power.SEE_FIGURES)
    return replace(view(connection, node, year, reckoning), others=reach.others)


def history(connection: Connection, node_id: int, year: int) -> list[Move]:
    """All that became of the closing of a node and year, the first move first."""
    rows = connection.execute(
        select(
            moves.c.from_state,
            moves.c.to_state,
            moves.c.at,
            moves.c.by,
            persons.c.name.label("by_name"),
            moves.c.words,
            moves.c.update_id,
        )
        .join(closings, closings.c.id == moves.c.subject_id)
        .join(persons, persons.c.id == moves.c.by, isouter=True)
        .where(
            moves.c.subject_kind == SubjectKind.CLOSING,
            closings.c.node_id == node_id,
            closings.c.year == year,
        )
        .order_by(moves.c.id)
    )
    return [Move(*row) for row in rows]


def side_by_side(connection: Connection, node: Node, year: int) -> list[PlaceClosing]:
    """The communities below `node`: who sent nothing first, then by how far they are."""
    stands = (
        select(closings.c.node_id, closings.c.state)
        .where(closings.c.year == year, STANDS)
        .subquery()
    )
    rows = connection.execute(
        select(nodes, stands.c.state)
        .join(stands, stands.c.node_id == nodes.c.id, isouter=True)
        .where(below(node.path), nodes.c.id != node.id, nodes.c.kind == NodeKind.COMMUNITY)
        .order_by(nodes.c.id)
    )
    found = [
        PlaceClosing(node_of(row), ClosingState(row.state) if row.state else None) for row in rows
    ]
    return sorted(found, key=_how_far)


def accepted(connection: Connection, node: Node, year: int) -> list[int]:
    """The ids of the communities below `node` that are accepted, and not closed yet."""
    every = side_by_side(connection, node, year)
    return [each.node.id for each in every if each.state is ClosingState.ACCEPTED]


def _how_far(place: PlaceClosing) -> int:
    return -1 if place.state is None else IN_FORCE.index(place.state)


def places(
    connection: Connection, node: Node, year: int, reckoning: Reckoning, number: int
) -> Places:
    """The same with their scores, and how many stand where: the page nearest to `number` (from
    0)."""
    every = side_by_side(connection, node, year)
    scores = _scores_below(connection, node, year, reckoning)
    page = one_page(every, number).map(
        lambda each: replace(each, score=_score(connection, each, year, scores))
    )
    return Places(node, year, Counter(each.state for each in every), page)


def _scores_below(
    connection: Connection, node: Node, year: int, reckoning: Reckoning
) -> dict[int, Decimal | None]:
    """The scores of all nodes at or below a node by what is there, each by itself."""
    weighed = {k: each for k, each in reckoning.basis.indicators.items() if each.weight}
    measures = {key: each.measure for key, each in weighed.items()}
    planned = own_targets(connection, node, year)
    found = figures_by_node(connection, measures, node, reckoning.days(year))
    return {
        node_id: score(
            {
                key: Assessed(each.weight, planned[node_id].get(key), found[node_id][key])
                for key, each in weighed.items()
            }
        ).percent
        for node_id in planned
    }


def _score(
    connection: Connection, place: PlaceClosing, year: int, scores: Mapping[int, Decimal | None]
) -> Decimal | None:
    if place.state is ClosingState.CLOSED:
        closing = closed_at(connection, place.node.id, year)
        return None if closing is None else closing.sheet.score.percent
    return scores.get(place.node.id)

"""What is planned: by a place, for a year."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, func, select

from storage.model.figure import THOUSANDTHS, Figure, Measure
from storage.model.node import Node, NodeKind
from storage.model.page import SHORT, Page, page_of
from storage.model.period import Days, day_of
from storage.model.person import Person
from storage.model.plan import (
    Missing,
    Plannable,
    Progress,
    Removal,
    Revision,
    Target,
    TargetState,
    pace,
    share_gone,
)
from storage.model.roles import Power
from storage.model.subject import SubjectKind
from storage.queries import nodes as node_queries
from storage.queries.closed_years import closed_at
from storage.queries.figures.counting import figures_by_node
from storage.queries.figures.left_out import unconfirmed
from storage.queries.nodes import below
from storage.queries.pages import Listing
from storage.queries.pages import page_of as listed
from storage.queries.tallies import tally
from storage.tables import moves, nodes, persons
from storage.tables import targets as planned


def number_of(row: Any) -> Decimal:
    """The number in a row that has the `thousandths` of a target."""
    return Decimal(row.thousandths) / THOUSANDTHS


def own_targets(connection: Connection, node: Node, year: int) -> dict[int, dict[str, Decimal]]:
    """What `node` and each node below it set for itself, by the node's id and the indicator's: the
    numbers alone. Whoever set nothing at all has an empty line: that is missing, and no 0."""
    counted = (
        select(planned)
        .where(planned.c.year == year, planned.c.state == TargetState.COUNTED)
        .subquery()
    )
    rows = connection.execute(
        select(nodes.c.id, counted.c.indicator, counted.c.thousandths)
        .join(counted, counted.c.node_id == nodes.c.id, isouter=True)
        .where(below(node.path))
        .order_by(nodes.c.id)
    )
    found: dict[int, dict[str, Decimal]] = {}
    for node_id, indicator, thousandths in rows.all():
        line = found.setdefault(node_id, {})
        if indicator is not None:
            line[indicator] = Decimal(thousandths) / THOUSANDTHS
    return found


def own_of(connection: Connection, node_id: int, year: int) -> Mapping[str, Decimal]:
    """What a node set for itself, by indicator."""
    own = select(planned.c.indicator, planned.c.thousandths).where(
        planned.c.node_id == node_id,
        planned.c.year == year,
        planned.c.state == TargetState.COUNTED,
    )
    return {row.indicator: number_of(row) for row in connection.execute(own)}


def own_of_places(
    connection: Connection, places: Sequence[Node], year: int
) -> Mapping[int, Mapping[str, Decimal]]:
    """What each of some places set for itself, by the node's id and the indicator's."""
    own = select(planned.c.node_id, planned.c.indicator, planned.c.thousandths).where(
        planned.c.node_id.in_([each.id for each in places]),
        planned.c.year == year,
        planned.c.state == TargetState.COUNTED,
    )
    found: dict[int, dict[str, Decimal]] = {each.id: {} for each in places}
    for row in connection.execute(own):
        found[row.node_id][row.indicator] = number_of(row)
    return found


def unplanned_below(connection: Connection, node: Node, year: int) -> Page[str]:
    """The names of the communities below `node` that have no target at all for `year`: the first of
    them, and how many they are."""
    some = select(planned.c.id).where(
        planned.c.node_id == nodes.c.id,
        planned.c.year == year,
        planned.c.state == TargetState.COUNTED,
    )
    names = (
        select(nodes.c.name)
        .where(below(node.path), nodes.c.id != node.id, nodes.c.kind == NodeKind.COMMUNITY)
        .where(~some.exists())
        .order_by(nodes.c.id)
    )
    return page_of(list(connection.execute(names).scalars()), 0, SHORT)


def targets(
    connection: Connection, node: Node, year: int, measures: Mapping[str, Measure]
) -> dict[str, Target]:
    """What counts as the targets of `node` in `year`, by the indicators' ids (of `measures`, which
    are a programme's).

    An indicator for which nobody planned anything has no line: that is missing, and no 0. Where
    the node set no target of its own, it is the sum of what the nodes below it set, as far as they
    did; where both are there and differ, the own one counts and the sum stands beside it.

    Only what adds up is summed (`Measure.is_additive`): no share (two of 80 % are not 160 %), no
    stock such as members on a register, and nothing that counts different persons or subjects (a
    push that reaches two communities is one). For these the district sets its own, or has none.
    """
    own, below_it = _own_and_below(connection, node, year)
    found: dict[str, Target] = {}
    for indicator, measure in measures.items():
        summed = below_it.get(indicator) if measure.is_additive else None
        if indicator in own:
            differs = summed is not None and summed != own[indicator]
            found[indicator] = Target(own[indicator], other=summed if differs else None)
        elif summed is not None:
            found[indicator] = Target(summed, summed=True)
    return found


def _own_and_below(
    connection: Connection, node: Node, year: int
) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """What a node set for itself, and the sums of what those below it did, by indicator."""
    is_own = planned.c.node_id == node.id
    rows = (
        select(is_own, planned.c.indicator, func.sum(planned.c.thousandths).label("thousandths"))
        .join(nodes, nodes.c.id == planned.c.node_id)
        .where(below(node.path), planned.c.year == year, planned.c.state == TargetState.COUNTED)
        .group_by(is_own, planned.c.indicator)
    )
    own: dict[str, Decimal] = {}
    below_it: dict[str, Decimal] = {}
    for row in connection.execute(rows):
        (own if row[0] else below_it)[row.indicator] = number_of(row)
    return own, below_it


def history(
    connection: Connection, node_id: int, year: int, indicator: str, number: int = 0
) -> Page[Revision]:
    """How the target of a node came to be what it is, the newest first: the page nearest to page
    `number` (from 0)."""
    ends, who = moves.alias(), persons.alias()
    beginning, end = (
        (each.c.subject_kind == SubjectKind.TARGET) & (each.c.subject_id == planned.c.id)
        for each in (moves, ends)
    )
    removed = (ends.c.words.label("why"), ends.c.at.label("removed_at"), who.c.name.label("who"))
    rows = (
        select(planned, persons.c.name, moves.c.words, *removed)
        .join(persons, persons.c.id == planned.c.created_by)
        .join(moves, beginning & moves.c.from_state.is_(None))
        .join(ends, end & (ends.c.to_state == TargetState.REMOVED), isouter=True)
        .join(who, who.c.id == ends.c.by, isouter=True)
        .where(
            planned.c.node_id == node_id,
            planned.c.year == year,
            planned.c.indicator == indicator,
        )
        .order_by(planned.c.id.desc())
    )
    return listed(connection, Listing(rows, planned.c.id, _revision), number)


def _revision(row: Row[Any]) -> Revision:
    removal = Removal(row.who, row.removed_at, row.why) if row.removed_at else None
    return Revision(number_of(row), row.name, row.created_at, row.words or "", removal)


def progress(
    connection: Connection,
    node: Node,
    days: Days,
    plannable: Mapping[str, Plannable],
    *,
    whole: bool = False,
) -> Progress:
    """How far the plan of `node` is in the year of `days` (a whole one), for what is `plannable`.
    What nobody planned is counted only if the `whole` is asked for: a count costs time."""
    year = days.period.first_on.year
    measures = {indicator: each.measure for indicator, each in plannable.items()}
    found = targets(connection, node, year, measures)
    asked = {each: measure for each, measure in measures.items() if whole or each in found}
    figures = tally(connection, node, days, asked).figures
    waiting = unconfirmed(connection, asked, node, days)
    return replace(_progress(node, days, found, figures, plannable), unconfirmed=waiting)


def progress_for(
    connection: Connection,
    person: Person,
    node_id: int | None,
    days: Days,
    plannable: Mapping[str, Plannable],
    *,
    whole: bool = False,
) -> Progress:
    """The same for a node whose figures `person` may see; None for the widest of them.

    Raises Refusal("refused.not_yours").
    """
    reach = node_queries.reach(connection, person, Power.SEE_FIGURES)
    node = reach.widest
    if node_id is not None:
        node = node_queries.for_staff(connection, node_id, person, Power.SEE_FIGURES)
    found = progress(connection, node, days, plannable, whole=whole)
    closed = closed_at(connection, node.id, found.year)
    at = None if closed is None else closed.signed_at
    return replace(found, others=reach.others, closed_at=at)


def progress_below(
    connection: Connection, node: Node, days: Days, plannable: Mapping[str, Plannable]
) -> list[Progress]:
    """The same for each community at or below `node`, by itself."""
    lines = own_targets(connection, node, days.period.first_on.year)
    asked = {indicator for line in lines.values() for indicator in line} & plannable.keys()
    measures = {each: plannable[each].measure for each in asked}
    figures = figures_by_node(connection, measures, node, days)
    return [
        _progress(
            place,
            days,
            {each: Target(n) for each, n in lines[place.id].items() if each in asked},
            figures[place.id],
            plannable,
        )
        for place in node_queries.at_or_below(connection, node)
        if place.kind is NodeKind.COMMUNITY
    ]


def side_by_side(
    connection: Connection,
    node: Node,
    days: Days,
    plannable: Mapping[str, Plannable],
    number: int,
) -> Page[Progress]:
    """A page of the same: those first that planned nothing, then by how little is done."""
    every = progress_below(connection, node, days, plannable)
    every.sort(key=lambda each: Decimal(-1) if each.done is None else each.done)
    return page_of(every, number)


def _progress(
    node: Node,
    days: Days,
    found: Mapping[str, Target],
    figures: Mapping[str, Figure],
    plannable: Mapping[str, Plannable],
) -> Progress:
    year = days.period.first_on.year
    gone = share_gone(year, day_of(days.now, days.zone))
    paces = {
        indicator: pace(found[indicator].number, figures[indicator], each, gone)
        if indicator in found
        else Missing.NOT_PLANNED
        for indicator, each in plannable.items()
    }
    return Progress(node, year, gone, found, figures, paces)

"""What is planned: by a place, for a year."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from storage.model.figure import THOUSANDTHS, Measure
from storage.model.node import Node
from storage.model.plan import Revision, Target, TargetState
from storage.model.subject import SubjectKind
from storage.queries.nodes import below
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
    for row in rows:
        line = found.setdefault(row.id, {})
        if row.indicator is not None:
            line[row.indicator] = number_of(row)
    return found


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
    lines = own_targets(connection, node, year)
    own = lines.pop(node.id, {})
    found: dict[str, Target] = {}
    for indicator, measure in measures.items():
        parts = [line[indicator] for line in lines.values() if indicator in line]
        summed = sum(parts, Decimal(0)) if parts and measure.is_additive else None
        if indicator in own:
            differs = summed is not None and summed != own[indicator]
            found[indicator] = Target(own[indicator], other=summed if differs else None)
        elif summed is not None:
            found[indicator] = Target(summed, summed=True)
    return found


def history(connection: Connection, node_id: int, year: int, indicator: str) -> list[Revision]:
    """How the target of a node came to be what it is, the first one first."""
    rows = connection.execute(
        select(planned.c.thousandths, planned.c.created_at, persons.c.name, moves.c.words)
        .join(persons, persons.c.id == planned.c.created_by)
        .join(
            moves,
            (moves.c.subject_kind == SubjectKind.TARGET)
            & (moves.c.subject_id == planned.c.id)
            & moves.c.from_state.is_(None),
        )
        .where(
            planned.c.node_id == node_id,
            planned.c.year == year,
            planned.c.indicator == indicator,
        )
        .order_by(planned.c.id)
    )
    return [Revision(number_of(row), row.name, row.created_at, row.words or "") for row in rows]

"""Figures from records: whatever is counted, the number, its parts and its trace come from here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, case, func, literal, select

from storage.model.figure import Adds, Measure, Record
from storage.model.node import Node
from storage.model.page import LINES, Page, look_up
from storage.model.period import Days
from storage.model.subject import SubjectKind
from storage.queries.figures import SOURCES
from storage.queries.figures.source import Source
from storage.queries.nodes import below
from storage.tables import nodes

_ADDED: Mapping[Adds, Callable[[Subquery], ColumnElement[Any]]] = {
    Adds.COUNT: lambda rows: func.count(),
    Adds.SUM: lambda rows: func.coalesce(func.sum(rows.c.weight), 0),
    Adds.PERSONS: lambda rows: func.count(rows.c.person_id.distinct()),
    Adds.SUBJECTS: lambda rows: func.count(rows.c.subject_id.distinct()),
}


def figure(connection: Connection, measure: Measure, node: Node, days: Days) -> int:
    """The number for `node` and all below it."""
    rows = _rows(measure, node, days)
    if measure.adds is Adds.SUBJECTS:
        number = _subjects(SOURCES[measure.source], rows)
    else:
        counted = rows.subquery()
        number = select(_ADDED[measure.adds](counted)).select_from(counted)
    return int(connection.execute(number).scalar_one())


def by_node(connection: Connection, measure: Measure, node: Node, days: Days) -> dict[int, int]:
    """The number for `node` and each node below it, by its id: for each on its own, without what
    is below it."""
    places = connection.execute(_places(node)).scalars()
    rows = _rows(measure, node, days).subquery()
    return dict.fromkeys(places, 0) | _grouped(connection, measure, rows, rows.c.node_id)


def by_month(connection: Connection, measure: Measure, node: Node, days: Days) -> dict[date, int]:
    """The number for `node` and all below it in each month that has some of the `days`, by the
    first of these."""
    rows = _rows(measure, node, days).subquery()
    months = days.months()
    # A month begins when the district's own clock says so: no function of a database knows.
    before = [(rows.c.at < month.bounds()[1], place) for place, month in enumerate(months)]
    placed = select(rows, case(*before).label("month")).subquery()
    found = _grouped(connection, measure, placed, placed.c.month)
    return {month.period.first_on: found.get(place, 0) for place, month in enumerate(months)}


def records(
    connection: Connection, measure: Measure, node: Node, days: Days, number: int, size: int = LINES
) -> Page[Record]:
    """The trace: the page nearest to page `number` (from 0) of the records for `node` and all
    below it, the newest first."""
    rows = _rows(measure, node, days)
    of = rows.selected_columns
    ordered = rows.order_by(of.at.desc(), of.subject_id.desc(), of.node_id, of.person_id)

    def some(most: int, skip: int) -> list[Record]:
        return [_record(row) for row in connection.execute(ordered.limit(most).offset(skip))]

    every = replace(measure, adds=Adds.COUNT)
    return look_up(number, size, some, lambda: figure(connection, every, node, days))


def _grouped(
    connection: Connection, measure: Measure, rows: Subquery, key: ColumnElement[int]
) -> dict[int, int]:
    added = select(key, _ADDED[measure.adds](rows)).group_by(key)
    return {row[0]: int(row[1]) for row in connection.execute(added)}


def _rows(measure: Measure, node: Node, days: Days) -> Select[Any]:
    """The records that are counted. What picks them stands inside, beside the tables and their
    indexes: not every database would carry it there."""
    source = SOURCES[measure.source]
    of = source.rows.selected_columns
    since, until = days.bounds()
    return source.rows.where(
        *(source.where[key].in_(sorted(values)) for key, values in measure.where.items()),
        of.node_id.in_(_places(node)),
        of.at >= since,
        of.at < until,
    )


def _subjects(source: Source, rows: Select[Any]) -> Select[Any]:
    """How many subjects have one of `rows`: the same as the different ones among them all, but a
    database stops at the first record of each, where there may be a hundred thousand."""
    subjects = source.subjects.alias()
    one = rows.with_only_columns(literal(1), maintain_column_froms=True).group_by(None)
    is_counted = one.where(rows.selected_columns.subject_id == subjects.c.id).exists()
    return select(func.count()).select_from(subjects).where(is_counted)


def _record(row: Row[Any]) -> Record:
    return Record(
        node_id=row.node_id,
        at=row.at,
        subject_kind=SubjectKind(row.subject_kind),
        subject_id=row.subject_id,
        person_id=row.person_id,
        weight=row.weight,
    )


def _places(node: Node) -> Select[Any]:
    return select(nodes.c.id).where(below(node.path))

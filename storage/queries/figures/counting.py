"""What sources give, as numbers: for a place and period, by node, by month; and the records."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from storage.model.figure import SOURCES as DECLARED
from storage.model.figure import Adds, Count, Figure, Measure, Record
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
_NOTHING = Decimal(0)


def figure(connection: Connection, measure: Measure, node: Node, days: Days) -> Figure:
    """The figure for `node` and all below it."""
    if measure.share_of is not None:
        whole = _total(connection, measure.share_of, node, days)
        return Figure(_different(connection, measure, node, days), whole)
    if measure.of_persons:
        return Figure(_different(connection, measure, node, days))
    return Figure(sum((_total(connection, c, node, days) for c in measure.counts), _NOTHING))


def by_node(connection: Connection, measure: Measure, node: Node, days: Days) -> dict[int, Figure]:
    """The figure for `node` and each node below it, by its id: for each on its own, without what
    is below it."""
    numbers = _grouped(connection, measure, node, days, lambda rows: rows.c.node_id)
    wholes: Mapping[int, Decimal] | None = None
    if measure.share_of is not None:
        whole = Measure((measure.share_of,))
        wholes = _grouped(connection, whole, node, days, lambda rows: rows.c.node_id)
    return {
        place: Figure(
            numbers.get(place, _NOTHING),
            None if wholes is None else wholes.get(place, _NOTHING),
        )
        for place in connection.execute(_places(node)).scalars()
    }


def by_month(
    connection: Connection, measure: Measure, node: Node, days: Days
) -> dict[date, Figure]:
    """The figure for `node` and all below it in each month that has some of the `days`, by the
    first of these."""
    months = days.months()
    if measure.share_of is not None or measure.is_lasting:
        return {each.period.first_on: figure(connection, measure, node, each) for each in months}

    def month(rows: Subquery) -> ColumnElement[int]:
        # A month begins when the district's own clock says so: no function of a database knows.
        return case(*((rows.c.at < each.bounds()[1], n) for n, each in enumerate(months)))

    found = _grouped(connection, measure, node, days, month)
    return {each.period.first_on: Figure(found.get(n, _NOTHING)) for n, each in enumerate(months)}


def records(
    connection: Connection, measure: Measure, node: Node, days: Days, number: int, size: int = LINES
) -> Page[Record]:
    """The trace: the page nearest to page `number` (from 0) of the records for `node` and all
    below it, the newest first."""
    rows = _together(_rows(count, node, days) for count in measure.counts)
    of = rows.c
    ordered = select(rows).order_by(of.at.desc(), of.subject_id.desc(), of.node_id, of.person_id)

    def some(most: int, skip: int) -> list[Record]:
        return [_record(row) for row in connection.execute(ordered.limit(most).offset(skip))]

    def every() -> int:
        counts = (replace(count, adds=Adds.COUNT) for count in measure.counts)
        return sum(_raw(connection, count, node, days) for count in counts)

    return look_up(number, size, some, every)


def _total(connection: Connection, count: Count, node: Node, days: Days) -> Decimal:
    return _scaled(_raw(connection, count, node, days), count)


def _raw(connection: Connection, count: Count, node: Node, days: Days) -> int:
    """The number for `node` and all below it, in units of the source."""
    rows = _rows(count, node, days)
    if count.adds is Adds.SUBJECTS:
        number = _subjects(SOURCES[count.source], rows)
    else:
        counted = rows.subquery()
        number = select(_ADDED[count.adds](counted)).select_from(counted)
    return int(connection.execute(number).scalar_one())


def _scaled(number: int, count: Count) -> Decimal:
    scale = DECLARED[count.source].scale if count.adds is Adds.SUM else 1
    return Decimal(int(number)) / scale


def _different(connection: Connection, measure: Measure, node: Node, days: Days) -> Decimal:
    """How many different persons all its counts have together."""
    rows = _persons(measure, node, days)
    return Decimal(connection.execute(select(_ADDED[Adds.PERSONS](rows))).scalar_one())


def _grouped(
    connection: Connection,
    measure: Measure,
    node: Node,
    days: Days,
    key: Callable[[Subquery], ColumnElement[int]],
) -> dict[int, Decimal]:
    if measure.of_persons:
        rows = _persons(measure, node, days, everywhere=False)
        return {k: Decimal(n) for k, n in _by(connection, rows, key(rows), Adds.PERSONS)}
    found: dict[int, Decimal] = {}
    for count in measure.counts:
        rows = _rows(count, node, days).subquery()
        for k, n in _by(connection, rows, key(rows), count.adds):
            found[k] = found.get(k, _NOTHING) + _scaled(n, count)
    return found


def _by(
    connection: Connection, rows: Subquery, key: ColumnElement[int], adds: Adds
) -> Sequence[tuple[int, int]]:
    placed = select(rows, key.label("key")).subquery()
    added = select(placed.c.key, _ADDED[adds](placed)).group_by(placed.c.key)
    return [(row[0], row[1]) for row in connection.execute(added)]


def _persons(measure: Measure, node: Node, days: Days, *, everywhere: bool = True) -> Subquery:
    """The records that name a person; of a share those whose person is one of its whole: at the
    record's own node, or `everywhere` at `node` and below."""
    rows = _together(_rows(count, node, days) for count in measure.counts)
    if measure.share_of is None:
        return rows
    whole = _rows(measure.share_of, node, days).subquery()
    among = select(literal(1)).where(whole.c.person_id == rows.c.person_id)
    if not everywhere:
        among = among.where(whole.c.node_id == rows.c.node_id)
    return select(rows).where(among.exists()).subquery()


def _together(selects: Iterable[Select[Any]]) -> Subquery:
    one, *others = selects
    return union_all(one, *others).subquery() if others else one.subquery()


def _rows(count: Count, node: Node, days: Days) -> Select[Any]:
    """The records that are counted. What picks them stands inside, beside the tables and their
    indexes: not every database would carry it there."""
    source, declared = SOURCES[count.source], DECLARED[count.source]
    of = source.rows.selected_columns
    since, until = days.bounds(begun=declared.begun)
    picked = source.rows.where(
        *(source.where[key].in_(sorted(values)) for key, values in count.where.items()),
        of.node_id.in_(_places(node)),
        of.at < until,
    )
    if source.until is None:
        return picked.where(of.at >= since)
    return picked.where(or_(source.until.is_(None), source.until >= until), literal(since < until))


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

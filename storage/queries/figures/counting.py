"""What sources give, as figures: for a place and period, by node, by month; and the records."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Executable,
    FromClause,
    Row,
    Select,
    Subquery,
    Table,
    func,
    literal,
    or_,
    select,
)

from storage.model.figure import ADDITIVE, Adds, Count, Figure, Measure, Record
from storage.model.figure import SOURCES as DECLARED
from storage.model.node import Node
from storage.model.page import TRACED, Page, look_up
from storage.model.period import Days
from storage.model.subject import SubjectKind
from storage.queries.figures.cells import (
    Cell,
    Each,
    Look,
    adding,
    asks_for,
    cells,
    look,
    placed,
    places,
    together,
)
from storage.shares import MEMBERS, can_keep, name_of, names_of
from storage.tables import covers, rollups

_NOTHING = Decimal(0)
_NO_FIGURE = Figure(_NOTHING)
Numbers = Mapping[int, Decimal]  # by what each is for (`Cell.at`)


def figure(connection: Connection, measure: Measure, node: Node, days: Days) -> Figure:
    """The figure for `node` and all below it."""
    return figures(connection, {"": measure}, node, days)[""]


def figures(
    connection: Connection, measures: Mapping[str, Measure], node: Node, days: Days
) -> dict[str, Figure]:
    """Many at once, by the keys of `measures`."""
    found = _figures(connection, measures, look(connection, node, days), Each.WHOLE)
    return {key: each(0) for key, each in found.items()}


def by_node(connection: Connection, measure: Measure, node: Node, days: Days) -> dict[int, Figure]:
    """The figure for `node` and each node below it, by its id: for each on its own, without what
    is below it."""
    whole = figures_by_node(connection, {"": measure}, node, days)
    return {node_id: found[""] for node_id, found in whole.items()}


def figures_by_node(
    connection: Connection, measures: Mapping[str, Measure], node: Node, days: Days
) -> dict[int, dict[str, Figure]]:
    """Many at once: those of each node, by the keys of `measures`."""
    ids = connection.execute(places(node)).scalars().all()
    return _at_each(connection, measures, look(connection, node, days), ids)


def figures_of(
    connection: Connection, measures: Mapping[str, Measure], some: Sequence[Node], days: Days
) -> dict[int, dict[str, Figure]]:
    """The same of some nodes alone."""
    if not some:
        return {}
    ids = tuple(node.id for node in some)
    seen = replace(look(connection, some[0], days), only=ids)
    return _at_each(connection, measures, seen, ids)


def _at_each(
    connection: Connection, measures: Mapping[str, Measure], seen: Look, ids: Sequence[int]
) -> dict[int, dict[str, Figure]]:
    found = _figures(connection, measures, seen, Each.NODE)
    return {node_id: {key: each(node_id) for key, each in found.items()} for node_id in ids}


def by_month(
    connection: Connection, measure: Measure, node: Node, days: Days
) -> dict[date, Figure]:
    """The figure for `node` and all below it in each month that has some of the `days`, by the
    first of these."""
    months = days.months()
    if measure.share_of is not None or measure.is_lasting:
        return {each.period.first_on: figure(connection, measure, node, each) for each in months}
    [found] = _figures(connection, {"": measure}, look(connection, node, days), Each.MONTH).values()
    return {each.period.first_on: found(place) for place, each in enumerate(months)}


def records(
    connection: Connection,
    measure: Measure,
    node: Node,
    days: Days,
    number: int,
    size: int = TRACED,
) -> Page[Record]:
    """The trace: the page nearest to page `number` (from 0) of the records for `node` and all
    below it, the newest first; of a share those of its whole, wherever they did it."""
    parts = _parts(measure, look(connection, node, days))

    def some(most: int, skip: int) -> list[Record]:
        # Of each part no more than may be shown: nobody sorts the rest.
        newest = (_newest_first(part).limit(skip + most).subquery() for part in parts)
        ordered = _newest_first(select(together(select(part) for part in newest)))
        return [_record(row) for row in connection.execute(ordered.limit(most).offset(skip))]

    def every() -> int:
        counted = select(func.count()).select_from(together(parts))
        return connection.execute(counted).scalar_one()

    return look_up(number, size, some, every)


def every_record(
    connection: Connection, measure: Measure, node: Node, days: Days
) -> Iterator[Record]:
    """The whole of it, in the same order, read as it is taken."""
    rows = _records(measure, look(connection, node, days))
    for row in connection.execute(_newest_first(select(rows))):
        yield _record(row)


def _newest_first(rows: Select[Any]) -> Select[Any]:
    of = rows.selected_columns
    return rows.order_by(of.at.desc(), of.subject_id.desc(), of.node_id, of.person_id, of.weight)


def _figures(
    connection: Connection, measures: Mapping[str, Measure], seen: Look, each: Each
) -> dict[str, Callable[[int], Figure]]:
    """For each measure what tells its figure for a node, a month, or (0) the whole."""
    every = {count for measure in measures.values() for count in _added_up(measure)}
    numbers = _summed(cells(connection, sorted({c.source for c in every}), seen, each), every)

    @cache  # a share and an indicator may ask for the same persons
    def persons(measure: Measure) -> Numbers:
        return _persons(connection, measure, seen, each)

    def counted(count: Count) -> Numbers:
        return numbers[count] if count in numbers else _of_records(connection, count, seen, each)

    return {key: _told(measure, persons, counted) for key, measure in measures.items()}


def _added_up(measure: Measure) -> list[Count]:
    """Those of its counts that are sums of cells."""
    return [
        count
        for count in measure.counts
        if count.adds in ADDITIVE and not DECLARED[count.source].lasting
    ]


def _told(
    measure: Measure,
    persons: Callable[[Measure], Numbers],
    counted: Callable[[Count], Numbers],
) -> Callable[[int], Figure]:
    if measure.share_of is not None:
        one, whole = persons(measure), persons(Measure((measure.share_of,)))
        return lambda at: Figure(one.get(at, _NOTHING), whole.get(at, _NOTHING))
    numbers = persons(measure) if measure.of_persons else _added(map(counted, measure.counts))
    made = {at: Figure(number) for at, number in numbers.items()}
    return lambda at: made.get(at, _NO_FIGURE)


def _added(several: Iterable[Numbers]) -> Numbers:
    """Their sums."""
    one, *others = several
    if not others:
        return one
    ats = {*one}.union(*others)
    return {at: sum((its.get(at, _NOTHING) for its in (one, *others)), _NOTHING) for at in ats}


def _summed(found: Mapping[str, Iterable[Cell]], counts: Iterable[Count]) -> dict[Count, Numbers]:
    """What the cells of each source add up to. Which of the counts ask for a key is found once:
    of a hundred places there are thousands of cells, and few keys."""
    numbers: dict[Count, dict[int, int]] = {count: defaultdict(int) for count in counts}
    for source, cells_of in found.items():
        its = [count for count in numbers if count.source == source]
        asking: dict[tuple[str, ...], list[Count]] = {}
        for cell in cells_of:
            if cell.key not in asking:
                asking[cell.key] = [count for count in its if asks_for(count, cell.key)]
            for count in asking[cell.key]:
                more = cell.weight if count.adds is Adds.SUM else cell.records
                numbers[count][cell.at] += more
    return {
        count: {at: _scaled(number, count) for at, number in its.items()}
        for count, its in numbers.items()
    }


def _scaled(number: int, count: Count) -> Decimal:
    scale = DECLARED[count.source].scale if count.adds is Adds.SUM else 1
    return Decimal(int(number)) / scale


def _of_records(connection: Connection, count: Count, seen: Look, each: Each) -> Numbers:
    """Of what cells cannot tell: different subjects, and the sums of what lasts."""
    parts = seen.parts(count.source, count)
    if count.adds is Adds.SUBJECTS and each is Each.WHOLE:
        return {0: Decimal(connection.execute(_subjects(count, parts, seen)).scalar_one())}
    of, by = placed(parts[0] if len(parts) == 1 else together(parts), seen, each)
    added = {
        Adds.COUNT: func.count(),
        Adds.SUM: func.sum(of.selected_columns.weight),
        Adds.SUBJECTS: func.count(of.selected_columns.subject_id.distinct()),
    }[count.adds]
    found = _numbers(connection, adding(of, added, *by).group_by(*by))
    return {at: _scaled(int(number), count) for at, number in found.items()}


def _subjects(count: Count, parts: Iterable[Select[Any]], seen: Look) -> Select[Any]:
    """How many subjects have a record among `parts`: the same as the different ones among them all,
    but a database stops at the first record of each, where there may be a hundred thousand."""
    subjects = _alias(seen.source(count.source).subjects)

    def counted(rows: Select[Any]) -> ColumnElement[bool]:
        one = rows.with_only_columns(literal(1), maintain_column_froms=True).group_by(None)
        return one.where(rows.selected_columns.subject_id == subjects.c.id).exists()

    is_counted = or_(*map(counted, parts))
    return select(func.count()).select_from(subjects).where(is_counted)


@cache
def _alias(table: Table) -> FromClause:
    """Another name for a table, made once: it copies all columns."""
    return table.alias()


def _persons(connection: Connection, measure: Measure, seen: Look, each: Each) -> Numbers:
    """How many different persons all its counts have together; of a share how many of its whole
    have any record at all, each where they are one of the whole."""
    if measure == Measure((MEMBERS,)) and "members" in seen.built and seen.days.whole_months():
        return _on_the_register(connection, seen, each)
    if can_keep(measure) and names_of(measure) <= seen.built and seen.days.whole_months():
        return _covered(connection, measure, seen, each)
    rows = _records(measure, seen)
    if measure.share_of is not None:
        whole = seen.rows(measure.share_of.source, measure.share_of).subquery()
        rows = select(whole).where(whole.c.person_id.in_(select(rows.c.person_id))).subquery()
    of, by = placed(rows, seen, each)
    different = func.count(of.selected_columns.person_id.distinct())
    return _numbers(connection, adding(of, different, *by).group_by(*by))


def _records(measure: Measure, seen: Look) -> Subquery:
    """The records of all its counts together."""
    return together(_parts(measure, seen))


def _parts(measure: Measure, seen: Look) -> list[Select[Any]]:
    """The records of each of its counts at the place; of a share those of its whole, anywhere: a
    member whom the district's event reached is one whom study reached."""
    if measure.share_of is None:
        return list(chain.from_iterable(_of_count(each, seen) for each in measure.counts))
    whole = seen.rows(measure.share_of.source, measure.share_of)
    persons = whole.selected_columns.person_id
    parts = []
    for each in measure.counts:
        rows = seen.rows(each.source, each, anywhere=not seen.is_everywhere)
        person_id = rows.selected_columns.person_id
        if seen.is_everywhere:  # nearly all are: each record is looked at
            parts.append(rows.where(whole.where(persons == person_id).exists()))
        else:  # few are: their records are looked for
            parts.append(rows.where(person_id.in_(whole.with_only_columns(persons))))
    return parts


def _of_count(count: Count, seen: Look) -> list[Select[Any]]:
    """Its records; where persons are counted, only what may be a person's."""
    if count.adds is Adds.PERSONS:
        return [seen.rows(count.source, count)]
    return seen.parts(count.source, count)


def _on_the_register(connection: Connection, seen: Look, each: Each) -> Numbers:
    """How many stays last at the end, from the roll-up of what began and ended in each month: one
    person has one at most."""
    of = rollups.c
    this = of.source == "members", of.month % 100 > 0
    return _at_the_end(connection, (of.node_id, of.month, of.weight), seen, each, this)


def _covered(connection: Connection, share: Measure, seen: Look, each: Each) -> Numbers:
    """Of how many of these the last month with a record is one of the days', from the roll-up of
    how many came to have which last month, and ceased to, in each month."""
    since, _ = seen.days.whole_months() or (0, 0)
    of = covers.c
    this = of.share == name_of(share), of.month >= since, of.last >= since
    return _at_the_end(connection, (of.node_id, of.month, of.members), seen, each, this)


def _at_the_end(
    connection: Connection,
    changes: tuple[Column[int], Column[int], Column[int]],
    seen: Look,
    each: Each,
    this: Sequence[ColumnElement[bool]],
) -> Numbers:
    """What came less what went until the end of the days: the sum of `changes` (node, month, how
    many more) that meet `this`."""
    since, until = seen.days.bounds(begun=True)
    span = seen.days.whole_months()
    if since >= until or span is None:
        return {}
    node_id, month, more = changes
    by = [node_id] if each is Each.NODE else []
    rows = (
        select(func.sum(more), *by).where(seen.here(node_id), month <= span[1], *this).group_by(*by)
    )
    return _numbers(connection, rows)


def _numbers(connection: Connection, rows: Executable) -> Numbers:
    """Of rows of a number and what it is for; the whole has no second column."""
    return {
        (which[0] if which else 0): Decimal(number or 0)
        for number, *which in connection.execute(rows).all()
    }


def _record(row: Row[Any]) -> Record:
    return Record(
        node_id=row.node_id,
        at=row.at,
        subject_kind=SubjectKind(row.subject_kind),
        subject_id=row.subject_id,
        person_id=row.person_id,
        weight=row.weight,
    )

"""Cells: how many records a source has, and their weight, by what a `where` may ask for; of a place
and period, or for each node, or each month.

They come from a roll-up where there is one that is built and the days are whole months; else the
records themselves are counted. Both give the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache, reduce
from itertools import chain, groupby
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Select,
    Subquery,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from storage.model.figure import SOURCES as DECLARED
from storage.model.figure import Count
from storage.model.node import Node, NodeKind
from storage.model.period import ByMonths, Days
from storage.queries.figures import SOURCES
from storage.queries.figures.source import Source
from storage.queries.figures.study import BROADCASTS, REACH, REACH_EVERYWHERE
from storage.queries.nodes import below
from storage.queries.rollups import built
from storage.tables import nodes, rollups


class Each(Enum):
    """What there is a number for: the whole place and period, a node, a month of it."""

    WHOLE = "whole"
    NODE = "node"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Cell:
    """`at`: 0, the id of a node, or the place of a month among those of the period. `key`: what
    the records have in common, one value for each key of their source's `where`."""

    at: int
    key: tuple[str, ...]
    records: int
    weight: int


def asks_for(count: Count, key: tuple[str, ...]) -> bool:
    """Whether a count asks for what has this key in common."""
    asked = zip(DECLARED[count.source].keys, key, strict=True)
    return all(value in count.where.get(name, (value,)) for name, value in asked)


@dataclass(frozen=True, slots=True)
class Look:
    """Where and when figures are asked for, and which roll-ups can answer. `only`: the ids of the
    nodes that are asked for, of all at or below `node`."""

    node: Node
    days: Days
    built: frozenset[str] = frozenset()
    only: tuple[int, ...] | None = None

    @property
    def is_everywhere(self) -> bool:
        return self.node.is_root and self.only is None

    def here(self, node_id: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether something is of what is asked for."""
        return here(self.node, node_id) if self.only is None else node_id.in_(self.only)

    def source(self, name: str) -> Source:
        return REACH if name == "broadcasts" and name in self.built else SOURCES[name]

    def rows(self, name: str, where: Count | None = None, *, anywhere: bool = False) -> Select[Any]:
        """The records of a source that are counted and may be a person's, of this place or
        `anywhere`."""
        source = self.source(name)
        return self._picked(source, source.rows, where, anywhere)

    def parts(self, name: str, where: Count | None = None) -> list[Select[Any]]:
        """All its records, of each table that has some."""
        return self.parts_of(self.source(name), where)

    def parts_of(self, source: Source, where: Count | None = None) -> list[Select[Any]]:
        """The same of a source itself."""
        every = (source.rows, *([] if source.nameless is None else [source.nameless]))
        return [self._picked(source, rows, where) for rows in every]

    def _picked(
        self, source: Source, rows: Select[Any], where: Count | None, anywhere: bool = False
    ) -> Select[Any]:
        """What picks some of `rows` stands inside, beside the tables and their indexes: not every
        database would carry it there."""
        of = rows.selected_columns
        since, until = self.days.bounds(begun=source.until is not None)
        asked = where.where if where is not None else {}
        picked = rows.where(
            *(source.where[key].in_(sorted(values)) for key, values in asked.items()),
            of.node_id.is_not(None) if anywhere else self.here(of.node_id),
            of.at < until,
        )
        if source.until is None:
            return picked.where(of.at >= since)
        lasts = or_(source.until.is_(None), source.until >= until)
        return picked.where(lasts, literal(since < until))


def look(connection: Connection, node: Node, days: Days) -> Look:
    """A look at a place and period with the roll-ups that are built for the zone of `days`."""
    return Look(node, days, built(connection, days.zone))


def here(node: Node, node_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether something is of a node or below it, said so that an index by node and day finds the
    newest of a community, and one by day alone those of the whole district."""
    if node.is_root:
        return node_id.is_not(None)
    if node.kind is NodeKind.COMMUNITY:
        return node_id == node.id
    return node_id.in_(places(node))


def places(node: Node) -> Select[Any]:
    """The ids of a node and all below it."""
    return select(nodes.c.id).where(below(node.path))


def cells(
    connection: Connection, sources: Sequence[str], seen: Look, each: Each
) -> dict[str, list[Cell]]:
    """The cells of these sources, none of which lasts; several may be of the same. Whole months
    come from roll-ups, what is around them from records."""
    days = seen.days.by_months() or ByMonths(seen.days, [], [])
    whole = replace(seen, days=days.whole)
    # By month, a part would not know which of all the months it is.
    is_whole = whole.days.whole_months() and (whole == seen or each is not Each.MONTH)
    names = {name: _KEPT_AS.get(name, (name,)) for name in sources if name != "broadcasts"}
    kept = {name: of for name, of in names.items() if is_whole and seen.built.issuperset(of)}
    found: dict[str, list[Cell]] = {name: [] for name in sources}
    of_months = _kept(connection, sorted({*chain.from_iterable(kept.values())}), whole, each)
    for name, of in kept.items():
        found[name] += chain.from_iterable(of_months[part] for part in of)
    around = [(each_, 1) for each_ in days.lacking] + [(each_, -1) for each_ in days.surplus]
    parts = [
        _Part(name, replace(seen, days=each_), sign)
        for name in sources
        for each_, sign in (around if name in kept else [(seen.days, 1)])
    ]
    for name, cell in _counted(connection, parts, each):
        found[name].append(cell)
    return found


# What stands in two tables has a roll-up of each, with the same keys.
_KEPT_AS = {"attendances": ("attendances", "headcounts")}


@dataclass(frozen=True, slots=True)
class _Part:
    """Records of a source that are counted; `sign`: -1 for what is taken away from a sum."""

    name: str
    seen: Look
    sign: int


def _kept(
    connection: Connection, names: Sequence[str], seen: Look, each: Each
) -> dict[str, list[Cell]]:
    """From the roll-ups of these names, for days that are whole months."""
    found: dict[str, list[Cell]] = {name: [] for name in names}
    span = seen.days.whole_months()
    if span is None or not names:
        return found
    months, taken = ([*_each_month(span)], []) if each is Each.MONTH else _by_years(span)
    at = {Each.NODE: [rollups.c.node_id], Each.MONTH: [rollups.c.month]}.get(each, [])
    by = (rollups.c.source, rollups.c.key, *at)

    def added(sums: Column[int]) -> ColumnElement[int]:
        signed = case((rollups.c.month.in_(taken), -sums), else_=sums) if taken else sums
        return cast(func.sum(signed), BigInteger)  # else PostgreSQL's are decimals, slow to read

    rows = (
        select(added(rollups.c.records), added(rollups.c.weight), *by)
        .where(
            seen.here(rollups.c.node_id),
            rollups.c.month.in_([*months, *taken]),
            rollups.c.source.in_(names),
        )
        .group_by(*by)
    )
    for records, weight, source, key, *which in connection.execute(rows).all():
        place = which[0] if which else 0
        if each is Each.MONTH:
            place = _place_of(place, span[0])
        found[source].append(Cell(place, _values(key), int(records), int(weight)))
    return found


@lru_cache(maxsize=1000)
def _values(key: str) -> tuple[str, ...]:
    """The values of a key as a roll-up has it. A hundred places have the same few."""
    return tuple(key.split("|")) if key else ()


def _each_month(span: tuple[int, int]) -> Iterator[int]:
    first, last = span
    years = range(first // 100, last // 100 + 1)
    every = (year * 100 + month for year in years for month in range(1, 13))
    return (month for month in every if first <= month <= last)


def _by_years(span: tuple[int, int]) -> tuple[list[int], list[int]]:
    """The sums that make up a span, and those to take away from them: most of a year is the year
    without the rest."""
    months: list[int] = []
    taken: list[int] = []
    for year, its in groupby(_each_month(span), lambda month: month // 100):
        here = set(its)
        if len(here) > 6:
            months.append(year * 100)
            taken += sorted(set(range(year * 100 + 1, year * 100 + 13)) - here)
        else:
            months += sorted(here)
    return months, taken


def _place_of(month: int, first: int) -> int:
    """How many months there are from the first to this one."""
    return (month // 100 - first // 100) * 12 + month % 100 - first % 100


def _counted(
    connection: Connection, parts: Sequence[_Part], each: Each
) -> Iterator[tuple[str, Cell]]:
    """From the records: a source's name, and a cell of it. All are asked for at once, for each
    question takes its time on the way to a database and back."""
    asked = [
        rows
        for place, part in enumerate(parts)
        for rows in _sums(part, literal(place).label("part"), each)
    ]
    for place, key, at, records, weight in connection.execute(union_all(*asked)) if asked else ():
        if records:  # added up by nothing, even nothing is a row
            sign = parts[place].sign
            yield (
                parts[place].name,
                Cell(at, _values(key), sign * int(records), sign * int(weight)),
            )


def _sums(part: _Part, place: ColumnElement[int], each: Each) -> Iterator[Select[Any]]:
    """`place`, and the key, the place or month, the number and the weight of the records of a part,
    of each table that has some."""
    source = part.seen.source(part.name)
    if source is REACH and part.seen.is_everywhere and each is Each.WHOLE:
        source = REACH_EVERYWHERE
    keys = [source.where[key].label(f"key_{key}") for key in DECLARED[part.name].keys]
    number = func.count() if source.records is None else func.sum(source.records)
    for records in part.seen.parts_of(source):
        rows = records.add_columns(*keys)
        if source is BROADCASTS:
            rows = rows.group_by(*keys)
        of, by = placed(rows, part.seen, each)
        its = [of.selected_columns[key.name] for key in keys]
        key = reduce(lambda one, other: one + "|" + other, its) if its else literal("")
        at = by[0] if by else literal(0)
        weight = func.sum(of.selected_columns.weight)
        yield adding(of, place, key, at, number, weight).group_by(*by, *its)


def together(parts: Iterable[Select[Any]]) -> Subquery:
    """All of them, one after the other."""
    one, *others = parts
    return union_all(one, *others).subquery() if others else one.subquery()


def adding(rows: Select[Any], *columns: Any) -> Select[Any]:
    """The same rows with other columns. A select from the select would be the same, but it takes
    longer to make, and SQLite to run."""
    return rows.with_only_columns(*columns, maintain_column_froms=True)


def placed(
    rows: Select[Any] | Subquery, seen: Look, each: Each
) -> tuple[Select[Any], list[ColumnElement[int]]]:
    """Rows that can be added up, and by what: for what their cells are (`Cell.at`); the whole is
    added up by nothing."""
    if isinstance(rows, Subquery) or rows._group_by_clauses:
        rows = select(rows if isinstance(rows, Subquery) else rows.subquery())
    of = rows.selected_columns
    if each is Each.NODE:
        return rows, [of.node_id]
    if each is Each.WHOLE:
        return rows, []
    # A month begins when the district's own clock says so: no function of a database knows.
    months = enumerate(seen.days.months())
    return rows, [case(*((of.at < month.bounds()[1], place) for place, month in months))]

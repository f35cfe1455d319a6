"""A plan as a workbook: indicators below each other, places beside each other, a number in each."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from content.programme import Indicator
from content.sheets.opening import Book, Cell, Sheet
from content.sheets.problems import Problems, without_heads
from content.sheets.reading import LISTS, Indicators, Reading, filled_in, marks_in
from content.sheets.tables import (
    HEADS_WITHIN,
    Heads,
    Line,
    head_of,
    hidden_tables,
    lines_of,
    number_in,
    text_in,
)
from content.sheets.writing import Column, Kind, Value, Workbook
from storage.model.closing import closed
from storage.model.node import Node
from storage.model.period import YEARS
from storage.model.person import LANGUAGES
from storage.model.plan import REASON_LIMIT
from storage.model.plan_import import Change, Own, Wish
from storage.model.refusal import Refusal
from storage.model.typed.targets import is_percent
from storage.model.typed.text import plain

T = TypeVar("T")

ROWS_LIMIT = 2_000  # of one file: a programme has some forty indicators
_MARK = "linli plan 1"
_BESIDE = ("section", "unit", "reason")  # columns that are neither indicators nor places
_ANY = "planned"  # a column of numbers that does not say of which place they are
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")

Key = tuple[int, str]  # of a number: the node's id, the indicator's


@dataclass(frozen=True, slots=True)
class Asked:
    """What a template is for: places (the widest first), a year, and what is planned so far."""

    places: Sequence[Node]
    year: int
    own: Own


@dataclass(slots=True)
class SentPlan:
    """What stands in a workbook: of which year, and each number with the line where it stands;
    `names` are those of the places that it may be about."""

    year: int
    names: Mapping[int, str]
    wishes: dict[Key, Wish] = field(default_factory=dict)
    lines: dict[Key, Line] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    def ask_reasons(self, changes: Sequence[Change]) -> None:
        """Add to the problems where a change revises a target and does not say why."""
        for each in changes:
            if each.lacks_reason:
                (line, column), after = self._stands(each.wish), each.wish.number
                told = None if after is None else f"{after:f}"
                why = Refusal("plan.sheet_no_reason", before=f"{each.before:f}", after=told)
                self.problems.add(line.problem(column, why))

    def note_closed(self, changes: Sequence[Change], nodes: Collection[int]) -> None:
        """Add to the problems each change at one of these `nodes`, where the year is closed."""
        for each in changes:
            if each.wish.node_id in nodes:
                line, column = self._stands(each.wish)
                name = self.names[each.wish.node_id]
                self.problems.add(line.problem(column, closed(self.year, name)))

    def _stands(self, wish: Wish) -> tuple[Line, str]:
        line = self.lines[wish.node_id, wish.indicator]
        column = _place(wish.node_id)
        return line, column if column in line.places else _ANY


def write_plan(path: Path, asked: Asked, reading: Reading, at: datetime) -> None:
    """A workbook to fill in: what is planned now stands in it."""
    say = reading.texts.in_(reading.language)
    planned = [each for each in reading.programme.indicators if each.planned]
    with Workbook(path, at) as book:
        how = book.sheet(say.label("sheet.how"), [Column(say.label("sheet.how"), 90)])
        for line in say.label("plan.sheet_how", place=asked.places[0].name).split("\n"):
            how.add(line)
        sheet = book.sheet(say.label("plan.sheet_name", year=asked.year), _columns(asked, reading))
        for each in planned:
            sheet.add(*_row(each, asked, reading))
        book.hidden(LISTS, [[_MARK], [asked.places[0].code], [str(asked.year)]])


def _columns(asked: Asked, reading: Reading) -> list[Column]:
    def column(name: str, width: int) -> Column:
        return Column(head_of(reading.texts, reading.language, name), width)

    places = [Column(each.name, 12, Kind.ANY) for each in asked.places]
    first = [column("section", 14), column("indicator", 30), column("unit", 12)]
    return [*first, *places, column("reason", 40)]


def _row(indicator: Indicator, asked: Asked, reading: Reading) -> list[Value]:
    language = reading.language
    section = next(e for e in reading.programme.sections if e.id == indicator.section)
    own = [asked.own.get(each.id, {}).get(indicator.id) for each in asked.places]
    small = [indicator.is_share and each is not None and 0 < each < 1 for each in own]
    numbers = [f"{n:f}%" if is_small else n for n, is_small in zip(own, small, strict=True)]
    names = (section.name, indicator.name, indicator.unit)
    return [*(each.in_(language) for each in names), *numbers, None]


def is_plan(book: Book, reading: Reading, places: Sequence[Node]) -> bool:
    """Whether a workbook is about a plan: by the mark of a template, by its heads (a column may be
    forgotten), or by the name of a sheet. What has a column of days is a ledger."""
    marks = marks_in(book)
    if marks:
        return marks[0] == _MARK
    heads, days = _heads(reading, places), Heads.of(reading.texts, reading.language, ["day"], [])
    sheets, has_days = filled_in(book, reading), False
    for sheet in sheets:
        for row in islice(sheet.rows(heads.widest), HEADS_WITHIN):
            found = {heads.column_of(cell) for cell in row.cells} - {None}
            of_days = any(days.column_of(cell) for cell in row.cells)
            if len(found) > 1 and found - {"indicator", *_BESIDE}:
                return not of_days
            has_days |= of_days
    return not has_days and any(_is_called_plan(sheet, reading) for sheet in sheets)


def _is_called_plan(sheet: Sheet, reading: Reading) -> bool:
    """Whether its name is that of a template's sheet, of some year."""
    says = [reading.texts.in_(each) for each in LANGUAGES]
    names = {
        plain(say.label("plan.sheet_name", year=int(year)))
        for say in says
        for year in _YEAR.findall(sheet.name)
    }
    return plain(sheet.name) in names


def targets_in(book: Book, reading: Reading, places: Sequence[Node]) -> SentPlan:
    """The numbers of a workbook, or what is wrong with them; `places` are those that may be
    planned.

    Raises Refusal for a template of another place, and where nothing says of which year or place
    it is, or nothing is to be planned at all.
    """
    sheets = filled_in(book, reading)
    sent = SentPlan(_year_of(marks_in(book), sheets), {each.id: each.name for each in places})
    reader = _Reader(sent, reading, places, _home(marks_in(book), places))
    strange = list[Sheet]()
    heads = _heads(reading, places)
    for sheet in sheets:
        lines = lines_of(sheet, heads, sent.problems)
        if lines is None:
            strange.append(sheet)
            continue
        for number, line in enumerate(lines):
            if number >= ROWS_LIMIT:
                raise Refusal("sheet.many", limit=ROWS_LIMIT)
            reader.take(line)
    hidden = hidden_tables(book.sheets, heads)
    for problem in chain(without_heads(strange, heads.expected), hidden):
        sent.problems.add(problem)
    if not sent.wishes and not sent.problems.total:
        raise Refusal("plan.sheet_empty")
    return sent


def _home(marks: Sequence[str], places: Sequence[Node]) -> Node | None:
    """Whose template it is, or the only place there is. Raises Refusal for another place's."""
    codes = {each.code: each for each in places}
    for code in marks[1:2]:
        if code not in codes:
            raise Refusal("plan.sheet_not_yours")
        return codes[code]
    return places[0] if len(places) == 1 else None


def _place(node_id: int) -> str:
    return f"place {node_id}"


def _heads(reading: Reading, places: Sequence[Node]) -> Heads:
    own = Heads.of(reading.texts, reading.language, ["indicator", *_BESIDE, _ANY], ["indicator"])
    known = {_place(each.id): frozenset({plain(each.name), plain(each.code)}) for each in places}
    names = {"indicator": own.names["indicator"]} | {_place(e.id): e.name for e in places}
    return Heads({**own.known, **known}, {**names, **own.names}, own.needed)


def _year_of(marks: Sequence[str], sheets: Sequence[Sheet]) -> int:
    """The year that the mark of a template and the names of its sheets say. Raises Refusal for
    none, and for several."""
    names = {int(each) for sheet in sheets for each in _YEAR.findall(sheet.name)}
    years = {each for each in names if each in YEARS}
    years |= {int(each) for each in marks[2:3] if each.isdecimal()}
    if len(years) > 1:
        raise Refusal("plan.sheet_years", years=sorted(years))
    if not years:
        raise Refusal("plan.sheet_no_year")
    return years.pop()


class _Reader:
    """Takes up lines, one after the other."""

    def __init__(
        self, sent: SentPlan, reading: Reading, places: Sequence[Node], home: Node | None
    ) -> None:
        self._sent, self._indicators = sent, Indicators(reading)
        words = (reading.texts.in_(each).label("plan.sheet_none") for each in LANGUAGES)
        self._none = {plain(word) for each in words for word in each.split("|")}
        self._nodes = {_place(each.id): each for each in places}
        if home is not None:
            self._nodes[_ANY] = home

    def take(self, line: Line) -> None:
        """Read one row: numbers, or the problems of its cells."""
        numbers = [
            each
            for each in line.places
            if each not in {"indicator", *_BESIDE} and line.cells[each] is not None
        ]
        if not numbers or "indicator" not in line.places:  # which was told of the heads
            return
        indicator = self._tried(line, "indicator", self._indicator)
        reason = self._tried(line, "reason", _reason)
        if indicator is not None and reason is not None:
            for each in numbers:
                self._tried(line, each, partial(self._number, column=each, of=(indicator, reason)))

    def _tried(self, line: Line, column: str, read: Callable[[Line], T]) -> T | None:
        try:
            return read(line)
        except Refusal as why:
            self._sent.problems.add(line.problem(column, why))
            return None

    def _indicator(self, line: Line) -> Indicator:
        if line.cells["indicator"] is None:
            raise Refusal("sheet.blank_indicator")
        found = self._indicators.named(line.cells["indicator"])
        if not found.planned:
            raise Refusal("plan.cannot_be_planned")
        return found

    def _number(self, line: Line, column: str, of: tuple[Indicator, str]) -> None:
        (indicator, reason), node = of, self._nodes.get(column)
        if node is None:
            raise Refusal("plan.sheet_which_place")
        number = self._read(line.cells[column], indicator)
        key = node.id, indicator.id
        if key in self._sent.wishes:
            raise Refusal("plan.sheet_again", row=self._sent.lines[key].row)
        self._sent.wishes[key] = Wish(node.id, indicator.id, number, reason)
        self._sent.lines[key] = line

    def _read(self, cell: Cell, indicator: Indicator) -> Decimal | None:
        if isinstance(cell, str) and plain(cell) in self._none:
            return None
        number = number_in(cell, self._indicators.units_of(indicator))
        written = isinstance(cell, str) and is_percent(cell)
        indicator.check_percent(number, written=written)
        indicator.plannable.check(number)
        return number


def _reason(line: Line) -> str:
    reason = text_in(line.cells.get("reason"))
    if len(reason) > REASON_LIMIT:
        raise Refusal("plan.long_reason", limit=REASON_LIMIT)
    return reason

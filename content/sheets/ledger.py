"""The ledger as a workbook: the template to fill in, and the entries of one that was filled in."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain, zip_longest
from pathlib import Path
from typing import TypeVar

from content.programme import Indicator
from content.sheets.opening import Book, Cell, Sheet, opened
from content.sheets.problems import Problem, Problems, letters, without_heads
from content.sheets.reading import LISTS, Indicators, Progress, Reading, choice, filled_in, marks_in
from content.sheets.tables import (
    Heads,
    Line,
    day_in,
    head_of,
    hidden_tables,
    lines_of,
    number_in,
    text_in,
)
from content.sheets.writing import Column, Kind, Rule, Workbook
from content.splitting import short
from content.texts import Say
from storage.model.closing import closed
from storage.model.ledger import NewEntry
from storage.model.ledger_import import Import
from storage.model.node import Node
from storage.model.refusal import Refusal

T = TypeVar("T")

ENTRIES_LIMIT = 100_000  # of one file
COLUMNS = ("day", "indicator", "number", "place", "note")
NEEDED = ("day", "indicator", "number")
_MARK = "linli ledger 1"
_FILLED = 5_000  # rows of a sheet that have drop-downs
_WIDTHS = (14, 32, 10, 32, 48)
_OF_TEXTS = {"ledger.long_place": "place", "ledger.long_note": "note"}
_OF_DAYS = ("ledger.still_to_come", "ledger.too_early")
_TOLD_EVERY = 1_000  # rows


@dataclass(slots=True)
class Sent:
    """What stands in a workbook. `code`: of the place whose template it is, if it is one; `entries`
    are without place and key, which they get when it is known where they belong. `days`: the sheet,
    row and column of the day of each."""

    code: str | None = None
    entries: list[NewEntry] = field(default_factory=list)
    days: list[tuple[str, int, int]] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)

    def of(self, node: Node) -> list[NewEntry]:
        """The entries as those of a place. Raises Refusal if it is another's template."""
        if self.code not in (None, node.code):
            raise Refusal("sheet.other_place", place=node.name)
        return [replace(each, node_id=node.id) for each in self.entries]

    def note_closed(self, plan: Import, years: Collection[int], node: Node) -> None:
        """Add a problem for each new entry of one of these `years`, which are closed there. What is
        in the ledger already changes nothing, so it may stand in the file."""
        for place, each in zip(plan.places, plan.new, strict=True):
            if each.on.year in years:
                self.problems.add(Problem(closed(each.on.year, node.name), *self.days[place]))


def write_template(path: Path, node: Node, reading: Reading, at: datetime) -> None:
    """A workbook to fill in for `node`: a sheet for each section that the ledger has something
    for."""
    say, sections = reading.texts.in_(reading.language), _sections(reading)
    decimals = max((each.decimals for _, some in sections for each in some), default=0)
    with Workbook(path, at) as book:
        _explain(book, node, sections, say)
        for number, (name, indicators) in enumerate(sections):
            sheet = book.sheet(name, _columns(reading, decimals))
            column = letters(number + 1)
            listed = f"{LISTS}!${column}$1:${column}${len(indicators)}"
            title = say.label("sheet.rule")
            rules = (
                Rule(title, say.label("sheet.rule_day"), day=True),
                Rule(title, say.label("sheet.rule_indicator"), choices=listed),
                Rule(title, say.label("sheet.rule_number")),
            )
            for place, rule in enumerate(rules):
                sheet.rule(place, rule, _FILLED)
        choices = [[choice(say, each) for each in some] for _, some in sections]
        book.hidden(LISTS, list(zip_longest([_MARK, node.code], *choices, fillvalue="")))


def _columns(reading: Reading, decimals: int) -> list[Column]:
    kinds = {"day": Kind.DAY, "number": Kind.NUMBER}
    return [
        Column(
            head_of(reading.texts, reading.language, each),
            width,
            kinds.get(each, Kind.TEXT),
            decimals,
        )
        for each, width in zip(COLUMNS, _WIDTHS, strict=True)
    ]


def _explain(
    book: Workbook, node: Node, sections: Sequence[tuple[str, list[Indicator]]], say: Say
) -> None:
    """The first sheet: for whom it is, how it is filled in, what is recorded and in which units."""
    heads = [
        Column(say.label(f"sheet.how_{each}"), 30) for each in ("section", "indicator", "unit")
    ]
    sheet = book.sheet(say.label("sheet.how"), heads)
    for name, indicators in sections:
        for each in indicators:
            sheet.add(name, each.name.in_(say.language), each.unit.in_(say.language))
    sheet.add(None, None, None)
    for line in say.label("sheet.how_to", place=node.name).split("\n"):
        sheet.add(line, None, None)


def _sections(reading: Reading) -> list[tuple[str, list[Indicator]]]:
    """The sections that have something to record, by their names."""
    found = []
    for section in reading.programme.sections:
        recorded = [
            each
            for each in reading.programme.indicators
            if each.is_recorded and each.section == section.id
        ]
        if recorded:
            found.append((section.name.in_(reading.language), recorded))
    return found


def read_entries(path: Path, reading: Reading, progress: Progress = lambda rows: None) -> Sent:
    """All entries of a workbook, or what is wrong with it.

    Raises Refusal for a file that is no workbook, has nothing of a ledger, or too many rows.
    """
    with opened(path) as book:
        return entries_in(book, reading, progress)


def entries_in(book: Book, reading: Reading, progress: Progress) -> Sent:
    """The same of a workbook that is open."""
    heads = Heads.of(reading.texts, reading.language, COLUMNS, NEEDED)
    sent, indicators = Sent(), Indicators(reading)
    match marks_in(book):
        case [mark, code, *_] if mark == _MARK:
            sent.code = code
    sheets = filled_in(book, reading)
    strange, found = list[Sheet](), False
    for sheet in sheets:
        lines = lines_of(sheet, heads, sent.problems)
        if lines is None:
            strange.append(sheet)
            continue
        found = True
        for line in lines:
            _take(line, sent, indicators, reading.today)
            if len(sent.entries) > ENTRIES_LIMIT:
                raise Refusal("sheet.many", limit=ENTRIES_LIMIT)
            if line.row % _TOLD_EVERY == 0:
                progress(len(sent.entries))
    hidden = [*hidden_tables(book.sheets, heads)]
    if not found and not hidden:
        known = [each.name for each in sheets]
        raise Refusal("sheet.no_ledger", sheets=known, expected=heads.expected)
    for problem in chain(without_heads(strange, heads.expected), hidden):
        sent.problems.add(problem)
    return sent


def _recorded(indicators: Indicators, cell: Cell) -> Indicator:
    """The indicator that is meant. Raises Refusal for none, and for one that is not recorded."""
    found = indicators.named(cell)
    if not found.is_recorded:
        raise Refusal("sheet.not_recorded", name=short(text_in(cell)))
    return found


def _take(line: Line, sent: Sent, indicators: Indicators, today: date) -> None:
    """Read one row: an entry, or the problems of its cells."""
    before = sent.problems.total
    for column in NEEDED:
        if line.cells.get(column) is None and column in line.places:
            sent.problems.add(line.problem(column, Refusal(f"sheet.blank_{column}")))
    cell, note = line.cells.get, sent.problems

    def tried(column: str, read: Callable[[Cell], T]) -> T | None:
        try:
            return read(cell(column)) if cell(column) is not None else None
        except Refusal as why:
            note.add(line.problem(column, why))
            return None

    indicator = tried("indicator", lambda value: _recorded(indicators, value))
    on = tried("day", lambda value: day_in(value, today))
    number = tried("number", lambda value: number_in(value, indicators.units_of(indicator)))
    place, text = tried("place", text_in), tried("note", text_in)
    if indicator is None or on is None or number is None or note.total > before:
        return
    entry = NewEntry("", 0, indicator.id, on, number, place or "", text or "")
    try:
        entry.check(indicator.decimals, today)
    except Refusal as why:
        note.add(line.problem(_column_of(why), why))
    else:
        sent.entries.append(entry)
        sent.days.append((line.sheet, line.row, line.places.get("day", 0)))


def _column_of(why: Refusal) -> str:
    """The column that a rule of the ledger speaks of."""
    return "day" if why.key in _OF_DAYS else _OF_TEXTS.get(why.key, "number")

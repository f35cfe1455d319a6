"""Finding a table in a sheet by the heads of its columns, wherever these stand, and reading what is
in its cells as people write it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain, islice

from content.sheets.opening import WIDEST, Cell, Odd, Row, Sheet
from content.sheets.problems import Problem, Problems
from content.texts import Texts
from storage.model.person import LANGUAGES
from storage.model.refusal import Refusal
from storage.model.typed.days import read_written
from storage.model.typed.numbers import read_amount
from storage.model.typed.text import plain

HEADS_WITHIN = 20  # rows; above them may stand a title
_NAMED = 8  # heads in a sentence
_BESIDE = 10  # columns that are looked at beside those that a table can have
_ENOUGH = 2  # heads that tell a row of heads from any other
_CLOCK = re.compile(r"(?<=\d)\s+\d{1,2}:\d{2}(?::\d{2})?\s*$")  # behind a day, as programs write it
_RANGE = re.compile(r"[A-Z]+(\d+)(?::[A-Z]+(\d+))?")


@dataclass(frozen=True, slots=True)
class Heads:
    """The columns of a table in their order: what the head of each may be, folded, and how it is
    called in the language of whoever sent it; and which of them must be there."""

    known: Mapping[str, frozenset[str]]
    names: Mapping[str, str]
    needed: frozenset[str]

    @property
    def expected(self) -> list[str]:
        """What they are called, as many as a sentence takes."""
        names = list(self.names.values())
        return [*names[:_NAMED], *(["…"] if len(names) > _NAMED else [])]

    @property
    def widest(self) -> int:
        """How many columns of a sheet are looked at."""
        return max(WIDEST, len(self.known) + _BESIDE)

    @classmethod
    def of(
        cls, texts: Texts, language: str, columns: Sequence[str], needed: Sequence[str]
    ) -> "Heads":
        """From the texts `sheet.heads_…`: in any language, the first is how it is called."""
        known = {
            column: frozenset(
                plain(head)
                for each in LANGUAGES
                for head in texts.in_(each).label(f"sheet.heads_{column}").split("|")
            )
            for column in columns
        }
        names = {each: head_of(texts, language, each) for each in columns}
        return cls(known, names, frozenset(needed))

    def column_of(self, cell: Cell) -> str | None:
        """The column whose head this is."""
        if not isinstance(cell, str):
            return None
        head = plain(cell).rstrip("*: ")
        return next((name for name, heads in self.known.items() if head in heads), None)


def head_of(texts: Texts, language: str, column: str) -> str:
    """What a column is called."""
    return texts.in_(language).label(f"sheet.heads_{column}").split("|")[0]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its cells by their columns, and where these stand."""

    sheet: str
    row: int
    cells: Mapping[str, Cell]
    places: Mapping[str, int]

    def problem(self, column: str, why: Refusal) -> Problem:
        """What is wrong with one of its cells."""
        return Problem(why, self.sheet, self.row, self.places.get(column, 0))


def lines_of(sheet: Sheet, heads: Heads, problems: Problems) -> Iterator[Line] | None:
    """The rows below the heads; None if the sheet has none of them. What is wrong with the table is
    added to `problems`."""
    rows = sheet.rows(heads.widest)
    above = list(islice(rows, HEADS_WITHIN))
    if not above:
        return None
    known = [sum(heads.column_of(cell) is not None for cell in row.cells) for row in above]
    found = known.index(max(known))
    if known[found] < min(_ENOUGH, len(heads.known)):
        return None
    row = above[found]
    places = _placed(row, sheet, heads, problems)
    for merged in sheet.merged():
        _check_merged(merged, row, sheet, problems)
    headed = {place for place, cell in enumerate(row.cells) if cell is not None}
    return _lines(sheet, (places, headed), chain(above[found + 1 :], rows), problems)


def hidden_tables(sheets: Iterable[Sheet], heads: Heads) -> Iterator[Problem]:
    """What is wrong with hidden sheets that hold such a table: whoever hid one may have forgotten
    it, or want it to count. Lists of choices may be hidden."""
    for sheet in sheets:
        lines = None if sheet.is_shown else lines_of(sheet, heads, Problems())
        if lines is not None and next(lines, None) is not None:
            yield Problem(Refusal("sheet.hidden"), sheet.name, 1, 0)


def _placed(row: Row, sheet: Sheet, heads: Heads, problems: Problems) -> dict[str, int]:
    """Where each column stands."""
    places: dict[str, int] = {}
    for place, cell in enumerate(row.cells):
        column = heads.column_of(cell)
        if column in places:
            why = Refusal("sheet.twice", name=str(cell))
        elif column is None and cell is not None:
            why = Refusal("sheet.unknown", name=_shown(cell), expected=heads.expected)
        else:
            if column is not None:
                places[column] = place
            continue
        problems.add(Problem(why, sheet.name, row.number, place))
    for column in heads.known:
        if column in heads.needed and column not in places:
            why = Refusal("sheet.missing", name=heads.names[column])
            problems.add(Problem(why, sheet.name, row.number, 0))
    return places


def _check_merged(merged: str, heads: Row, sheet: Sheet, problems: Problems) -> None:
    """Merged cells above the heads are a title; anywhere else a row would lack what is its own."""
    found = _RANGE.fullmatch(merged)
    if found and int(found[2] or found[1]) >= heads.number:
        letters = re.match("[A-Z]+", merged)
        column = 0
        for letter in letters[0] if letters else "A":
            column = column * 26 + ord(letter) - ord("A") + 1
        why = Refusal("sheet.merged", cells=merged)
        problems.add(Problem(why, sheet.name, int(found[1]), column - 1))


def _lines(
    sheet: Sheet, of: tuple[Mapping[str, int], set[int]], rows: Iterator[Row], problems: Problems
) -> Iterator[Line]:
    """`of`: where each column stands, and which have a head, also one that was told to be wrong."""
    (places, headed), told = of, set[int]()
    for row in rows:
        for place, cell in enumerate(row.cells):
            if cell is not None and place not in headed and place not in told:
                told.add(place)
                problems.add(Problem(Refusal("sheet.beside"), sheet.name, row.number, place))
        cells = {
            column: row.cells[place] if place < len(row.cells) else None
            for column, place in places.items()
        }
        if any(cell is not None for cell in cells.values()):
            yield Line(sheet.name, row.number, cells, places)


# What stands in a cell. Each raises Refusal.


def day_in(cell: Cell, today: date) -> date:
    """A day: as a date, or as people write one. Raises Refusal."""
    if type(cell) is date:
        return cell
    if isinstance(cell, Decimal) and len(f"{cell:f}") == 8:
        cell = f"{cell:f}"
    if isinstance(cell, str):
        try:
            return read_written(_CLOCK.sub("", cell), today)
        except (ValueError, OverflowError):
            raise Refusal("sheet.not_a_day", text=_shown(cell)) from None
    raise _refused(cell, "sheet.no_day" if isinstance(cell, Odd) else "sheet.number_as_day")


def number_in(cell: Cell, units: Iterable[str] = ()) -> Decimal:
    """A number: as such, or as people write one, perhaps with one of the `units`. Raises
    Refusal."""
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, str):
        try:
            return read_amount(cell, units)
        except ValueError:
            is_share = plain(cell).endswith("%")
            key = "sheet.percent" if is_share else "sheet.not_a_number"
            raise Refusal(key, text=_shown(cell)) from None
    raise _refused(cell, "sheet.day_as_number")


def text_in(cell: Cell) -> str:
    """Words; numbers and days as they are written. Raises Refusal."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case Decimal():
            return f"{cell:f}"
        case date():
            return cell.isoformat()
    raise _refused(cell, "sheet.not_text")


def _refused(cell: Cell, otherwise: str) -> Refusal:
    if cell is Odd.FORMULA:
        return Refusal("sheet.formula")
    if cell is Odd.FAULT:
        return Refusal("sheet.fault")
    return Refusal(otherwise, text=_shown(cell))


def _shown(cell: Cell) -> str:
    """A cell in a sentence."""
    text = "" if isinstance(cell, Odd) else text_in(cell)
    return text if len(text) <= 30 else text[:29] + "…"

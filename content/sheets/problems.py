"""What is wrong with a workbook that somebody sent: each with its sheet, row and column."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from content.sheets.opening import Sheet
from content.texts import Say
from storage.model.refusal import Refusal

KEPT = 100  # of one file; the others are only counted


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell: why, and where. `row` counts from 1, `column` from 0."""

    why: Refusal
    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """As spreadsheet programs call it: "C12"."""
        return f"{letters(self.column)}{self.row}"

    def told(self, say: Say) -> str:
        """As plain text, with the place."""
        why = say.label(self.why.key, **self.why.names)
        return say.label("sheet.problem", sheet=self.sheet, cell=self.cell, row=self.row, why=why)


@dataclass(slots=True)
class Problems:
    """The problems of one file: the first `KEPT`, and how many there are."""

    kept: list[Problem] = field(default_factory=list)
    total: int = 0

    def add(self, problem: Problem) -> None:
        self.total += 1
        if len(self.kept) < KEPT:
            self.kept.append(problem)


def without_heads(sheets: Iterable[Sheet], expected: Sequence[str]) -> Iterator[Problem]:
    """What is wrong with sheets that have something, but no heads that are known."""
    for sheet in sheets:
        if next(sheet.rows(), None) is not None:
            yield Problem(Refusal("sheet.no_heads", expected=expected), sheet.name, 1, 0)


def letters(column: int) -> str:
    """The letters of a column, from 0: "A", "AA"."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name

"""Writing a workbook row by row: however many there are, memory stays the same.

What people wrote is text and stays text: never a formula, a link or a number, neither here nor when
a spreadsheet program saves it again.
"""

import asyncio
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

Value = str | int | Decimal | date | None

# Excel's specifications: characters (UTF-16) in a cell, and in the name of a sheet.
CELL_LIMIT = 32_767
NAME_LIMIT = 31
FIRST_YEAR = 1900  # of Excel's calendar
LAST_ROW = 1_048_576
_CHART_ROWS = 20  # that a chart is high
# What XML 1.0 cannot hold, and a tab, which would begin a formula in some programs.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BEGINS_A_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠|%]")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\!\x00-\x1f]")  # nor "!", which ends it in an address


class Kind(Enum):
    """What stands in a column."""

    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    ANY = "any"  # a number with as many decimals as it has


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head; `width` in characters; of numbers, how many `decimals` are shown."""

    head: str
    width: int = 12
    kind: Kind = Kind.TEXT
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Bars:
    """A native chart of a sheet: for each row one bar of every one of the `series` (numbers of
    columns, from 0), named by column `names`; `first` to `last` are rows of the table, from 0."""

    title: str
    names: int
    series: Sequence[int]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Rule:
    """What may be put into a column: one of the cells `choices` of another sheet, a day, or (no
    choices, no day) a number that is more than nothing. `title` and `told`: what is said to whoever
    puts something else."""

    title: str
    told: str
    choices: str = ""
    day: bool = False


class Workbook:
    """A workbook in the making. Leaving its block writes the file; after an error there is none.

    Sheets are written one after the other, each from its first row to its last.
    """

    def __init__(self, path: Path, at: datetime) -> None:
        from xlsxwriter import Workbook as Book  # slow to import, and seldom needed

        self._path = path
        # The rows of each sheet, and the file until it is whole: it goes away whatever happens.
        self._folder = TemporaryDirectory(prefix="linli-", ignore_cleanup_errors=True)
        self._book = Book(
            str(self._made),
            {
                "constant_memory": True,
                "tmpdir": self._folder.name,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        # Without a zone: the format has none, and its library takes UTC.
        self._book.set_properties({"created": at.replace(tzinfo=None), "comments": "Linli"})
        self._names: set[str] = set()
        self.formats = _Formats(self._book)

    @property
    def _made(self) -> Path:
        return Path(self._folder.name) / "made.xlsx"

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _: TracebackType | None,
    ) -> None:
        with self._folder:
            self._book.close()
            if kind is None:
                is_new = not self._path.exists()
                try:
                    shutil.copyfile(self._made, self._path)
                except OSError as error:
                    if is_new:
                        self._path.unlink(missing_ok=True)
                    # Not the one in our folder, which nobody knows.
                    error.filename = str(self._path)
                    raise

    async def __aenter__(self) -> "Workbook":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """The same in a thread: to finish a file with many rows or charts takes a while."""
        await asyncio.to_thread(self.__exit__, kind, error, traceback)

    def sheet(self, name: str, columns: Sequence[Column]) -> "Sheet":
        """The next sheet, with its heads. Its name is what can be had of `name`."""
        known = sheet_name(name, self._names)
        self._names.add(known.casefold())
        return Sheet(self._book, known, columns, self.formats)

    def hidden(self, name: str, rows: Sequence[Sequence[str]]) -> None:
        """A sheet that is not shown."""
        sheet = self._book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, text in enumerate(row):
                sheet.write_string(number, place, clean(text))
        sheet.hide()


class Sheet:
    """A sheet in the making."""

    def __init__(
        self, book: Any, name: str, columns: Sequence[Column], formats: "_Formats"
    ) -> None:
        self.name = name
        self._book, self._formats, self._columns = book, formats, columns
        self._sheet = book.add_worksheet(name)
        self._next = 1
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, column.width, formats.of(column))
            self._sheet.write_string(0, place, clean(column.head), formats.head)
        self._sheet.freeze_panes(1, 0)

    @property
    def rows(self) -> int:
        """How many rows it has below its heads."""
        return self._next - 1

    def add(self, *values: Value) -> None:
        """One more row. Raises ValueError if the sheet is full."""
        if self._next >= LAST_ROW:
            raise ValueError(f"a sheet has {LAST_ROW} rows")
        for place, (column, value) in enumerate(zip(self._columns, values, strict=True)):
            self._put(place, column, value)
        self._next += 1

    def _put(self, place: int, column: Column, value: Value) -> None:
        here = self._next, place
        match value:
            case None | "":
                return
            case date() if value.year >= FIRST_YEAR:
                self._sheet.write_datetime(*here, value, self._formats.day)
            case int() | Decimal():
                self._sheet.write_number(*here, float(value), self._formats.of(column))
            case _:
                text = clean(str(value))
                self._sheet.write_string(*here, text, self._formats.for_text(text))

    def rule(self, place: int, rule: Rule, rows: int) -> None:
        """Tell spreadsheet programs what may be put into the first `rows` of a column."""
        allowed: dict[str, Any] = {"validate": "decimal", "criteria": ">", "value": 0}
        if rule.choices:
            allowed = {"validate": "list", "source": f"={rule.choices}"}
        elif rule.day:
            first, last = date(FIRST_YEAR + 100, 1, 1), date(FIRST_YEAR + 300, 12, 31)
            allowed = {
                "validate": "date",
                "criteria": "between",
                "minimum": first,
                "maximum": last,
            }
        told = {"error_title": rule.title[:32], "error_message": rule.told[:255]}
        self._sheet.data_validation(1, place, rows, place, allowed | told)

    def bars(self, bars: Bars, number: int = 0) -> None:
        """Put a chart beside the table, below the `number` charts that are there."""
        chart = self._book.add_chart({"type": "column"})
        for place in bars.series:
            chart.add_series(
                {
                    "name": [self.name, 0, place],
                    "categories": [
                        self.name,
                        bars.first + 1,
                        bars.names,
                        bars.last + 1,
                        bars.names,
                    ],
                    "values": [self.name, bars.first + 1, place, bars.last + 1, place],
                }
            )
        # Its library takes "Notes!A1" for the address of a cell, which would be shown instead.
        title = clean(bars.title).replace("!", "！")
        chart.set_title({"name": title, "overlay": False})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 860, "height": 380})
        beside = len(self._columns) + 1
        self._sheet.insert_chart(1 + number * _CHART_ROWS, beside, chart)


class _Formats:
    """How cells look."""

    def __init__(self, book: Any) -> None:
        self._book = book
        look = {"bold": True, "bottom": 1, "text_wrap": True, "num_format": "@", "valign": "top"}
        self.head = book.add_format(look)
        plain = {"num_format": "@", "text_wrap": True, "valign": "top"}
        self._text = book.add_format(plain)
        # A text that a program would take for a formula when its cell is edited.
        self._quoted = book.add_format({**plain, "quote_prefix": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
        self._any = book.add_format({"num_format": "General", "valign": "top"})
        self._numbers: dict[int, Any] = {}

    def for_text(self, text: str) -> Any:
        return self._quoted if begins_a_formula(text) else self._text

    def of(self, column: Column) -> Any:
        if column.kind is Kind.TEXT:
            return self._text
        if column.kind is Kind.DAY:
            return self.day
        if column.kind is Kind.ANY:
            return self._any
        if column.decimals not in self._numbers:
            shown = "#,##0" + ("." + "0" * column.decimals if column.decimals else "")
            look = {"num_format": shown, "valign": "top"}
            self._numbers[column.decimals] = self._book.add_format(look)
        return self._numbers[column.decimals]


def begins_a_formula(text: str) -> bool:
    """Whether a spreadsheet program may take it for one when its cell is edited, or when it comes
    from a file without kinds of cells."""
    return _BEGINS_A_FORMULA.match(text) is not None


def clean(text: str) -> str:
    """What a cell can hold of a text: without control characters, and not too long."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _CONTROLS.sub("", text)
    if len(text) * 2 > CELL_LIMIT and len(text.encode("utf-16-le")) > CELL_LIMIT * 2:
        kept = text.encode("utf-16-le")[: (CELL_LIMIT - 1) * 2].decode("utf-16-le", "ignore")
        return kept + "…"
    return text


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that a sheet may have, as near to `name` as can be; `taken` are those of others, in
    lower case."""
    base = " ".join(_NOT_IN_A_NAME.sub(" ", clean(name)).split()).strip("' ") or "-"
    if base.casefold() == "history":  # Excel keeps it for itself
        base += "_"
    number, known = 1, _cut(base, NAME_LIMIT)
    while known.casefold() in taken:
        number += 1
        known = _cut(base, NAME_LIMIT - len(f" {number}")) + f" {number}"
    return known


def _cut(text: str, units: int) -> str:
    """At most so many UTF-16 units of a text."""
    cut = text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore")
    return cut.rstrip(" '") or "-"

"""The same tables as files of comma-separated values: one for each sheet, which any program reads.

What people wrote is never a formula in one either. A file of plain text has no cells of a kind, so
a mark is put before what a spreadsheet program would calculate; numbers and days stay as they are.
"""

import csv
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TextIO

from content.sheets.writing import Bars, Column, Value, begins_a_formula, clean, sheet_name

_PERCENT = "%"  # a unit
MARK = "'"  # which says "a text" at the beginning of a cell
# Where the fields are not separated by commas (as in much of Europe), a program may begin a new
# cell in the middle of a text: after a semicolon, with whatever stands between.
_IN_THE_MIDDLE = re.compile(r"(;[\s\"']*)(?=[=+\-@＝＋－＠|%])")


class PlainBook:
    """Files in a folder (which is made), named after their sheets. UTF-8 with a mark at the
    beginning, without which Excel takes Chinese for something else. After an error there is none.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._names: set[str] = set()
        self._files: list[TextIO] = []

    @property
    def paths(self) -> list[Path]:
        """The files, in the order of the sheets."""
        return [Path(file.name) for file in self._files]

    def __enter__(self) -> "PlainBook":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _: TracebackType | None,
    ) -> None:
        # A full disk is often seen at the end only, when the last rows are written.
        problems = [each for file in self._files if (each := _closing(file)) is not None]
        if kind is None and not problems:
            return
        for path in self.paths:
            path.unlink(missing_ok=True)
        if kind is None:
            raise problems[0]

    def sheet(self, name: str, columns: Sequence[Column]) -> "PlainSheet":
        """The next file, with its heads."""
        known = sheet_name(name, self._names)
        self._names.add(known.casefold())
        path = self._folder / f"{known}.csv"
        file = path.open("w", encoding="utf-8-sig", newline="")
        self._files.append(file)
        return PlainSheet(known, file, columns)


class PlainSheet:
    """A file in the making."""

    def __init__(self, name: str, file: TextIO, columns: Sequence[Column]) -> None:
        self.name = name
        self.rows = 0
        self._columns = len(columns)
        self._writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        self._writer.writerow([plain(column.head) for column in columns])

    def add(self, *values: Value) -> None:
        """One more row. Raises ValueError for more or fewer values than columns."""
        if len(values) != self._columns:
            raise ValueError(f"a row of {len(values)} values in {self._columns} columns")
        self._writer.writerow([_told(value) for value in values])
        self.rows += 1

    def bars(self, _bars: Bars, _number: int = 0) -> None:
        """There are no charts in plain text."""


def _closing(file: TextIO) -> OSError | None:
    """Why a file could not be written to its end; None if it is."""
    try:
        file.close()
    except OSError as error:
        error.filename = error.filename or file.name
        return error
    return None


def _told(value: Value) -> str | int | float:
    match value:
        case None:
            return ""
        case date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case int():
            return value
    return plain(value)


def plain(text: str) -> str:
    """A text as it stands in such a file: in one line, and no formula wherever a cell begins."""
    line = " ".join(clean(text).split("\n"))
    line = _IN_THE_MIDDLE.sub(rf"\1{MARK}", line)
    return MARK + line if begins_a_formula(line) and line != _PERCENT else line

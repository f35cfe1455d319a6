"""Opening a workbook that somebody sent: whatever the file is, it is read within bounds or refused
with a sentence that says what it is."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO

from content.sheets.writing import clean
from storage.model.refusal import Refusal

FILE_LIMIT = 20 * 2**20  # bytes: what a bot can have of Telegram (Bot API, getFile)
UNPACKED_LIMIT = 160 * 2**20  # bytes; 100,000 rows with long notes are some 60 million
PARTS_LIMIT = 2_000
ROWS_LIMIT = 1_048_576  # Excel's
WIDEST = 40  # columns that are looked at, unless a table has more
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of Excel 97 to 2003, and around what is encrypted
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK\x03\x04"
_WORKBOOK = "xl/workbook.xml"
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z0-9:]{2,30})[\"']")
# No program for workbooks declares entities. Of the parsers that openpyxl takes, which depends on
# what else is installed, one refuses them and one leaves them as they are.
_DECLARED, _HEAD = b"<!DOCTYPE", 2**10
_CHUNK = 2**20
_DIGITS = 15  # of a number, as Excel shows it


class Odd(Enum):
    """What stands in a cell and is no value to be read."""

    FORMULA = "formula"
    FAULT = "fault"  # "#REF!"
    OTHER = "other"  # a truth value, a time of day


Cell = str | Decimal | date | Odd | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet, by its number (from 1)."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        return all(cell is None for cell in self.cells)


class Sheet:
    """One sheet of a book."""

    def __init__(self, sheet: Any, archive: zipfile.ZipFile) -> None:
        self.name = str(sheet.title)
        self.is_shown = sheet.sheet_state == "visible"
        self._sheet, self._archive = sheet, archive

    def rows(self, widest: int = WIDEST) -> Iterator[Row]:
        """All rows that have something in their first `widest` columns. Raises Refusal if they
        cannot be read."""
        # What a file says of its own size is not always so.
        self._sheet.reset_dimensions()
        rows = iter(self._sheet.iter_rows(max_col=widest))
        gap = None  # of which each row is one and the same: a slip at the very end makes a million
        for number in range(1, ROWS_LIMIT + 2):
            with _understood():
                cells = next(rows, None)
                if cells is not None and cells is gap:
                    continue
                row = None if cells is None else Row(number, tuple(map(_cell, cells)))
            if row is None:
                return
            if row.is_empty:
                gap = cells
            else:
                yield row
        raise Refusal("sheet.broken")

    def merged(self) -> Iterator[str]:
        """The ranges whose cells are merged ("A3:A5")."""
        rest = b""
        with _understood(), self._archive.open(self._sheet._worksheet_path) as part:
            while chunk := part.read(_CHUNK):
                text = rest + chunk
                begun = text.rfind(b"<")  # a tag that ends in the next chunk
                rest = text[begun:] if begun >= 0 else b""
                yield from (each.decode() for each in _MERGED.findall(text, 0, max(begun, 0)))
        yield from (each.decode() for each in _MERGED.findall(rest))


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that is open."""

    sheets: tuple[Sheet, ...]


@contextmanager
def opened(path: Path) -> Iterator[Book]:
    """A workbook, open for reading. Raises Refusal for whatever is none, or is too large."""
    _look_at(path)
    # Two readers of the one file: each has its place in it.
    with path.open("rb") as file, path.open("rb") as again:
        with _understood():
            archive = zipfile.ZipFile(file)
        with archive:
            _look_into(archive)
            book = _book(again)
            if not book.worksheets:  # or they are as "Strict Open XML" has them
                raise Refusal("sheet.other")
            yield Book(tuple(Sheet(each, archive) for each in book.worksheets))


def _book(file: BinaryIO) -> Any:
    from openpyxl import load_workbook  # slow to import, and seldom needed

    with _understood(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that it does not know
        # Formulas are to be seen as such; links to other files are left alone.
        return load_workbook(file, read_only=True, data_only=False, keep_links=False)


def _look_at(path: Path) -> None:
    """Raises Refusal for a file that is not even packed as a workbook is."""
    size = path.stat().st_size
    if size > FILE_LIMIT:
        raise Refusal("sheet.large", limit=FILE_LIMIT // 2**20)
    with path.open("rb") as file:
        start = file.read(8)
        if start == _OLE:
            is_encrypted = _ENCRYPTED in file.read()
            raise Refusal("sheet.encrypted" if is_encrypted else "sheet.old")
        if start[:4] == _ZIP:
            return
        start += file.read(2000)
    if not start:
        raise Refusal("sheet.empty")
    if start.startswith(b"%PDF"):
        raise Refusal("sheet.other")
    raise Refusal("sheet.plain" if b"\x00" not in start else "sheet.broken")


def _look_into(archive: zipfile.ZipFile) -> None:
    """Raises Refusal for an archive that is no workbook, or would be too much to unpack."""
    parts = archive.infolist()
    names = {each.filename for each in parts}
    if any(each.flag_bits & 1 for each in parts):
        raise Refusal("sheet.encrypted")
    if len(parts) > PARTS_LIMIT or sum(each.file_size for each in parts) > UNPACKED_LIMIT:
        raise Refusal("sheet.bomb")
    if "xl/vbaProject.bin" in names:
        raise Refusal("sheet.macros")
    if _WORKBOOK not in names or "[Content_Types].xml" not in names:
        raise Refusal("sheet.other")
    with _understood():
        for each in parts:
            if each.filename.endswith((".xml", ".rels")):
                with archive.open(each) as part:
                    if _DECLARED in part.read(_HEAD):
                        raise Refusal("sheet.broken")


@contextmanager
def _understood() -> Iterator[None]:
    """Whatever a library says of a file that is broken is one refusal: openpyxl raises what its
    parts raise, errors of keys, types, values and XML alike."""
    try:
        yield
    except (Refusal, OSError, MemoryError):
        raise
    except Exception as error:
        raise Refusal("sheet.broken") from error


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return Odd.FORMULA
    if cell.data_type == "e":
        return Odd.FAULT
    match value:
        case bool():
            return Odd.OTHER
        case str():
            return _text(value)
        case int() | float():
            return _percent(value) if _in_percent(cell) else _number(value)
        case datetime():
            return value.date()
        case date():
            return value
    return Odd.OTHER


def _in_percent(cell: Any) -> bool:
    """Whether a number is shown as a share: 0.8 reads 80 % there."""
    return str(cell.number_format).rstrip(";@_) ").endswith("%")


def _percent(value: float) -> Cell:
    """As whoever typed it reads it: only of a share that is a number."""
    shown = _number(value * 100)
    return f"{shown:f}%" if isinstance(shown, Decimal) else shown


def _text(value: str) -> str | None:
    if "_x" in value:
        value = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)  # what XML cannot hold
    return clean(value).strip() or None


def _number(value: float) -> Decimal | Odd:
    """A number as it is shown: 0.30000000000000004 is 0.3."""
    shown = Decimal(f"{value:.{_DIGITS}g}")
    return shown if shown.is_finite() else Odd.FAULT

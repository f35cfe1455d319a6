"""The report of an event and its sign-in sheet as Word files, set as the annual summary is."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm

from content.report.make import PHOTO, styled
from content.report.pictures import fitting

_PICTURE = (120.0, 160.0)  # millimetres wide and high, at most
_LINES = 20  # of a page of the sheet: names first, and room for those without a telephone
_HEIGHT = 9  # millimetres of a line: to be written on by hand
_ROOM = 12  # lines that are left free at least


@dataclass(frozen=True, slots=True)
class Report:
    """The words of a report: `facts` as pairs; `guests` as rows below `heads`, if it has any;
    `pictures` are JPEGs, and `no_picture` what stands for one that could not be had (None)."""

    title: str
    facts: Sequence[tuple[str, str]]
    heading_words: str
    words: Sequence[str]
    heading_pictures: str
    pictures: Sequence[bytes | None]
    no_picture: str
    heading_guests: str = ""
    heads: Sequence[str] = ()
    guests: Sequence[Sequence[str]] = ()


def report(of: Report) -> bytes:
    """A .docx of it."""
    document = styled()
    document.add_paragraph(of.title, "Summary Title")
    _table(document, (52, 104), [], of.facts)
    if of.words:
        document.add_paragraph(of.heading_words, "Heading 1")
        for each in of.words:
            document.add_paragraph(each)
    if of.pictures:
        document.add_paragraph(of.heading_pictures, "Heading 1")
        for picture in of.pictures:
            _picture(document, picture, of.no_picture)
    if of.guests:
        document.add_paragraph(of.heading_guests, "Heading 1")
        _table(document, (20, 56, 40, 40), of.heads, of.guests)
    return _saved(document)


def sign_in_sheet(title: str, told: str, heads: Sequence[str], names: Sequence[str]) -> bytes:
    """A .docx to print: who signed up, and below them room for others."""
    lines = max(_LINES, len(names) + _ROOM)
    document = styled()
    document.add_paragraph(title, "Summary Title")
    document.add_paragraph(told, "Summary Note")
    rows = [(str(n + 1), names[n] if n < len(names) else "", "", "") for n in range(lines)]
    _table(document, (16, 44, 56, 40), heads, rows, _HEIGHT)
    return _saved(document)


def _picture(document: Any, picture: bytes | None, instead: str) -> None:
    if picture is None:
        document.add_paragraph(instead, PHOTO)
    else:
        run = document.add_paragraph(style=PHOTO).add_run()
        run.add_picture(io.BytesIO(picture), *fitting(picture, _PICTURE))


def _table(
    document: Any,
    widths: Sequence[int],
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    height: int | None = None,
) -> None:
    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for place, width in enumerate(widths):
        table.columns[place].width = Mm(width)
    for row, style in ((heads, "Summary Head"), *((each, "Summary Table") for each in rows)):
        if not row:
            continue
        line = table.add_row()
        line.height = None if height is None else Mm(height)
        for cell, width, text in zip(line.cells, widths, row, strict=True):
            cell.width = Mm(width)
            cell.paragraphs[0].text, cell.paragraphs[0].style = text, style


def _saved(document: Any) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()

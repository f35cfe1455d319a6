"""A workbook that we write: what people wrote is text in it, and stays text."""

import shutil
import subprocess
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from content.sheets.writing import CELL_LIMIT, Bars, Column, Kind, Workbook, sheet_name

NOW = datetime(2026, 11, 27, tzinfo=UTC)
# What a spreadsheet program might calculate, run or open, were it no text.
DANGEROUS = (
    "=1+1",
    '=HYPERLINK("http://example.org")',
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1-1",
    "-1+1",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
    "{=1+1}",
    'DDE("cmd";"/C calc")',
    "http://example.org",
    "mailto:ana@example.org",
    "internal:Sheet1!A1",
    "file:///etc/passwd",
    "00123",
    "1e5",
    "2026-11-27",
    "TRUE",
    "#REF!",
    "'=1+1",
    "_x0041_",
    "<b>&amp;</b>",
    "写了\n两行",
    "🙂",
)


def written(path: Path, *texts: str) -> Any:
    """The sheet that a text a row makes, as it is read again."""
    with Workbook(path, NOW) as book:
        sheet = book.sheet("Notes", [Column("Note", 40)])
        for text in texts:
            sheet.add(text)
    return load_workbook(path).active


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_people_wrote_stays_text(tmp_path: Path, text: str) -> None:
    sheet = written(tmp_path / "a.xlsx", text)
    cell = sheet["A2"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert unescape(cell.value) == text.replace("\t", " ").replace("\r", "\n")
    assert cell.number_format == "@"  # so that it is text still when somebody edits it
    assert cell.style.startswith("Normal")
    if text.strip()[0] in "=+-@":
        assert cell.quotePrefix


@pytest.fixture
def office() -> str:
    found = shutil.which("soffice")
    if found is None:
        pytest.skip("LibreOffice is not on this machine (apt-get install libreoffice-calc-nogui)")
    return found


def test_it_is_all_the_same_when_libreoffice_saves_it_again(tmp_path: Path, office: str) -> None:
    path, into, home = (tmp_path / name for name in ("a.xlsx", "again", "home"))
    columns = [Column("Note", 40), Column("Day", kind=Kind.DAY), Column("Rate", kind=Kind.NUMBER)]
    with Workbook(path, NOW) as book:
        sheet = book.sheet("Notes", columns)
        for text in DANGEROUS:
            sheet.add(text, date(2026, 11, 3), Decimal("12.5"))
        sheet.bars(Bars("Rate", 0, [2], 0, len(DANGEROUS) - 1))
    command = [office, f"-env:UserInstallation={home.as_uri()}", "--headless", "--convert-to"]
    command += ["xlsx", "--outdir", str(into), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    again = into / "a.xlsx"
    rows = list(load_workbook(again).active.iter_rows(min_row=2, max_col=3))
    assert [[cell.data_type for cell in row] for row in rows] == [["s", "d", "n"]] * len(rows)
    assert len(rows) == len(DANGEROUS)
    assert not any(row[0].hyperlink for row in rows)
    with zipfile.ZipFile(again) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml").replace(b"<fo", b"")
        assert "xl/charts/chart1.xml" in archive.namelist()


def test_a_cell_takes_what_it_can(tmp_path: Path) -> None:
    texts = (
        "字" * CELL_LIMIT,
        "字" * (CELL_LIMIT + 1),
        "🙂" * CELL_LIMIT,
        "a\x00b\x0b\ud800c\uffff",
    )
    sheet = written(tmp_path / "a.xlsx", *texts)
    whole, cut, wide, controls = (sheet[f"A{row}"].value for row in range(2, 6))
    assert whole == texts[0]
    assert (len(cut), cut[-1]) == (CELL_LIMIT, "…")
    assert len(wide.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert wide == "🙂" * (len(wide) - 1) + "…"
    assert controls == "abc"


def test_days_are_days_and_numbers_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    columns = [Column("Day", kind=Kind.DAY), Column("Number", kind=Kind.NUMBER), Column("Words")]
    with Workbook(path, NOW) as book:
        sheet = book.sheet("Sheet", columns)
        sheet.add(date(2026, 2, 28), 3, None)
        sheet.add(date(1899, 12, 31), Decimal("2.5"), "")
    rows = list(load_workbook(path).active.iter_rows(min_row=2, values_only=True))
    assert rows == [(datetime(2026, 2, 28), 3, None), ("1899-12-31", 2.5, None)]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("东湖社区", "东湖社区"),
        ("a/b:c*d?e[f]g\\h", "a b c d e f g h"),
        ("'quoted'", "quoted"),
        ("History", "History_"),
        ("///", "-"),
        ("字" * 40, "字" * 31),
        ("🙂" * 20, "🙂" * 15),
        ("Taken", "Taken 2"),
    ],
)
def test_a_sheet_has_a_name_that_it_may_have(name: str, made: str) -> None:
    assert sheet_name(name, {"taken"}) == made


def test_there_is_no_file_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    def write() -> None:
        with Workbook(path, NOW) as book:
            book.sheet("Sheet", [Column("Head")]).add("too", "many")

    with pytest.raises(ValueError, match="zip"):
        write()
    assert not path.exists()

"""Plain tables (CSV): whatever people wrote, no program calculates it."""

import csv
import re
import shutil
import subprocess
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from content.sheets.plain import PlainBook, plain
from content.sheets.writing import Bars, Column, Kind, Workbook
from tests.content.sheets.test_writing import DANGEROUS

CALC = Path("/usr/lib/libreoffice/program/libsclo.so")
NOW = datetime(2026, 11, 27, tzinfo=UTC)
COLUMNS = [Column("Note", 40), Column("Day", kind=Kind.DAY), Column("Number", kind=Kind.NUMBER)]
BEGINNINGS = "=+-@\t\r\n;,\"' |%＝＋－＠\u00a0\u3000{"
# What people might write, and what somebody might write who means harm.
WRITTEN = st.text() | st.builds(
    lambda before, words: "".join(before) + words,
    st.lists(st.sampled_from([*BEGINNINGS, "1", ";=", '";=', "\n=", "\t=1+1", ",=1+1"])),
    st.text() | st.sampled_from(DANGEROUS),
)


def read(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def in_a_table(folder: Path, *texts: str) -> Path:
    with PlainBook(folder) as book:
        sheet = book.sheet("Notes", COLUMNS)
        for text in texts:
            sheet.add(text, date(2026, 11, 3), Decimal("-12.50"))
    [path] = book.paths
    return path


def is_formula(cell: str) -> bool:
    bare = cell.strip("\ufeff \t\r\n\u00a0\u3000")
    return bare[:1] in tuple("=+-@＝＋－＠") and not re.fullmatch(r"-?[\d.]+", bare)


@given(st.lists(WRITTEN, min_size=1, max_size=5))
def test_nothing_that_people_wrote_is_a_formula_in_a_plain_table(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = in_a_table(Path(folder), *texts)
        rows = read(path)
        assert len(rows) == len(texts) + 1, "a line is a row, for programs that know no quotes"
        assert [row[1:] for row in rows[1:]] == [["2026-11-03", "-12.5"]] * len(texts)
        for delimiter in ",;\t":
            cells = [cell for row in read(path, delimiter) for cell in row]
            assert not [cell for cell in cells if is_formula(cell)], (delimiter, cells)


@given(st.lists(WRITTEN, min_size=1, max_size=5))
def test_nothing_that_people_wrote_is_a_formula_in_a_workbook(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        with Workbook(path, NOW) as book:
            sheet = book.sheet(texts[0], [Column(texts[0]), Column("Number", kind=Kind.NUMBER)])
            for text in texts:
                sheet.add(text, 1)
            sheet.bars(Bars(texts[0], 0, [1], 0, len(texts) - 1))
        types = [[cell.data_type for cell in row] for row in load_workbook(path).active.iter_rows()]
        assert {each for row in types for each in row[:1]} <= {"s", "n"}  # an empty one is "n"
        assert "f" not in {each for row in types for each in row}
        with zipfile.ZipFile(path) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
            chart = archive.read("xl/charts/chart1.xml").decode()
            title = chart.partition("<c:title>")[2].partition("</c:title>")[0]
            assert "<c:f>" not in title, "the name of a chart is read from no cell"


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("送米面油", "送米面油"),
        ("两行\n字", "两行 字"),
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        ("\t@SUM(1)", "' @SUM(1)"),
        ("＋86", "'＋86"),
        ("先;=1+1", "先;'=1+1"),
        ('说"好"', '说"好"'),
        ("3-5号楼", "3-5号楼"),
        ("%", "%"),
    ],
)
def test_only_what_is_dangerous_gets_a_mark(text: str, stands: str) -> None:
    assert plain(text) == stands


def test_excel_knows_the_letters_and_numbers_stay_numbers(tmp_path: Path) -> None:
    path = in_a_table(tmp_path, "东湖")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.read_text("utf-8-sig").splitlines() == [
        '"Note","Day","Number"',
        '"东湖","2026-11-03",-12.5',
    ]


def test_each_table_is_a_file_and_after_an_error_there_is_none(tmp_path: Path) -> None:
    with PlainBook(tmp_path / "new") as book:
        for name in ("各社区", "a/b", "各社区"):
            book.sheet(name, COLUMNS)
    assert [path.name for path in book.paths] == ["各社区.csv", "a b.csv", "各社区 2.csv"]

    def write() -> None:
        with PlainBook(tmp_path / "new") as book:
            book.sheet("b", COLUMNS).add("too few")

    with pytest.raises(ValueError, match="1 values in 3"):
        write()
    assert not (tmp_path / "new/b.csv").exists()


def test_a_disk_that_turns_out_full_at_the_end_is_named_and_leaves_no_table(tmp_path: Path) -> None:
    (tmp_path / "b.csv").symlink_to("/dev/full")

    def write() -> None:
        with PlainBook(tmp_path) as book:
            for name in "abc":
                book.sheet(name, COLUMNS)

    with pytest.raises(OSError, match=r"No space left.*b\.csv"):
        write()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(
    not (CALC.exists() and shutil.which("soffice")), reason="needs LibreOffice Calc"
)
def test_a_spreadsheet_program_opens_it_in_columns_with_its_letters_and_calculates_nothing(
    tmp_path: Path,
) -> None:
    texts = ["东湖，“好”", "=1+1", "先;=2+2", 'a,"=3+3"', "+86 13", "两行\n字"]
    path = in_a_table(tmp_path, *texts)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--headless"]
    # As Excel reads it by itself: commas, quotes, UTF-8 because of the mark.
    command += ["--infilter=CSV:44,34,76", "--convert-to", "xlsx", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(path)], check=True, capture_output=True)
    rows = list(load_workbook(path.with_suffix(".xlsx")).active.iter_rows())
    assert [row[0].value for row in rows[1:]] == [plain(text) for text in texts]
    assert {cell.data_type for row in rows for cell in row} == {"s", "d", "n"}
    assert {row[1].value.date() for row in rows[1:]} == {date(2026, 11, 3)}
    assert [row[2].value for row in rows[1:]] == [-12.5] * len(texts)

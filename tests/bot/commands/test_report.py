"""`linli report`: the annual summary as a file that Word, LibreOffice and people can read."""

import asyncio
import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.commands.report import Wanted, write_report
from bot.settings import Settings, SettingsError, read_settings
from storage.actions import ledger
from storage.database import Database
from storage.model.ledger import NewEntry
from tests.storage.district import NOW, ZONE, District, founded
from tests.waiting import HANG

WRITER = Path("/usr/lib/libreoffice/program/libswlo.so")


@pytest.fixture
async def district(sqlite: Database) -> District:
    district = await founded(sqlite)
    new = NewEntry("a", district.east.id, "home_visits", date(2026, 3, 2), Decimal(127))
    await sqlite.write(ledger.record, district.mei.id, new, 0, NOW.replace(month=12), ZONE)
    return district


async def write(district: District, wanted: Wanted) -> int:
    return await write_report(district.database, read_settings(Settings), wanted)


async def test_the_district_s_has_all_its_communities_in_one_file(
    district: District, tmp_path: Path
) -> None:
    out = tmp_path / "year.md"
    assert await write(district, Wanted(None, 2026, out)) == 3
    heads = [line for line in out.read_text("utf-8").splitlines() if line.startswith("# ")]
    assert [head[2:6] for head in heads] == ["示范区2", "东湖社区", "西山社区"]
    assert await write(district, Wanted(district.east.code, 2026, out)) == 1
    assert "走访慰问127人次" in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (Wanted("nowhere", 2026, Path("a.docx")), "there is no place 'nowhere'; there are: "),
        (Wanted(None, 12, Path("a.docx")), "--year: 12"),
        (Wanted(None, 2026, Path("a.pdf")), "write .docx or .md"),
    ],
)
async def test_what_cannot_be_is_told_in_a_line(
    district: District, wanted: Wanted, problem: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        await write(district, wanted)
    assert problem in raised.value.problems[0]


@pytest.mark.skipif(
    not (WRITER.exists() and shutil.which("soffice") and shutil.which("pdftotext")),
    reason="needs LibreOffice Writer and pdftotext: apt install libreoffice-writer poppler-utils",
)
async def test_another_program_opens_the_word_file_and_its_pages_are_as_they_should(
    district: District, tmp_path: Path
) -> None:
    out = tmp_path / "year.docx"
    await write(district, Wanted(district.east.code, 2026, out))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    folder = str(tmp_path)
    await ran("soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", folder, str(out))
    pdf = str(tmp_path / "year.pdf")
    text = await ran("pdftotext", "-layout", pdf, "-")
    *pages, _ = text.split("\f")
    assert "东湖社区2026年度工作总结" in "".join(pages[0].split())
    assert "走访慰问127人次" in "".join(text.split())
    for number, page in enumerate(pages, 1):
        assert re.search(rf"—\s*{number}\s*—", page), "each page has its number"
    assert "{" not in text, "a placeholder was left"
    assert "A4" in await ran("pdfinfo", pdf)
    assert len(out.read_bytes()) < 200_000, "faces are named, not embedded"


async def ran(*command: str) -> str:
    """What a program wrote, which must end well."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    written, _ = await asyncio.wait_for(process.communicate(), HANG)
    assert process.returncode == 0, command
    return written.decode()

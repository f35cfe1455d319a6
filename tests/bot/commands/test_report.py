"""`linli report`: the annual summary as a file that Word, LibreOffice and people can read."""

import asyncio
import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document

from bot.commands.report import Wanted, Written, write_report
from bot.demo.pictures import IDS, drawn
from bot.settings import Settings, SettingsError, read_settings
from bot.simulator import Simulator
from content.problems import ContentError
from storage.actions import ledger
from storage.database import Database
from storage.model.ledger import NewEntry
from storage.model.message import Media, MediaKind
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
    done = await write_report(district.database, read_settings(Settings), wanted)
    return done.places


async def test_the_district_s_has_all_its_communities_in_one_file(
    district: District, tmp_path: Path
) -> None:
    out = tmp_path / "year.md"
    assert await write(district, Wanted(None, 2026, out)) == 3
    heads = [line for line in out.read_text("utf-8").splitlines() if line.startswith("# ")]
    assert [head[2:6] for head in heads] == ["示范区2", "东湖社区", "西山社区"]
    assert await write(district, Wanted(district.east.code, 2026, out)) == 1
    assert "走访慰问127人次" in out.read_text("utf-8")


async def test_places_with_nothing_recorded_are_counted(district: District, tmp_path: Path) -> None:
    settings, out = read_settings(Settings), tmp_path / "year.md"
    both = await write_report(district.database, settings, Wanted(None, 2026, out))
    assert str(both) == "3 places; places with nothing recorded for that year: 1"
    one = await write_report(district.database, settings, Wanted(district.east.code, 2026, out))
    assert str(one) == "1 place"
    assert "任何记录" not in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (Wanted("nowhere", 2026, Path("a.docx")), "there is no place 'nowhere'; there are: "),
        (Wanted(None, 12, Path("a.docx")), "--year: 12"),
        (Wanted(None, 0, Path("a.docx")), "--year: 0: from 1900"),
        (Wanted(None, 2200, Path("a.docx")), "--year: 2200 has not begun"),
        (Wanted(None, 2026, Path("a.pdf")), "write .docx or .md"),
    ],
)
async def test_what_cannot_be_is_told_in_a_line(
    district: District, wanted: Wanted, problem: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        await write(district, wanted)
    assert problem in raised.value.problems[0]


async def test_photos_are_asked_of_telegram_and_keep_nothing_back(
    district: District, tmp_path: Path
) -> None:
    photos = tuple(Media(MediaKind.PHOTO, each) for each in (IDS[0], "unknown"))
    on, number = date(2026, 3, 3), Decimal(1)
    new = NewEntry("b", district.east.id, "home_visits", on, number, media=photos)
    at = NOW.replace(month=12)
    await district.database.write(ledger.record, district.mei.id, new, 0, at, ZONE)
    wanted = Wanted(district.east.code, 2026, tmp_path / "year.docx")
    async with Simulator() as simulator:
        outside = {"bot_api_url": simulator.url, "bot_token": simulator.token}
        for given in ({}, outside):
            settings = read_settings(Settings, _env_file=None, **given)
            assert await write_report(district.database, settings, wanted) == Written(1, 1)
        sent = simulator.world.files.add("photo", drawn(IDS[1]) or b"", file_id="unknown")
        assert await write_report(district.database, settings, wanted) == Written(1, 0)
    assert sent.file_id == "unknown"
    assert len(Document(str(wanted.out)).inline_shapes) == 2


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


LOOPS = "".join(f"{{% for i{n} in 'abcdefghij' %}}" for n in range(12)) + "{% endfor %}" * 12


@pytest.mark.parametrize("endless", [LOOPS, "{{ 'a'|slice(1000000000)|list|length }}"])
async def test_a_template_that_never_ends_is_one_line_and_leaves_no_file(
    district: District, tmp_path: Path, endless: str
) -> None:
    template, out = tmp_path / "own.docx", tmp_path / "year.docx"
    document = Document()
    document.add_paragraph(endless)
    document.save(str(template))
    with pytest.raises(ContentError) as raised:
        await write(district, Wanted(None, 2026, out, template, patience=1.0))
    [problem] = raised.value.problems
    assert problem == f"{template}: not filled after 1 seconds; does a loop ever end?"
    assert not out.exists()
    assert await write(district, Wanted(None, 2026, out)) == 3, "nothing is left of the alarm"

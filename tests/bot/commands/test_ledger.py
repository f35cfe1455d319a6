"""`linli ledger`: a workbook is imported whole or not at all, and can be checked by a program."""

import json
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from bot.commands.ledger import Report, Wish, import_workbook, make_template
from bot.settings import Settings, SettingsError, read_settings
from storage.actions import closings, ledger
from storage.database import Database
from storage.model.closing import Basis, Reckoning, Signing
from storage.model.ledger import EntryState, Sought
from storage.model.moves import Step
from storage.queries import ledger as queries
from storage.queries.closings import sheet
from tests.storage.district import NOW, ZONE, District, founded

SETTINGS = read_settings(Settings, _env_file=None, default_language="en")


@pytest.fixture
async def district(sqlite: Database) -> District:
    return await founded(sqlite)


async def run(district: District, file: Path, code: str, *, dry_run: bool = False) -> Report:
    told: list[tuple[int, int | None]] = []
    wish = Wish(file, code, dry_run)
    return await import_workbook(
        district.database, SETTINGS, wish, lambda *far: told.append(far), lambda: NOW
    )


async def filled(district: District, file: Path, *rows: tuple[object, ...]) -> Path:
    await make_template(district.database, SETTINGS, district.east.code, file, lambda: NOW)
    book = load_workbook(file)
    for row in rows:
        book["Ways of working"].append(row)
    book.save(file)
    return file


async def recorded(district: District) -> list[tuple[str, int]]:
    page = await district.database.read(queries.newest, district.mei, Sought(), 0, ZONE)
    return [(each.indicator, int(each.number)) for each in page.items]


VISIT = ("2026-03-01", "Home and condolence visits (person-times)", 3, "House 3", "")


async def test_a_filled_in_template_is_tried_imported_and_imported_again(
    district: District, tmp_path: Path
) -> None:
    file, code = await filled(district, tmp_path / "a.xlsx", VISIT), district.east.code
    tried = json.loads((await run(district, file, code, dry_run=True)).as_json())
    assert (tried["new"], tried["recorded"]) == (1, None)
    assert await recorded(district) == []
    done = json.loads((await run(district, file, code)).as_json())
    assert (done["recorded"], done["already_there"]) == (1, 0)
    assert done["indicators"] == {"home_visits": {"entries": 1, "number": "3"}}
    assert done["place"]["id"] == district.east.id
    assert await recorded(district) == [("home_visits", 3)]
    again = await run(district, file, code)
    assert (again.recorded, again.plan and again.plan.there) == (0, 1)
    assert again.lines()[0].endswith("0 recorded, 1 there already.")
    assert await recorded(district) == [("home_visits", 3)]


async def test_problems_are_told_and_nothing_is_recorded(
    district: District, tmp_path: Path
) -> None:
    file = await filled(district, tmp_path / "a.xlsx", VISIT, ("2026-03-01", "Visits", -1))
    report = await run(district, file, district.east.code)
    [line] = report.lines()
    assert line.startswith("Ways of working B3 (row 3): There is no indicator “Visits”.")
    [problem] = json.loads(report.as_json())["problems"]
    assert (problem["sheet"], problem["row"], problem["column"]) == ("Ways of working", 3, 2)
    assert problem["key"] == "sheet.near_indicator"
    assert await recorded(district) == []


async def test_what_cannot_be_imported_is_said_in_a_sentence(
    district: District, tmp_path: Path
) -> None:
    file = await filled(district, tmp_path / "a.xlsx", VISIT)
    with pytest.raises(SettingsError, match="there is no place 'nowhere'; there are: "):
        await run(district, file, "nowhere")
    with pytest.raises(SettingsError, match="the template of another place"):
        await run(district, file, district.west.code)
    (tmp_path / "b.xlsx").write_text("a,b,c")
    with pytest.raises(SettingsError, match="plain text"):
        await run(district, tmp_path / "b.xlsx", district.east.code)
    Workbook().save(tmp_path / "c.xlsx")
    with pytest.raises(SettingsError, match="The heads of a ledger were not found"):
        await run(district, tmp_path / "c.xlsx", district.east.code)
    assert await recorded(district) == []


@pytest.mark.parametrize("dry_run", [True, False])
async def test_rows_of_a_closed_year_are_named_and_nothing_is_recorded(
    district: District, tmp_path: Path, dry_run: bool
) -> None:
    old = ("2025-03-01", *VISIT[1:])
    file, of = await filled(district, tmp_path / "a.xlsx", VISIT, old), district.east
    reckoning, mei = Reckoning(Basis("", {}), NOW, ZONE), district.mei.id
    seen = Signing.of(mei, await district.database.read(sheet, of, 2025, reckoning))
    for action in (closings.check, closings.accept, closings.close):
        await district.database.write(action, of.id, 2025, seen, reckoning)
    report = await run(district, file, of.code, dry_run=dry_run)
    [line] = report.lines()
    assert line.startswith("Ways of working A3 (row 3): 2025 is closed for 东湖社区")
    assert "ask the district to reopen the year" in line
    assert await recorded(district) == []


@pytest.mark.parametrize("dry_run", [True, False])
async def test_what_was_voided_and_would_count_again_is_said(
    district: District, tmp_path: Path, dry_run: bool
) -> None:
    file, code = await filled(district, tmp_path / "a.xlsx", VISIT), district.east.code
    assert not any("voided" in line for line in (await run(district, file, code)).lines())
    [entry] = (await district.database.read(queries.newest, district.mei, Sought(), 0, ZONE)).items
    step = Step(EntryState.VOIDED, NOW, district.mei.id, "a slip")
    await district.database.write(ledger.void, entry.id, step, ZONE)
    again = await run(district, file, code, dry_run=dry_run)
    assert any("1 of them were voided before" in line for line in again.lines())

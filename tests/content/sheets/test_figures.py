"""The figures of a place as a workbook: each number where it belongs, with charts."""

import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from content.courses import load_courses
from content.programme import SHIPPED, load_programme
from content.screens.traces import Shelf
from content.sheets.figures import Words, write_figures
from content.sheets.writing import Workbook
from content.texts import load_texts
from storage.actions import ledger, plans
from storage.database import Database
from storage.exporting import Exported
from storage.model.ledger import NewEntry
from storage.model.node import Node
from storage.model.period import Days, year_of
from storage.model.person import Person
from storage.model.plan import NewTargets
from storage.model.refusal import Refusal
from storage.model.roles import Role
from tests.storage.district import NOW, ZONE, District, founded

TODAY = NOW.astimezone(ZONE).date()
PROGRAMME = load_programme(SHIPPED)


@pytest.fixture
async def district(sqlite: Database) -> District:
    return await founded(sqlite)


@dataclass
class Taken:
    """What was written."""

    path: Path
    told: list[int]

    @property
    def book(self) -> Any:
        return load_workbook(self.path)

    def line(self, sheet: str, of: str) -> dict[str, Any]:
        """The row of a sheet that has `of` in one of its first two columns, by the heads."""
        heads, *rows = self.book[sheet].values
        [row] = [row for row in rows if of in row[:2]]
        return dict(zip(heads, row, strict=True))


async def taken(
    district: District, person: Person, node: Node, path: Path, language: str = "zh"
) -> Taken:
    days = Days(year_of(TODAY), ZONE, NOW)
    source = Exported(district.database, person, node, days, PROGRAMME.measures)
    texts = load_texts(ZoneInfo("Asia/Shanghai"), lambda: NOW)
    words = Words(texts.in_(language), Shelf(PROGRAMME, load_courses()))
    told: list[int] = []

    async def far(records: int) -> None:
        told.append(records)

    with Workbook(path, NOW) as book:
        await write_figures(book, source, words, far)
    return Taken(path, told)


async def worked(
    district: District, number: int, on: date, place: str = "", note: str = ""
) -> None:
    kim = await district.staff(f"kim{number}", Role.COMMUNITY, district.east)
    new = NewEntry(f"{number}", district.east.id, "home_visits", on, Decimal(number), place, note)
    await district.database.write(ledger.record, kim.id, new, 0, NOW, ZONE)


async def test_every_figure_stands_against_its_plan_and_the_year_before(
    district: District, tmp_path: Path
) -> None:
    await worked(district, 3, TODAY)
    await worked(district, 4, TODAY.replace(year=TODAY.year - 1))
    targets = NewTargets(district.east.id, TODAY.year, {"home_visits": Decimal(12)})
    await district.database.write(
        plans.set_targets, district.mei.id, targets, PROGRAMME.plannable, NOW, ZONE
    )
    found = await taken(district, district.mei, district.east, tmp_path / "a.xlsx")
    line = found.line("统计", "走访慰问")
    assert (line["计划"], line["完成"], line["完成率（%）"], line["上年同期"]) == (12, 3, 25, 4)
    assert (line["部分"], line["单位"]) == ("工作机制", "人次")
    assert found.book.sheetnames == ["统计", "按月", "明细"]
    rows = list(found.book["统计"].values)
    assert len(rows) == 1 + len(PROGRAMME.indicators)
    with zipfile.ZipFile(found.path) as archive:
        charts = [archive.read(n).decode() for n in archive.namelist() if "charts/chart" in n]
    assert any("'统计'!$D" in each and "'统计'!$E" in each for each in charts) or any(
        "统计!$D" in each and "统计!$E" in each for each in charts
    )


async def test_months_and_communities_stand_side_by_side(
    district: District, tmp_path: Path
) -> None:
    await worked(district, 3, TODAY)
    await worked(district, 2, date(TODAY.year, 1, 15))
    found = await taken(district, district.mei, district.node, tmp_path / "a.xlsx")
    assert found.line("各社区", district.east.name)["走访慰问（人次）"] == 5
    assert found.line("各社区", district.west.name)["走访慰问（人次）"] == 0
    months = list(found.book["按月"].values)
    assert len(months) == 13
    column = months[0].index("走访慰问（人次）")
    assert [row[column] for row in months[1:4]] == [2, 0, 3]


async def test_what_was_counted_stands_in_it_with_its_ids_and_stays_text(
    district: District, tmp_path: Path
) -> None:
    await worked(district, 3, TODAY, "=3号楼", "送米面油")
    await worked(district, 2, TODAY - timedelta(days=40), "+5号楼")
    found = await taken(district, district.mei, district.east, tmp_path / "a.xlsx", "en")
    sheet = found.book["Records"]
    rows = [row for row in sheet.iter_rows(min_row=2) if row[5].value == "ledger"]
    told = [(row[0].value.date(), row[3].value, row[4].value) for row in rows]
    assert told == [
        (TODAY, 3, "=3号楼 · 送米面油"),
        (TODAY - timedelta(days=40), 2, "+5号楼"),
    ]
    assert {row[4].data_type for row in rows} == {"s"}
    assert all(row[6].value.isdecimal() for row in rows)
    assert found.told[-1] == sheet.max_row - 1


async def test_nobody_takes_away_what_they_may_not_see(district: District, tmp_path: Path) -> None:
    kim = await district.kim()
    with pytest.raises(Refusal, match="refused.not_yours"):
        await taken(district, kim, district.west, tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()

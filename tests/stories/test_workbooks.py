"""Staff keep their ledger in a workbook, and take the figures away in one."""

from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from bot.simulator import Message
from storage.model.roles import Role
from tests.stories.conftest import Town


async def test_a_ledger_goes_in_as_a_workbook_and_the_figures_come_out_as_one(
    town: Town, tmp_path: Path
) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.sends_document(b"day,indicator,number", "十一月.xls")
    await kim.sees("纯文本")
    await kim.presses("下载模板")
    template = await kim.sees("“东湖社区”的台账模板")
    (tmp_path / "a.xlsx").write_bytes(file_in(town, template))
    book = load_workbook(tmp_path / "a.xlsx")
    book["工作机制"].append((date(2026, 11, 3), "走访慰问（人次）", 3, "@3号楼", "送米面油"))
    book.save(tmp_path / "b.xlsx")
    filled = (tmp_path / "b.xlsx").read_bytes()
    await kim.sends_document(filled, "十一月.xlsx")
    await kim.sees("将记入 1 笔")
    await kim.presses("导入")
    await kim.sees("新增 1 笔")
    await kim.sends_document(filled, "十一月.xlsx")
    await kim.sees("没有新内容")

    await kim.says("/stats")
    await kim.presses("导出表格")
    given = await kim.sees("的统计表")
    (tmp_path / "c.xlsx").write_bytes(file_in(town, given))
    figures = load_workbook(tmp_path / "c.xlsx")
    [visits] = [row for row in figures["统计"].values if row[1] == "走访慰问"]
    assert visits[4] == 3
    [record] = [row for row in figures["明细"].values if "走访慰问" in str(row[1])]
    assert (record[3], record[4]) == (3, "@3号楼 · 送米面油")


def file_in(town: Town, message: Message) -> bytes:
    found = town.simulator.world.files.find(message.file_id or "")
    assert found is not None
    return found.data

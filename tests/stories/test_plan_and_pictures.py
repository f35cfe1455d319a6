"""A district plans in a workbook for many communities, and takes the table away as pictures."""

from pathlib import Path

from openpyxl import load_workbook

from storage.actions.nodes import add_community
from storage.model.roles import Role
from storage.queries.people import by_telegram_id
from tests.handlers.room import OWNER
from tests.stories.conftest import Town
from tests.stories.test_workbooks import file_in


async def test_twenty_communities_are_planned_in_a_workbook_and_drawn_in_an_album(
    town: Town, tmp_path: Path
) -> None:
    mei = await town.staff("mei", Role.DISTRICT)
    owner = await town.database.read(by_telegram_id, OWNER)
    assert owner is not None
    for number in range(20):
        await town.database.write(add_community, owner.id, f"{number}号院", town.clock.now())
    await mei.says("/plan")
    await mei.presses("用表格填")
    (tmp_path / "a.xlsx").write_bytes(file_in(town, await mei.sees("年的计划表")))
    book = load_workbook(tmp_path / "a.xlsx")
    sheet = book.worksheets[1]
    [row] = [each for each in sheet.iter_rows(min_row=2) if each[1].value == "走访慰问"]
    for cell in row[4:-1]:  # of the communities
        cell.value = 150
    book.save(tmp_path / "b.xlsx")
    await mei.sends_document((tmp_path / "b.xlsx").read_bytes(), "计划.xlsx")
    await mei.sees("将新填 22 项")
    await mei.presses("保存这些计划")
    await mei.sees("改了 22 项")

    await mei.says("/stats 走访慰问")
    await mei.presses("各社区")
    before = len(mei.messages)
    await mei.presses("图片")
    await mei.sees("还有 7 行")
    sent = mei.messages[before:]
    assert len(sent) == 2
    assert all("photo" in each.content for each in sent)

"""A plan as a workbook in chat: staff see what it would change, and then it is saved."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from storage.model.roles import Role
from tests.handlers.room import Room, Talker
from tests.handlers.test_closed_years import SHUT, close
from tests.handlers.test_plan import planned, plans
from tests.handlers.test_workbooks import visits, workbook


async def template(talker: Talker, year: str = "/plan") -> bytes:
    await talker.says(year)
    await talker.presses("📄 用表格填")
    [file] = talker.messages[-1].made
    assert file.path.name.startswith("计划表-")
    return file.made


def filled(made: bytes, fill: Callable[[Any], None]) -> bytes:
    """The template with numbers that somebody put in."""
    book, out = load_workbook(io.BytesIO(made)), io.BytesIO()
    fill(book.worksheets[1])
    book.save(out)
    return out.getvalue()


def put(indicator: str, column: str, number: Any, reason: str = "") -> Callable[[Any], None]:
    def fill(sheet: Any) -> None:
        heads = {cell.value: cell.column for cell in sheet[1]}
        rows = {sheet.cell(n, 2).value: n for n in range(2, sheet.max_row + 1)}
        sheet.cell(rows[indicator], heads[column]).value = number
        if reason:
            sheet.cell(rows[indicator], heads["调整原因"]).value = reason

    return fill


async def test_a_community_fills_in_its_plan_and_sending_it_twice_changes_nothing(
    room: Room,
) -> None:
    kim = await room.staff("kim")
    await plans(room, home_visits=150)
    sheet = filled(await template(kim), put("学习活动", "东湖社区", 24))
    sent = await kim.sends_file("计划.xlsx", sheet)
    assert kim.messages[-1].reply_to == sent
    assert "将新填 1 项，调整 0 项" in kim.screen
    assert "· 东湖社区 学习活动 <b>24</b> 场次" in kim.screen
    assert "和现在一样的：1 项" in kim.screen
    assert await planned(room) == {"home_visits": 150}
    window = kim.window
    [press] = [each for each in kim.carried if each.startswith("plan_import")]
    await kim.presses("保存这些计划")
    assert "改了 1 项" in kim.screen
    assert await planned(room) == {"home_visits": 150, "study_sessions": 24}
    await kim.presses_raw(press, window)
    assert "没有要改的" in kim.screen
    await kim.sends_file("计划.xlsx", sheet)
    assert "没有要改的" in kim.screen
    assert not any("保存" in label for label in kim.buttons)


async def test_a_revision_needs_its_reason_and_keeps_what_was(room: Room) -> None:
    kim = await room.staff("kim")
    await plans(room, home_visits=150)
    made = await template(kim)
    await kim.sends_file("计划.xlsx", filled(made, put("走访慰问", "东湖社区", 160)))
    assert "有 1 处要改，计划一项也没有动" in kim.screen
    assert "现在的计划是 150，改成 160 要写原因" in kim.screen
    assert await planned(room) == {"home_visits": 150}
    sheet = filled(made, put("走访慰问", "东湖社区", 160, "人手增加"))
    await kim.sends_file("计划.xlsx", sheet)
    assert "走访慰问 150 → <b>160</b> 人次（人手增加）" in kim.screen
    await kim.presses("保存这些计划", "看计划", "工作机制", "走访慰问")
    assert "160 人次（人手增加）" in kim.screen
    assert "150 人次" in kim.screen


async def test_a_district_fills_in_the_plans_of_all_its_communities(room: Room) -> None:
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    made = await template(mei, "/plan 2027")

    def fill(sheet: Any) -> None:
        put("走访慰问", "东湖社区", 150)(sheet)
        put("走访慰问", "西山社区", 120)(sheet)
        put("走访慰问", "示范区", 300)(sheet)

    await mei.sends_file("计划.xlsx", filled(made, fill))
    assert "2027 年计划\n将新填 3 项" in mei.screen
    await mei.presses("保存这些计划")
    assert "改了 3 项" in mei.screen
    assert await planned(room, year=2027) == {"home_visits": 150}
    assert await planned(room, "西山社区", 2027) == {"home_visits": 120}
    assert await planned(room, "示范区", 2027) == {"home_visits": 300}


async def test_somebody_elses_community_cannot_be_planned(room: Room) -> None:
    kim, mei = await room.staff("kim"), await room.staff("mei", Role.DISTRICT, "示范区")
    made = await template(mei)
    sheet = filled(made, put("走访慰问", "西山社区", 120))
    await kim.sends_file("计划.xlsx", sheet)
    assert "这是别处的计划表" in kim.screen
    assert await planned(room, "西山社区") == {}
    west = room.communities["西山社区"].id
    await kim.presses_raw(f"plan_template:{west}:2026")
    assert not kim.messages[-1].made


async def test_nothing_of_a_plan_with_a_problem_is_saved(room: Room) -> None:
    kim = await room.staff("kim")
    made = await template(kim)

    def fill(sheet: Any) -> None:
        put("学习活动", "东湖社区", 24)(sheet)
        put("走访慰问", "东湖社区", -3)(sheet)

    await kim.sends_file("计划.xlsx", filled(made, fill))
    assert "有 1 处要改" in kim.screen
    assert "计划数不能是负数" in kim.screen
    assert await planned(room) == {}
    await kim.presses("📄 用表格填")
    assert kim.messages[-1].made


async def test_what_a_colleague_planned_meanwhile_is_shown_first(room: Room) -> None:
    kim = await room.staff("kim")
    await plans(room, home_visits=150)
    sheet = filled(await template(kim), put("走访慰问", "东湖社区", 160, "人手增加"))
    await kim.sends_file("计划.xlsx", sheet)
    await plans(room, home_visits=155, reason="区里调整")
    await kim.presses("保存这些计划")
    assert "走访慰问 155 → <b>160</b>" in kim.screen
    assert await planned(room) == {"home_visits": 155}
    await kim.presses("保存这些计划")
    assert await planned(room) == {"home_visits": 160}


async def test_a_far_year_is_refused_and_a_ledger_is_still_one(room: Room, tmp_path: Path) -> None:
    kim = await room.staff("kim")
    made = await template(kim)

    def far(sheet: Any) -> None:
        sheet.title = "2031年计划"
        sheet.parent["linli"]["A3"] = "2031"
        put("走访慰问", "东湖社区", 3)(sheet)

    await kim.sends_file("计划.xlsx", filled(made, far))
    assert "只能填 2025 年到 2027 年的计划" in kim.screen
    await kim.sends_file("十一月.xlsx", workbook(tmp_path, *visits(room, 3)))
    assert "将记入 <b>1</b> 笔" in kim.screen
    await kim.presses("取消")
    await kim.sends_file("计划.xlsx", filled(made, put("走访慰问", "东湖社区", 3)))
    await kim.presses("取消")
    assert "没有保存，计划没有变" in kim.screen


async def test_a_closed_year_is_told_with_the_cell(room: Room) -> None:
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    made = await template(mei, "/plan 去年")
    await close(room)

    def fill(sheet: Any) -> None:
        put("走访慰问", "西山社区", 120)(sheet)
        put("走访慰问", "东湖社区", 150)(sheet)

    await mei.sends_file("计划.xlsx", filled(made, fill))
    assert "有 1 处要改" in mei.screen
    assert SHUT in mei.screen
    assert await planned(room, "西山社区", 2025) == {}

"""What is wrong with a workbook is told once, where it is, and in the reader's language; nothing of
it is recorded. What people write by habit is understood."""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook

from tests.handlers.room import Room
from tests.handlers.test_plan import planned
from tests.handlers.test_workbooks import HEADS, total

DAY = "2026-03-01"


def sheet(*rows: Sequence[Any], heads: Sequence[str] = HEADS, title: str = "工作机制") -> bytes:
    made, out = Workbook(), io.BytesIO()
    made.active.title = title
    for row in (heads, *rows):
        made.active.append(row)
    made.save(out)
    return out.getvalue()


def visit(on: Any = DAY, indicator: Any = "走访慰问", number: Any = 3) -> bytes:
    return sheet((on, indicator, number))


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (visit(dt.time(9, 30)), "A2（第 2 行）：这里要填日期，例如 2026-11-03。"),
        (visit(True), "A2（第 2 行）：这里要填日期，例如 2026-11-03。"),
        (visit("2月29日"), "2026年没有2月29日。上一个是 2024年2月29日"),
        (visit("2026-02-29"), "上一个是 2024年2月29日"),
        (visit("2027-01-05"), "还没到"),
        (visit("2026-03-01 9:30 3号楼"), "没看懂日期"),
        (visit(indicator="走访慰门"), "项目里没有“走访慰门”，是不是“走访慰问”？"),
        (visit(indicator="打麻将"), "项目里没有“打麻将”，请从下拉菜单里选"),
        (visit(number="50%"), "没看懂数字“50%”"),
        (visit(number="-3"), "数量要大于 0"),
        (visit(number="2.5"), "只能记整数"),
        (sheet((DAY, "走访慰问", 3, "ana"), heads=(*HEADS[:3], "负责人")), "不认识表头“负责人”"),
        (sheet((DAY, "走访慰问", 3, 4), heads=(*HEADS[:3], "数量")), "表头“数量”出现了两次"),
    ],
)
async def test_one_fault_is_one_problem(room: Room, made: bytes, told: str) -> None:
    kim = await room.staff("kim")
    await kim.sends_file("台账.xlsx", made)
    assert "有 1 处要改，一笔也没有记入" in kim.screen
    assert told in kim.screen
    assert "“”" not in kim.screen
    assert await total(room) == 0


@pytest.mark.parametrize(
    "made",
    [
        visit("2026-03-01 14:30"),
        visit("2026/3/1 00:00:00"),
        visit("２０２６－０３－０１"),
        visit(20260301),
        visit(indicator=" 走访 慰问 "),
        visit(indicator="走访慰问（人次）"),
        visit(number="３"),
        visit(number="三户"),
        visit(number="3 人次"),
    ],
)
async def test_what_people_write_by_habit_is_understood(room: Room, made: bytes) -> None:
    kim = await room.staff("kim")
    await kim.sends_file("台账.xlsx", made)
    assert "2026年3月1日–2026年3月1日" in kim.screen
    assert "走访慰问：1 笔，共 3 人次" in kim.screen


async def test_a_problem_is_told_in_the_words_of_whoever_reads_it(room: Room) -> None:
    kim = await room.staff("kim", language="en")
    for made in (
        sheet((DAY, "走访慰问", 3), heads=("a", "b", "c")),
        sheet((DAY, "走访慰问", 3, "ana"), heads=(*HEADS[:3], "who did it")),
        visit(indicator="Home and condolence visit"),
    ):
        seen = len(kim.messages)
        await kim.sends_file("ledger.xlsx", made)
        told = "\n".join(each.text for each in kim.messages[seen:])
        assert "、" not in told
        assert "Day, Indicator, Number" in told or "Is it “Home and condolence visits”?" in told


PLAN = ("项目", "东湖社区", "调整原因")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("学习活动", "50%"), "没看懂数字“50%”"),
        (("学习活门", 5), "是不是“学习活动”"),
        (("学习活动", -5), "不能是负数"),
        (("学习活动", 2.5), "只能是整数"),
        (("学习覆盖率", 120), "比率最多 100 %"),
        (("学习活动", "=1+2"), "这里是公式"),
        (("学习活动", dt.date(2026, 3, 1)), "这里要填数字"),
    ],
)
async def test_the_same_of_a_plan(room: Room, row: Sequence[Any], told: str) -> None:
    kim = await room.staff("kim")
    await kim.sends_file("计划.xlsx", sheet(row, heads=PLAN, title="2026年计划"))
    assert "有 1 处要改，计划一项也没有动" in kim.screen
    assert told in kim.screen
    assert await planned(room) == {}


async def test_a_share_may_be_written_as_one(room: Room) -> None:
    kim = await room.staff("kim")
    made = sheet(("学习 覆盖率", "80%"), heads=PLAN, title="2026年计划")
    await kim.sends_file("计划.xlsx", made)
    assert "学习覆盖率 <b>80</b> %" in kim.screen

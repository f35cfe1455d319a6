"""Staff send a workbook: they see what it would record, and it is recorded when they say so."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from storage.model.figure import Adds, Measure
from storage.model.period import Days, day_of, year_of
from storage.model.roles import Role
from storage.queries.figures.counting import figure
from storage.receipts import handling
from tests.handlers.room import Room, Talker

HEADS = ("日期", "项目", "数量", "地点或对象", "说明")


def workbook(folder: Path, *rows: tuple[Any, ...]) -> bytes:
    made = Workbook()
    made.active.title = "工作机制"
    for row in (HEADS, *rows):
        made.active.append(row)
    made.save(folder / "made.xlsx")
    return (folder / "made.xlsx").read_bytes()


def visits(room: Room, *numbers: Any) -> list[tuple[Any, ...]]:
    today = day_of(room.clock.now(), room.tools.zone)
    return [(today - timedelta(days=n), "走访慰问", each) for n, each in enumerate(numbers)]


async def total(room: Room, community: str = "东湖社区") -> int:
    measure = Measure.of("ledger", Adds.SUM, indicator="home_visits")
    now, zone = room.clock.now(), room.tools.zone
    days = Days(year_of(day_of(now, zone)), zone, now)
    node = room.communities[community]
    return int((await room.database.read(figure, measure, node, days)).number)


async def template_of(kim: Talker, folder: Path) -> Any:
    [file] = kim.messages[-1].made
    (folder / "template.xlsx").write_bytes(file.made)
    return load_workbook(folder / "template.xlsx")


async def test_a_workbook_is_looked_at_imported_once_and_taken_back(
    room: Room, tmp_path: Path
) -> None:
    kim = await room.staff("kim")
    sent = await kim.sends_file("十一月.xlsx", workbook(tmp_path, *visits(room, 3, 2)))
    assert "将记入 <b>2</b> 笔" in kim.screen
    assert "走访慰问：2 笔，共 5人次" in kim.screen.replace(" 人次", "人次")
    assert kim.messages[-1].reply_to == sent
    assert await total(room) == 0
    with handling(7, room.clock.now()):
        await kim.presses("导入")
    assert "新增 2 笔" in kim.screen
    assert await total(room) == 5
    await kim.sends_file("十一月.xlsx", workbook(tmp_path, *visits(room, 3, 2)))
    assert "没有新内容" in kim.screen
    assert "已经在台账里：2 笔" in kim.screen
    await kim.sends_file("再来.xlsx", workbook(tmp_path, *visits(room, 3, 2, 1)))
    await kim.presses("取消")
    assert "没有导入" in kim.screen
    assert await total(room) == 5


async def test_rows_that_are_equal_are_named_before_both_count(room: Room, tmp_path: Path) -> None:
    """A sheet that was copied by mistake counted twice, and nothing was said of it."""
    kim = await room.staff("kim")
    [row, other] = visits(room, 3, 2)
    await kim.sends_file("十一月.xlsx", workbook(tmp_path, row, other, row))
    assert "有 1 笔和表里前面的一行完全一样（工作机制 第 4 行），导入后都会计入" in kim.screen
    assert "请删掉再发一次" in kim.screen
    await kim.sends_file("十一月.xlsx", workbook(tmp_path, *[row] * 6))
    assert "（工作机制 第 3 行、工作机制 第 4 行、工作机制 第 5 行……）" in kim.screen
    await kim.sends_file("十一月.xlsx", workbook(tmp_path, row, other))
    assert "完全一样" not in kim.screen


async def test_a_workbook_may_be_sent_where_a_line_would_be_typed(
    room: Room, tmp_path: Path
) -> None:
    """/log asks what was done, and a workbook tells it: "请点一个按钮" was no answer to it."""
    kim, made = await room.staff("kim"), workbook(tmp_path, *visits(room, 3))
    await kim.says("/log")
    await kim.sends_file("十一月.xlsx", made)
    assert "将记入 <b>1</b> 笔" in kim.screen
    await kim.presses("导入")
    assert await total(room) == 3
    await kim.says("/cancel")
    assert "没有正在填写" in kim.screen, "the form is over"

    await kim.says("/log 走访慰问 5 昨天")
    await kim.sends_file("又来.xlsx", made)
    assert not any("导入" in label for label in kim.buttons), "what was said is not lost"


async def test_an_import_is_taken_back_and_made_anew(room: Room, tmp_path: Path) -> None:
    kim = await room.staff("kim")
    await kim.sends_file("十一月.xlsx", workbook(tmp_path, *visits(room, 3, 2)))
    with handling(7, room.clock.now()):
        await kim.presses("导入")
    await kim.presses("撤销这次导入")
    assert "有 <b>2</b> 笔不再计入" in kim.screen
    assert await total(room) == 5, "it was only asked"
    await kim.presses("不撤销")
    assert "没有撤销" in kim.screen
    await kim.presses("撤销这次导入", "↩️ 撤销")
    assert "2 笔不再计入" in kim.screen
    assert await total(room) == 0
    await kim.presses("导入")
    assert await total(room) == 5


async def test_a_second_press_records_nothing_twice(room: Room, tmp_path: Path) -> None:
    kim = await room.staff("kim")
    await kim.sends_file("十一月.xlsx", workbook(tmp_path, *visits(room, 3)))
    [press] = [each for each in kim.carried if each.startswith("ledger_import")]
    window = kim.window
    await kim.presses_raw(press, window)
    await kim.presses_raw(press, window)
    assert await total(room) == 3


async def test_nothing_is_recorded_of_a_workbook_with_a_problem(room: Room, tmp_path: Path) -> None:
    kim = await room.staff("kim")
    await kim.sends_file("十一月.xlsx", workbook(tmp_path, *visits(room, 3, "=1+1", -2)))
    assert "有 2 处要改，一笔也没有记入" in kim.screen
    assert "工作机制 C3（第 3 行）：这里是公式" in kim.screen
    assert "工作机制 C4（第 4 行）：数量要大于 0" in kim.screen
    assert not any("导入" in label for label in kim.buttons)
    assert await total(room) == 0


async def test_the_template_says_whose_it_is(room: Room, tmp_path: Path) -> None:
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    await mei.presses_raw("ledger_template")
    await mei.presses("西山社区")
    made = await template_of(mei, tmp_path)
    made["工作机制"].append(visits(room, 4)[0])
    made.save(tmp_path / "filled.xlsx")
    filled = (tmp_path / "filled.xlsx").read_bytes()
    await mei.sends_file("台账.xlsx", filled)
    assert "西山社区" in mei.screen
    await mei.presses("导入")
    assert (await total(room, "西山社区"), await total(room)) == (4, 0)
    kim = await room.staff("kim")
    await kim.sends_file("台账.xlsx", filled)
    assert "这是别处的台账模板" in kim.screen
    await mei.sends_file("自己的.xlsx", workbook(tmp_path, *visits(room, 1)))
    assert "没有写是哪个社区的" in mei.screen


@pytest.mark.parametrize(
    ("name", "file", "told"),
    [
        ("台账.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧的 Excel 格式"),
        ("台账.xlsx", "日期,项目,数量".encode(), "纯文本"),
        ("台账.xlsx", b"", "空文件"),
    ],
)
async def test_a_file_that_is_no_workbook_is_told(
    room: Room, name: str, file: bytes, told: str
) -> None:
    kim = await room.staff("kim")
    await kim.sends_file(name, file)
    assert told in kim.screen


async def test_a_workbook_that_is_no_ledger_may_be_meant_for_something_else(
    room: Room, tmp_path: Path
) -> None:
    kim = await room.staff("kim")
    made = Workbook()
    made.active.append(("姓名", "电话"))
    made.save(tmp_path / "a.xlsx")
    await kim.sends_file("通讯录.xlsx", (tmp_path / "a.xlsx").read_bytes())
    assert any("没有找到台账的表头" in each.text for each in kim.messages)
    assert "没有找到台账的表头" not in kim.screen  # what can be done with it stands below


async def test_a_resident_s_workbook_is_a_file_like_any_other(room: Room, tmp_path: Path) -> None:
    bo = await room.resident("bo")
    await bo.sends_file("十一月.xlsx", workbook(tmp_path, *visits(room, 3)))
    assert not any("导入" in label for label in bo.buttons)
    assert await total(room) == 0


async def test_a_button_whose_file_is_gone_says_so(room: Room) -> None:
    kim = await room.staff("kim")
    node = room.communities["东湖社区"]
    assert "请再发一次" in await kim.presses_raw(f"ledger_import:{node.id}")


async def test_figures_go_out_as_a_workbook_and_as_plain_tables(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log 走访慰问 3 今天")
    await kim.says("=1+1")
    await kim.presses("地点或对象", "保存")
    await kim.says("/stats")
    await kim.presses("导出表格")
    [book] = kim.messages[-1].made
    assert book.path.name == "统计-东湖社区-20260101-20261231.xlsx"
    await kim.presses("纯表格（CSV）")
    files = {file.path.name: file.made.decode("utf-8-sig") for file in kim.messages[-1].made}
    assert {name.rpartition("-")[2] for name in files} == {"统计.csv", "按月.csv", "明细.csv"}
    records = next(text for name, text in files.items() if name.endswith("明细.csv"))
    assert ',3,"\'=1+1",' in records


async def test_the_month_s_figures_are_asked_for_and_ended_with_one_press(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/stats")
    await kim.presses("导出表格", "每月1日发给我")
    assert "每月 1 日上午，把<b>东湖社区</b>上个月的统计表发给您" in kim.screen
    await kim.says("/settings")
    await kim.presses("每月统计表（1）")
    assert "· 东湖社区" in kim.screen
    await kim.presses("✕ 东湖社区")
    assert "不再每月发送<b>东湖社区</b>" in kim.screen
    await kim.says("/settings")
    assert not [label for label in kim.buttons if "每月" in label]

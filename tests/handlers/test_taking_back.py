"""An import is taken back with one press and a question; what somebody changed since is named and
stays."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from storage.actions import ledger
from storage.model.ledger import EntryState, NewEntry
from storage.model.moves import Step
from storage.model.roles import Role
from storage.queries.people import by_telegram_id
from storage.receipts import handling
from storage.tables import entries, targets
from tests.handlers.room import Room, Talker
from tests.handlers.test_closed_years import SHUT, close
from tests.handlers.test_plan import planned, plans
from tests.handlers.test_plan_sheets import filled, put, template
from tests.handlers.test_workbooks import total, visits, workbook
from tests.storage.district import rows_of


async def test_what_somebody_changed_since_an_import_is_named_and_left_alone(
    room: Room, tmp_path: Path
) -> None:
    kim = await room.staff("kim")
    await kim.sends_file("十一月.xlsx", workbook(tmp_path, *visits(room, 3, 2, 7)))
    with handling(7, room.clock.now()):
        await kim.presses("导入")
    [undo] = [each for each in kim.carried if each.startswith("undo_import")]
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    await void(room, mei, 2)
    await put_right(room, mei, 7, 9)
    await kim.presses("撤销这次导入")
    assert "有 <b>1</b> 笔不再计入" in kim.screen
    told = [line for line in kim.screen.splitlines() if line.startswith("·")]
    assert len(told) == 2
    assert "走访慰问 7 人次" in told[0]
    assert "改成了 9 人次" in told[0]
    assert "走访慰问 2 人次" in told[1]
    assert "作废了" in told[1]
    assert all(line.endswith("mei") for line in told)
    await kim.presses("↩️ 撤销")
    assert "1 笔不再计入" in kim.screen
    assert "改成了 9 人次" in kim.screen
    assert await total(room) == 9
    assert "没有可以撤销的了" in await kim.presses_raw(undo)
    assert await total(room) == 9


async def test_an_import_into_a_year_that_was_closed_since_stays(
    room: Room, tmp_path: Path
) -> None:
    kim = await room.staff("kim")
    row = (date(2025, 6, 2), "走访慰问", 3)
    await kim.sends_file("旧.xlsx", workbook(tmp_path, row, *visits(room, 2)))
    with handling(7, room.clock.now()):
        await kim.presses("导入")
    await close(room)
    assert SHUT in await kim.presses("撤销这次导入")
    assert await total(room) == 2


async def step_of(room: Room, by: Talker, to: EntryState) -> Step:
    person = await room.database.read(by_telegram_id, by.id)
    assert person is not None
    return Step(to, room.clock.now(), person.id, "记错了")


async def entry_with(room: Room, number: int) -> Any:
    found = await room.database.read(rows_of, entries)
    return next(row for row in found if row.thousandths == number * 1000)


async def void(room: Room, by: Talker, number: int) -> None:
    entry, step = await entry_with(room, number), await step_of(room, by, EntryState.VOIDED)
    await room.database.write(ledger.void, entry.id, step, room.tools.zone)


async def put_right(room: Room, by: Talker, number: int, better: int) -> None:
    entry, step = await entry_with(room, number), await step_of(room, by, EntryState.REPLACED)
    on = entry.at.date()
    new = NewEntry("better", entry.node_id, "home_visits", on, Decimal(better))
    await room.database.write(ledger.put_right, entry.id, new, 0, step, room.tools.zone)


async def with_a_plan(room: Room) -> Talker:
    """Kim, who revised a target, set one, and took one away, by one workbook."""
    kim = await room.staff("kim")
    await plans(room, home_visits=150, lectures=4)
    made = await template(kim)

    def fill(sheet: Any) -> None:
        put("走访慰问", "东湖社区", 160, "人手增加")(sheet)
        put("学习活动", "东湖社区", 24)(sheet)
        put("专题讲座", "东湖社区", "不列", "并入学习活动")(sheet)

    await kim.sends_file("计划.xlsx", filled(made, fill))
    with handling(7, room.clock.now()):
        await kim.presses("保存这些计划")
    assert await planned(room) == {"home_visits": 160, "study_sessions": 24}
    return kim


async def test_a_plan_that_was_imported_is_what_it_was_and_nothing_is_deleted(room: Room) -> None:
    kim = await with_a_plan(room)
    rows = len(await room.database.read(rows_of, targets))
    await kim.presses("撤销这次导入")
    assert "走访慰问 160 → <b>150</b> 人次" in kim.screen
    assert "学习活动 24 → <b>不列计划</b>" in kim.screen
    assert "专题讲座 不列计划 → <b>4</b> 场次" in kim.screen
    assert await planned(room) == {"home_visits": 160, "study_sessions": 24}, "it was only asked"
    await kim.presses("不撤销", "撤销这次导入", "↩️ 撤销")
    assert "2026 年计划有 3 项改回了导入以前的" in kim.screen
    assert await planned(room) == {"home_visits": 150, "lectures": 4}
    assert len(await room.database.read(rows_of, targets)) == rows + 2
    await kim.presses("看计划", "工作机制", "走访慰问")
    assert "150 人次（撤销了表格里的计划）" in kim.screen
    assert "160 人次（人手增加）" in kim.screen


async def test_a_plan_is_taken_back_once(room: Room) -> None:
    kim = await with_a_plan(room)
    [undo] = [each for each in kim.carried if each.startswith("undo_plan_import")]
    await kim.presses("撤销这次导入", "↩️ 撤销")
    assert "没有可以撤销的了" in await kim.presses_raw(undo)
    assert await planned(room) == {"home_visits": 150, "lectures": 4}


async def test_a_target_that_was_planned_anew_since_is_named_and_stays(room: Room) -> None:
    kim = await with_a_plan(room)
    await plans(room, home_visits=170, lectures=6, reason="区里调整")
    await kim.presses("撤销这次导入")
    assert "走访慰问：现在是 170 人次" in kim.screen
    assert "专题讲座：现在是 6 场次" in kim.screen
    await kim.presses("↩️ 撤销")
    assert "有 1 项改回了导入以前的" in kim.screen
    assert "走访慰问：现在是 170 人次" in kim.screen
    assert await planned(room) == {"home_visits": 170, "lectures": 6}


async def test_a_target_that_was_changed_there_and_back_was_changed(room: Room) -> None:
    kim = await with_a_plan(room)
    await plans(room, home_visits=170, reason="区里调整")
    await plans(room, home_visits=160, reason="还是原来的")
    await kim.presses("撤销这次导入", "↩️ 撤销")
    assert await planned(room) == {"home_visits": 160, "lectures": 4}


async def test_a_plan_of_a_year_that_was_closed_since_stays(room: Room) -> None:
    kim = await room.staff("kim")
    sheet = filled(await template(kim, "/plan 去年"), put("走访慰问", "东湖社区", 120))
    await kim.sends_file("计划.xlsx", sheet)
    with handling(7, room.clock.now()):
        await kim.presses("保存这些计划")
    await close(room)
    assert SHUT in await kim.presses("撤销这次导入")
    assert await planned(room, year=2025) == {"home_visits": 120}


async def test_a_plan_of_the_whole_district_is_not_taken_back_by_a_community(room: Room) -> None:
    mei, kim = await room.staff("mei", Role.DISTRICT, "示范区"), await room.staff("kim")

    def fill(sheet: Any) -> None:
        put("走访慰问", "东湖社区", 150)(sheet)
        put("走访慰问", "西山社区", 120)(sheet)

    await mei.sends_file("计划.xlsx", filled(await template(mei), fill))
    with handling(7, room.clock.now()):
        await mei.presses("保存这些计划")
    east = room.communities["东湖社区"].id
    await kim.presses_raw(f"undo_plan_import_yes:{east}:2026:7")
    assert await planned(room) == {"home_visits": 150}
    await mei.presses("撤销这次导入", "↩️ 撤销")
    assert (await planned(room), await planned(room, "西山社区")) == ({}, {})

"""A closed year, wherever somebody would write into it: one sentence that says what to do, at the
first moment at which it is known, and nothing is lost."""

import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from handlers.staff.closings import reckoning_of
from storage.actions import closings, ledger
from storage.actions.suggestions import decide, submit
from storage.model.closing import Signing
from storage.model.ledger import NewEntry
from storage.model.suggestion import Answer, NewSuggestion, SuggestionState
from storage.queries import closings as queries
from storage.queries.people import by_telegram_id
from storage.receipts import handling
from storage.tables import entries, targets
from tests.handlers.room import OWNER, Room, Talker
from tests.handlers.test_workbooks import visits, workbook
from tests.storage.district import rows_of

YEAR = 2025
SHUT = "东湖社区 2025 年已经封账，不能再记、再改。要改，请区里在 /close 里重新打开这一年。"
IN_IT = date(YEAR, 6, 2)


async def owner(room: Room) -> int:
    found = await room.database.read(by_telegram_id, OWNER)
    assert found is not None
    return found.id


async def visited(room: Room, number: int, on: date = IN_IT) -> int:
    node, write = room.communities["东湖社区"], room.database.write
    new = NewEntry(f"{on} {number}", node.id, "home_visits", on, Decimal(number))
    by, now = await owner(room), room.clock.now()
    return await write(ledger.record, by, new, 0, now, room.tools.zone)


async def close(room: Room) -> None:
    """The year of the eastern community is closed."""
    node, by = room.communities["东湖社区"], await owner(room)
    reckoning = reckoning_of(room.tools)
    sheet = await room.database.read(queries.sheet, node, YEAR, reckoning)
    for action in (closings.check, closings.accept, closings.close):
        given = (node.id, YEAR, Signing.of(by, sheet), reckoning)
        await room.database.write(action, *given)


async def written(room: Room) -> list[tuple[object, ...]]:
    """All that stands in the ledger and the plan."""
    read = room.database.read
    return [tuple(row) for table in (entries, targets) for row in await read(rows_of, table)]


def heard(by: Talker) -> str:
    """What they were told last, as messages and above the chat."""
    toasts = list(by.room.phones.toasts.values())
    return "".join([*(each.text for each in by.messages[-3:]), *toasts])


@pytest.mark.parametrize(
    ("said", "pressed", "then"),
    [
        (("走访慰问 3 2025-06-02",), ("记台账",), "哪一天"),
        (("/log 走访慰问 3 2025年6月2日 3号楼",), (), "哪一天"),
        (("/log", "走访慰问 3 2025年6月2日"), (), "哪一天"),
        (("/log", "走访慰问", "2025-06-02"), (), "哪一天"),
        (("/log 走访慰问 3", "2025-06-02"), (), "确认"),
    ],
)
async def test_a_day_of_it_is_refused_and_asked_anew_with_the_rest_kept(
    room: Room, said: tuple[str, ...], pressed: tuple[str, ...], then: str
) -> None:
    await close(room)
    kim = await room.staff("kim")
    for each in said:
        await kim.says(each)
    await kim.presses(*pressed)
    assert SHUT in heard(kim)
    assert then in kim.form
    await kim.says("昨天")
    if "多少" in kim.form:
        await kim.says("3")
    await kim.presses("保存")
    [entry] = await written(room)
    assert 3000 in entry, "all that was said but the day is there"


async def test_the_year_is_closed_while_the_form_is_open(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log 走访慰问 3 2025年12月2日")
    await close(room)
    await kim.presses("保存")
    assert SHUT in heard(kim)
    assert await written(room) == []
    await kim.says("昨天")
    await kim.presses("保存")
    assert len(await written(room)) == 1


@pytest.mark.parametrize("button", ["更正", "作废"])
async def test_an_entry_of_it_is_neither_put_right_nor_voided(room: Room, button: str) -> None:
    entry = await visited(room, 3)
    await close(room)
    before = await written(room)
    kim = await room.staff("kim")
    await kim.presses_raw(f"entry:{entry}")
    await kim.presses(button)
    assert SHUT in heard(kim)
    assert not await kim.forms(), "nobody writes a reason for nothing"
    await kim.presses_raw(f"entry_undo:{entry}")
    assert await written(room) == before


async def test_an_entry_is_not_moved_into_it(room: Room) -> None:
    entry = await visited(room, 3, date(2026, 3, 1))
    await close(room)
    before = await written(room)
    kim = await room.staff("kim")
    await kim.presses_raw(f"entry_correct:{entry}")
    await kim.says("2025-06-02")
    assert SHUT in heard(kim)
    assert await written(room) == before


@pytest.mark.parametrize("press", ["set_plan:2:2025", "set_target:2:2025:home_visits"])
async def test_targets_of_it_are_not_asked(room: Room, press: str) -> None:
    await close(room)
    kim = await room.staff("kim")
    await kim.presses_raw(press)
    assert SHUT in heard(kim)
    assert not await kim.forms()


async def test_a_workbook_names_each_row_of_it_and_records_nothing(
    room: Room, tmp_path: Path
) -> None:
    await visited(room, 7)
    await close(room)
    before = await written(room)
    kim = await room.staff("kim")
    there, new = (IN_IT, "走访慰问", 7), (IN_IT, "走访慰问", 8)
    await kim.sends_file("台账.xlsx", workbook(tmp_path, there, *visits(room, 2), new))
    assert "有 1 处要改，一笔也没有记入" in kim.screen
    assert f"工作机制 A4（第 4 行）：{SHUT}" in kim.screen, "what is there already may stand in it"
    assert await written(room) == before


async def test_a_workbook_that_was_looked_at_before_is_looked_at_again(
    room: Room, tmp_path: Path
) -> None:
    kim = await room.staff("kim")
    await kim.sends_file("台账.xlsx", workbook(tmp_path, (IN_IT, "走访慰问", 8)))
    await close(room)
    await kim.presses("导入")
    assert SHUT in heard(kim)
    assert await written(room) == []


async def test_an_import_is_not_taken_back_by_half(room: Room, tmp_path: Path) -> None:
    kim = await room.staff("kim")
    rows = ((IN_IT, "走访慰问", 8), *visits(room, 2))
    await kim.sends_file("台账.xlsx", workbook(tmp_path, *rows))
    with handling(7, room.clock.now()):
        await kim.presses("导入")
    await close(room)
    before = await written(room)
    room.clock.at += timedelta(minutes=1)
    await kim.presses("撤销这次导入")
    assert SHUT in heard(kim)
    assert await written(room) == before


async def test_figures_and_plan_of_it_say_what_was_closed_and_what_changed(room: Room) -> None:
    bo, kim = await room.resident("bo"), await room.staff("kim")
    write, zone = room.database.write, room.tools.zone
    then = room.clock.now().replace(year=YEAR)
    author, by = [await room.database.read(by_telegram_id, each.id) for each in (bo, kim)]
    assert author is not None
    assert by is not None
    said = NewSuggestion("s", "repairs", "路灯坏了", (), anonymous=False)
    made = await write(submit, author.id, said, then, zone)
    await close(room)
    room.clock.at += timedelta(days=1)
    for state in (SuggestionState.ADOPTED, SuggestionState.IMPLEMENTED):
        await write(decide, by.id, made.id, Answer(state, "已办"), room.clock.now(), zone)
    await kim.says("/stats 去年")
    assert "🔒 周一 11月23日 已封账" in kim.screen
    assert "<b>1 条</b>（封账 0）" in kim.screen
    await kim.presses("🖼")
    assert "已封账，这里是现在的数" in kim.messages[-1].text
    await kim.says("/stats 去年")
    await kim.presses("导出表格")
    sheet = load_workbook(io.BytesIO(kim.messages[-1].made[-1].made)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][-1] == "封账"
    assert [row[4::3] for row in rows if row[1] == "其中已采纳"] == [[1, 0]]
    await kim.presses_raw(f"figure:2:{YEAR}0101-{YEAR}1231:suggestions_adopted")
    assert "已封账，封账的数是 0，后来变了" in kim.screen
    await kim.says("/plan 去年")
    assert "🔒 周一 11月23日 已封账，计划不能再改。" in kim.screen
    assert not any("填计划" in each for each in kim.buttons)
    await kim.presses("考核得分", "打开封账")
    assert "其中已办结 0 → <b>1</b> 条（1 条记录，最后是 周二 11月24日 kim 改的）" in kim.screen
    await kim.presses("明细")
    assert "路灯坏了" in kim.screen
    await kim.says("/stats")
    assert "已封账" not in kim.screen

"""At the door: people check themselves in with the code that is shown there."""

import io
from datetime import timedelta
from pathlib import Path

import zxingcpp
from openpyxl import load_workbook
from PIL import Image

from bot.simulator import Message
from storage.model.roles import Role
from storage.queries import events as queries
from tests.stories.conftest import Town
from tests.stories.test_events import an_event
from tests.stories.test_workbooks import file_in


def digits_on(shown: Message) -> str:
    return shown.text.split("签到码 ")[1][:4]


def scanned(town: Town, shown: Message) -> str:
    """The payload that a telephone reads on the picture."""
    stored = town.simulator.world.files.find(shown.file_id or "")
    assert stored is not None
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(stored.data)))
    return str(code.text).partition("?start=")[2]


async def test_people_check_in_by_scanning_and_by_typing_and_nobody_twice(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana, bo = await town.resident("ana"), await town.resident("bo")
    event_id = await an_event(town)
    await ana.presses("我要报名")
    await ana.sees("您已报名")
    event = await town.database.read(queries.by_id, event_id)
    town.clock.advance(event.attendance_at - town.clock.now())
    await kim.presses_raw(kim.last, f"roster:{event_id}")
    await kim.sees("到场 0 / 报名 1")
    await kim.presses("签到码")
    shown = await kim.sees("请大家扫码")
    old = scanned(town, shown)
    await ana.opens(old)
    await ana.sees("签到成功")
    await ana.opens(old)
    await ana.sees("已经签过到了")
    await bo.says(digits_on(shown))
    await bo.sees("按现场参加记下了")
    before = shown.file_id
    town.clock.advance(timedelta(minutes=5))
    assert await kim.chat.signal.until(lambda: shown.file_id != before or None, 60)  # by itself
    mei = town.person("mei")
    await mei.opens(old)
    await mei.presses("同意并开始")
    await mei.sees("过期了")
    await mei.opens(scanned(town, shown))  # the picture that stands there is another one now
    await mei.sees("签到成功")
    await kim.presses("名单")
    roster = await kim.sees("到场 3 / 报名 1")
    assert "其中现场参加 2" in roster.text


async def test_walk_ins_are_added_by_name_and_by_number_and_a_paper_list_comes_the_next_day(
    town: Town, tmp_path: Path
) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana, _ = await town.resident("ana"), await town.resident("bo")
    event_id = await an_event(town)
    await ana.presses("我要报名")
    await ana.sees("您已报名")
    town.clock.advance(timedelta(days=2))
    await kim.presses_raw(kim.last, f"roster:{event_id}")
    await kim.sees("到场 0 / 报名 1")
    await kim.presses("找人")
    await kim.sees("找谁")
    await kim.says("bo")
    await kim.presses("○ bo")
    await kim.sees_button("✅ bo（现场）")
    await kim.presses("好了")
    await kim.sees("到场 1 / 报名 1")
    await kim.presses("不记名")
    await kim.presses("+5")
    await kim.sees("不记名到场 5 人")
    await kim.presses("返回")
    await kim.sees("另有不记名 5")
    await kim.presses("更多")
    await kim.presses("纸质名单")
    (tmp_path / "a.xlsx").write_bytes(file_in(town, await kim.sees("打印出来")))
    town.clock.advance(timedelta(days=1))
    book = load_workbook(tmp_path / "a.xlsx")
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet["A"]] == ["姓名", "ana", "bo"]
    sheet["C2"] = "到"
    sheet["D4"] = 4
    book.save(tmp_path / "b.xlsx")
    await kim.sends_document((tmp_path / "b.xlsx").read_bytes(), "名单.xlsx")
    await kim.sees("到场 1 人")
    await kim.presses("记下来")
    await kim.sees("又记下到场 1 人、未到场 0 人、不记名 4 人")
    await kim.presses("名单")
    await kim.sees("到场 2 / 报名 1")
    await kim.sees("其中现场参加 1 · 另有不记名 9 · 未到场 0")

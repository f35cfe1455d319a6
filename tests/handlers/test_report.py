"""The annual summary in the chat: of a place and year, as a Word file."""

import pytest

from storage.actions.nodes import add_community
from storage.model.roles import Role
from storage.queries.people import by_telegram_id
from tests.handlers.room import OWNER, Room


async def test_staff_get_the_summary_of_their_community_as_a_word_file(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/report")
    assert "东湖社区" in kim.screen
    assert "其他地方" not in kim.buttons, "there is none that kim could see"
    assert "请稍等" in await kim.presses("生成 Word 文件")
    assert kim.messages[-1].media == 1
    assert "东湖社区20" in kim.screen
    assert "【请补充" in kim.screen


async def test_the_district_s_holds_every_community_and_any_year_can_be_had(room: Room) -> None:
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    await mei.says("/report")
    this_year = next(label for label in mei.buttons if label.endswith("年"))
    await mei.presses(this_year)
    assert this_year.removesuffix(" 年") in mei.screen
    await mei.presses("生成 Word 文件")
    assert "个地方" in mei.screen
    await mei.says("/report")
    await mei.presses("其他地方", "西山社区")
    assert "西山社区" in mei.screen
    await mei.presses("生成 Word 文件")
    assert "西山社区20" in mei.screen


@pytest.mark.parametrize(
    ("said", "year"), [("去年", 2025), ("2024", 2024), ("2024年", 2024), ("", 2026)]
)
async def test_the_year_stands_behind_the_command(room: Room, said: str, year: int) -> None:
    kim = await room.staff("kim")
    await kim.says(f"/report {said}".strip())
    assert f"{year} 年度工作总结" in kim.screen


async def test_of_a_year_to_come_there_is_nothing_to_sum_up(room: Room) -> None:
    kim = await room.staff("kim")
    east = room.communities["东湖社区"].id
    await kim.says("/report 明年")
    assert "2027 年还没到，没有可总结的" in kim.screen
    for press in (f"report:{east}:2027", f"report_word:{east}:2199"):
        assert "年还没到" in await kim.presses_raw(press)


@pytest.mark.parametrize("command", ["/report", "/close"])
async def test_a_year_that_is_none_is_asked_for(room: Room, command: str) -> None:
    kim = await room.staff("kim")
    for said in ("9999", "西山社区", "13月", "2025 2026", "去年和今年"):
        await kim.says(f"{command} {said}")
        assert "没看懂是哪一年，请写成 2025 或 去年" in kim.screen


@pytest.mark.parametrize(
    ("command", "title"), [("/report", "年度工作总结"), ("/close", "年度封账"), ("/plan", "年计划")]
)
async def test_the_district_names_a_place_behind_the_command(
    room: Room, command: str, title: str
) -> None:
    """As behind /stats, in any order; and of two that may be meant none is guessed."""
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    for said in ("西山", "西山社区 2025", "去年 西山社区"):
        await mei.says(f"{command} {said}")
        assert title in mei.screen
        assert "西山社区" in mei.screen
        assert said == "西山" or "2025" in mei.screen
    owner = await room.database.read(by_telegram_id, OWNER)
    assert owner is not None
    await room.database.write(add_community, owner.id, "西山村", room.clock.now())
    more = " 走访慰问 150" if command == "/plan" else ""
    await mei.says(f"{command} 西山{more}")
    assert "可能是几个地方：西山社区、西山村" in mei.screen
    await mei.says(f"{command} 西山村{more}")
    assert title in mei.screen or more
    assert "西山村" in mei.screen

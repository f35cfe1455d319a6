"""The annual summary in the chat: of a place and year, as a Word file."""

from storage.model.roles import Role
from tests.handlers.room import Room


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

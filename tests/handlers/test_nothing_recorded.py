"""Figures and summaries of a time in which nothing was recorded say so, and what to do: no row of
noughts that could be taken for what was reached."""

from datetime import date, datetime

from storage.model.roles import Role
from tests.handlers.room import Room
from tests.handlers.test_closed_years import close
from tests.handlers.test_figures import held, recorded

NOTHING = "📭 以上各项在这段时间还没有记录"
TO_DO = "其他工作由工作人员用 /log 记台账，也可以补记"


async def test_figures_of_a_year_without_any_say_so_and_what_to_do(room: Room) -> None:
    kim, viewer = await room.staff("kim"), await room.staff("bo", Role.VIEWER)
    await room.member("ana")  # is on the register, and did nothing
    for who in (kim, viewer):
        for said in ("今年", "去年", "2024年", "上个月"):
            await who.says(f"/stats {said}")
            assert NOTHING in who.screen, said
            assert TO_DO in who.screen, said
    await kim.presses("全部指标")
    assert NOTHING in kim.screen
    await kim.says("/stats 明年")
    assert NOTHING not in kim.screen, "of days to come nobody expects any"


async def test_once_there_is_something_nothing_more_is_said(room: Room) -> None:
    kim = await room.staff("kim")
    await held(room, "讲座", datetime.fromisoformat("2026-11-20T10:00:00+08:00"), said=False)
    await kim.says("/stats 今年")
    assert "场未确认" in kim.screen
    assert NOTHING not in kim.screen, "there is one to be confirmed"
    await recorded(room, 3, date(2025, 3, 1))
    await kim.says("/stats 去年")
    assert NOTHING not in kim.screen
    await kim.says("/stats 2024年")
    assert NOTHING in kim.screen


async def test_of_a_closed_year_nothing_can_be_recorded_any_more(room: Room) -> None:
    kim = await room.staff("kim")
    await close(room)
    await kim.says("/stats 去年")
    assert NOTHING in kim.screen
    assert TO_DO not in kim.screen


async def test_an_english_reader_is_told_the_same(room: Room) -> None:
    kim = await room.staff("kim", language="en")
    await kim.says("/stats last year")
    assert "📭 None of this is recorded for this time yet. Events that took place" in kim.screen


async def test_staff_are_told_that_a_summary_is_of_nothing(room: Room) -> None:
    kim, mei = await room.staff("kim"), await room.staff("mei", Role.DISTRICT, "示范区")
    await kim.says("/report")
    await kim.presses("生成 Word 文件")
    assert "📭 这一年还没有任何记录，文件里的数都是 0" in kim.screen
    await recorded(room, 3, date(2026, 3, 1))
    await kim.says("/report")
    await kim.presses("生成 Word 文件")
    assert "📭" not in kim.screen
    await mei.says("/report")
    await mei.presses("生成 Word 文件")
    assert "📭 其中 1 个地方这一年还没有任何记录" in mei.screen, "the west has none"

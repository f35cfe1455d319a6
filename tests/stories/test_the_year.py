"""A whole year of a community in ten minutes: planned, lived, recorded, behind, caught up, summed
up, closed, and changed by a late answer that everybody sees."""

from datetime import datetime

from storage.model.roles import Role
from tests.stories.conftest import Town
from tests.stories.people import Neighbour

JANUARY = datetime.fromisoformat("2026-01-12T10:00:00+08:00")


async def test_a_whole_year(town: Town) -> None:
    town.clock.move_to(JANUARY)
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    mei = await town.staff("mei", Role.DISTRICT)
    ana, bo = await town.member("ana"), await town.resident("bo")
    await _plans(kim)
    await _lives(town, kim, ana, bo)
    await _falls_behind_and_catches_up(town, kim)
    await _sums_up(town, kim)
    await _closes(town, kim, mei)
    await _is_changed_late(kim, mei)


async def _plans(kim: Neighbour) -> None:
    await kim.says("/plan")
    await kim.presses("填计划")
    await kim.says("走访慰问 40\n公共服务活动 1\n其中已采纳 1")
    await kim.presses("保存")
    await kim.sees("走访慰问 未填报（计划 40 人次）")


async def _lives(town: Town, kim: Neighbour, ana: Neighbour, bo: Neighbour) -> None:
    """Spring: a study item, a suggestion, and an event that two sign up for and one comes to."""
    town.clock.move_to(datetime.fromisoformat("2026-03-09T10:00:00+08:00"))
    await kim.pushes()
    await ana.presses("已学习")
    await bo.suggests("3号楼的路灯坏了", number="2026-0001")
    await kim.answers("2026-0001")
    await bo.sees("本周更换")
    await kim.posts_event("义诊进社区", day="3月14日")
    for person in (ana, bo):
        assert "已报名" in (await person.presses("我要报名") or "")
    await kim.presses("名单")
    town.clock.move_to(datetime.fromisoformat("2026-03-14T11:00:00+08:00"))
    await kim.presses("刷新")
    await kim.presses("○ ana")
    await kim.sees("到场 1 / 报名 2")
    await _records(kim, "走访慰问 12 3月13日")


async def _records(kim: Neighbour, line: str) -> None:
    await kim.says(f"/log {line}")
    await kim.sees("请确认")
    await kim.presses("保存")
    await kim.sees("已记：走访慰问")


async def _falls_behind_and_catches_up(town: Town, kim: Neighbour) -> None:
    town.clock.move_to(datetime.fromisoformat("2026-10-09T09:05:00+08:00"))
    await kim.sees("2026 年计划有 1 项落后")
    await kim.presses("看差距")
    await kim.sees("🔴 走访慰问 12/40 人次")
    await _records(kim, "走访慰问 30 10月9日")
    await kim.says("/plan")
    await kim.sees("🔴 落后 0")


async def _sums_up(town: Town, kim: Neighbour) -> None:
    town.clock.move_to(datetime.fromisoformat("2026-12-20T10:00:00+08:00"))
    await kim.says("/report")
    await kim.presses("生成 Word 文件")
    await kim.sees("东湖社区2026年度工作总结")


async def _closes(town: Town, kim: Neighbour, mei: Neighbour) -> None:
    town.clock.move_to(datetime.fromisoformat("2027-01-08T10:00:00+08:00"))
    await kim.says("/close")
    await kim.sees("走访慰问 42/40 人次")
    await kim.presses("核对无误")
    await kim.sees("已核对")
    await mei.says("/close")
    await mei.does("各社区", "东湖社区", "认可", "封账", "确认封账")
    await kim.sees("区里已经封账，这一年不能再记、再改")


async def _is_changed_late(kim: Neighbour, mei: Neighbour) -> None:
    """No entry goes into the closed year; who carries a suggestion out afterwards, or ticks
    somebody, is seen."""
    await kim.says("/log 走访慰问 2 2026年12月31日")
    await kim.sees("东湖社区 2026 年已经封账")
    await kim.says("/inbox")
    await kim.presses("2026-0001")
    await kim.presses("已办结")
    await kim.says("路灯修好了")
    await kim.presses("发送")
    await mei.says("/close")
    await mei.does("各社区", "东湖社区")
    await mei.sees("封账以后有变化（封账的数没有改）")
    await mei.sees("其中已办结 0 → 1 条")

"""After an event: whoever posted it is asked, and only what they confirm counts."""

from datetime import datetime

from storage.model.roles import Role
from tests.stories.conftest import Town

BEGINS = datetime.fromisoformat("2026-11-28T09:30:00+08:00")
ASKED = datetime.fromisoformat("2026-11-28T12:30:00+08:00")


async def test_a_confirmed_event_counts_and_an_unconfirmed_one_stands_beside(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana")
    await kim.posts_event("健康义诊", day="11月28日", at="9:30")
    await kim.posts_event("消防演练", day="11月28日", at="9:30")
    await ana.sees("消防演练")
    await ana.presses("我要报名")
    await kim.presses("名单")
    town.clock.advance(BEGINS - town.clock.now())
    await kim.presses("刷新")
    await kim.sees("到场 0 / 报名 1")
    await kim.presses("○ ana")
    await kim.sees_button("✅ ana")

    town.clock.advance(ASKED - town.clock.now())
    await kim.sees("已签到 1 人，报名 1 人")
    await kim.says("/stats 公共服务活动")
    await kim.sees("0 场次")
    await kim.sees("另有 2 场未确认，未计入")
    await kim.says("/staff")
    await kim.does("活动", "消防演练", "办了")
    await kim.sees("已确认：办了，到场 1 人")
    await kim.says("/stats 公共服务活动")
    await kim.sees("另有 1 场未确认，未计入")
    await kim.sees("1 场次")

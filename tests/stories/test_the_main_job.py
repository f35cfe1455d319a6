"""The whole job: a member gets a study item, a resident suggests and signs up, staff see counts."""

from datetime import timedelta

from storage.model.roles import Role
from tests.stories.conftest import Town


async def test_a_week_in_the_community(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana")

    # Staff schedule a study item for Wednesday morning.
    receipt = await kim.schedules_push("每周定时", "周三", "选好了", "8:30")
    assert "周三 11月25日 8:30" in receipt.text

    # A resident arrives by the door's QR code, suggests something, and is given a number.
    bo = town.person("bo")
    await bo.opens(town.communities["东湖社区"].code)
    await bo.sees("东湖社区")
    await bo.presses("同意并开始")
    await bo.sees("居民")
    await bo.presses("提建议")
    await bo.presses("设施维修")
    await bo.says("3号楼东侧路灯坏了")
    await bo.sees("请确认")
    await bo.presses("提交")
    await bo.sees("2026-0001")

    # Staff post an event; the resident signs up under the notice.
    await kim.posts_event("家庭消防演练")
    await bo.sees("家庭消防演练")
    assert await bo.presses("我要报名") == "已报名，第 1 位"
    await bo.sees("您已报名")

    # Wednesday, 8:30: the item is there, not before.
    await ana.sees_not("安全账户")
    town.clock.move_to(town.clock.now() + timedelta(days=1, hours=20, minutes=31))
    await ana.sees("安全账户")
    await ana.presses("已学习")
    await ana.sees("1/14 课")

    # The staff answer the suggestion, and its author hears of it.
    await kim.answers("2026-0001", "本周更换")
    await bo.sees("已采纳")
    await bo.sees("本周更换")
    await bo.says("/track")
    await bo.sees("我的建议")
    await bo.presses("2026-0001")
    await bo.sees("本周更换")

    # And the figures are exactly what happened.
    await kim.says("/stats")
    figures = (await kim.sees("收集意见建议 1 条")).text
    assert "其中已采纳 1 条" in figures
    assert "其中已办结 0 条" in figures
    await kim.presses("全部指标")
    figures = (await kim.sees("推送学习资料 1 期")).text
    assert "学习资料送达 1 人次" in figures
    assert "已学习确认 1 人次" in figures
    await kim.presses("5")
    await kim.presses("明细")
    await kim.sees("安全账户")
    await kim.presses("1")
    await kim.sees("完成：送达 1")
    await kim.presses("返回")
    await kim.sees("送达 1 人")

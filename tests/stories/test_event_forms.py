"""Events that are written with slips, and moved afterwards."""

from storage.model.roles import Role
from tests.stories.conftest import Town


async def test_an_event_is_moved_and_whoever_comes_is_told_what_is_otherwise(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    bo, li = await town.resident("bo"), await town.resident("li")
    await kim.posts_event()
    await li.sees("家庭消防演练")
    await bo.sees("家庭消防演练")
    await bo.presses("我要报名")
    await kim.presses("改")
    await kim.sees("先给您看改了什么")
    await kim.says("10:00-11:30")
    await kim.sees("10:00–11:30")
    await kim.presses("保存")
    await kim.sees("报名的 1 人会收到通知")
    await kim.presses("保存")
    await kim.sees("正在通知 1 人")
    news = await bo.sees("有变动")
    assert "9:30 → 周六 11月28日 10:00–11:30" in news.text
    await li.sees_not("有变动")
    await bo.says("/events")
    await bo.presses("家庭消防演练")
    await bo.sees("10:00–11:30 · 社区广场")


async def test_an_event_with_a_slip_at_each_step_is_put_right_before_anybody_is_told(
    town: Town,
) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    bo = await town.resident("bo")
    await kim.says("/post 消防演列")
    await kim.does("学习活动", ">周日 9:30-9:00", ">周日 9:30", ">一楼大听", ">0", ">400人")
    await kim.sees("请确认")
    for steps in (
        ("消防演列", ">消防演练"),
        ("学习活动", "公共服务"),
        ("📅", ">周六"),
        ("🕘", ">10点"),
        ("🏁", ">9点", ">两个小时"),
        ("📍", ">一楼大厅"),
        ("名额 400", ">十个"),
    ):
        await kim.does(*steps)
    await kim.presses("发布")
    receipt = await kim.sees("已发布")
    for each in ("消防演练", "10:00–12:00 · 一楼大厅", "公共服务", "名额 10"):
        assert each in receipt.text
    card = await bo.sees("消防演练")
    assert "周六 11月28日 10:00–12:00 · 一楼大厅" in card.text

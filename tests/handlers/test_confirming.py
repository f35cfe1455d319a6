"""Staff say whether an event took place, and take it back."""

from datetime import timedelta

from storage.model.roles import Role
from tests.handlers.room import Room
from tests.handlers.test_figures import YEAR, held
from tests.handlers.test_plan import plans


async def test_an_event_is_confirmed_and_what_nobody_confirmed_stands_beside_the_figure(
    room: Room,
) -> None:
    kim, ana = await room.staff("kim"), await room.member("ana")
    bo, east = await room.resident("bo"), room.communities["东湖社区"].id
    yesterday = room.clock.now() - timedelta(days=1)
    event = await held(room, "消防演练", yesterday, ana, bo, said=False)
    await held(room, "用电安全", yesterday, ana, said=False)
    figure = f"figure:{east}:{YEAR}:study_sessions"
    await kim.presses_raw(figure)
    assert "<b>0 场次</b>" in kim.screen
    assert "另有 2 场未确认，未计入" in kim.screen

    await kim.presses_raw(f"roster:{event}")
    assert {"办了", "没办"} <= set(kim.buttons)
    await kim.presses("办了")
    assert "✅ 已确认：办了，到场 <b>2</b> 人" in kim.screen
    await kim.presses_raw(figure)
    assert "<b>1 场次</b>" in kim.screen
    assert "另有 1 场未确认，未计入" in kim.screen
    await kim.presses_raw(f"figure:{east}:{YEAR}:study_attendance")
    assert "<b>2 人次</b>" in kim.screen

    await kim.presses_raw(f"roster:{event}")
    assert "办了" not in kim.buttons
    await kim.presses("✅ 已确认办了", "没办")
    assert "✖️ 已确认：没有办" in kim.screen
    await kim.presses_raw(figure)
    assert "另有 1 场未确认、1 场没有办，未计入" in kim.screen
    await kim.presses_raw(f"confirm:{event}")
    await kim.presses("撤回确认")
    assert "办了吗？谁到场了？</b>\n已签到 2 人，报名 2 人" in kim.screen
    await kim.presses_raw(figure)
    assert "另有 2 场未确认，未计入" in kim.screen


async def test_of_two_who_are_asked_the_second_does_not_undo_what_the_first_said(
    room: Room,
) -> None:
    """A press on the question that stood there still turned 办了 into 没办, unseen by anybody."""
    kim, li = await room.staff("kim"), await room.staff("li")
    event = await held(room, "消防演练", room.clock.now() - timedelta(days=1), said=False)
    for each in (kim, li):
        await each.presses_raw(f"confirm:{event}")
    await kim.presses("办了")
    assert "已经有人说过了" in await li.presses("没办")
    assert "✅ 已确认：办了" in li.screen
    await li.presses("没办")  # having read that
    assert "✖️ 已确认：没有办" in li.screen


async def test_an_event_to_come_and_one_of_others_is_not_confirmed(room: Room) -> None:
    kim = await room.staff("kim")
    li = await room.staff("li", Role.COMMUNITY, "西山社区")
    now = room.clock.now()
    coming = await held(room, "下周的课", now + timedelta(days=7))
    gone = await held(room, "昨天的课", now - timedelta(days=1), said=False)
    for action in ("held", "not_held", "unsaid"):
        assert "还没开始" in await kim.presses_raw(f"{action}:{coming}")
        assert "没有找到" in await li.presses_raw(f"{action}:{gone}")
    assert "没有找到" in await li.presses_raw(f"confirm:{gone}")
    await kim.presses_raw(f"roster:{coming}")
    assert "办了" not in kim.buttons


async def test_the_desk_asks_about_what_nobody_confirmed_and_so_does_the_figure(
    room: Room,
) -> None:
    kim, east = await room.staff("kim"), room.communities["东湖社区"].id
    yesterday = room.clock.now() - timedelta(days=1)
    await held(room, "专题课", yesterday, said=False)
    await held(room, "上月的课", yesterday - timedelta(days=30), said=False)
    await kim.says("/staff")
    assert "❓ 周日 11月22日的“专题课”还没确认：办了吗？（还有别的）" in kim.screen
    await kim.presses("办了")
    assert "✅ 已确认：办了" in kim.screen
    await kim.says("/stats")
    assert "学习活动 <b>1 场次</b>（1 场未确认）" in kim.screen
    await plans(room, study_sessions=4)
    await kim.says("/plan")
    await kim.presses_raw(f"plan_part:{east}:2026:study", kim.window)
    assert "1/4 场次 · 25 %（1 场未确认）" in kim.screen
    await kim.presses_raw(f"figure:{east}:{YEAR}:study_sessions")
    await kim.presses("去确认", "上月的课", "没办")
    await kim.says("/staff")
    assert "还没确认" not in kim.screen
    await kim.presses_raw("unconfirmed:0")
    assert "都确认过了" in kim.screen

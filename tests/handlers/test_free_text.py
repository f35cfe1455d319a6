"""What is written outside a form is offered as what it is."""

import pytest
from sqlalchemy import select

from storage.actions.nodes import add_community
from storage.tables import persons
from tests.handlers.room import OWNER, Room, Talker


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("帮助", "邻里能做什么"),
        ("怎么用？", "邻里能做什么"),
        ("Help!", "邻里能做什么"),
        ("退出", "退出后不再收到任何消息"),
        ("我的建议", "我的建议"),
        ("活动", "近期活动"),
        ("　学习　", "学习资料"),
        ("设置。", "免打扰"),
        ("取消", "没有正在填写的内容"),
        ("帮忙", "邻里能做什么"),
        ("help me!", "邻里能做什么"),
        ("怎么退出？", "退出后不再收到任何消息"),
        ("我想退出", "退出后不再收到任何消息"),
        ("How do I leave?", "退出后不再收到任何消息"),
        ("怎么报名", "近期活动"),
        ("请问最近有什么活动？", "近期活动"),
        ("我要提建议", "想反映什么"),
        ("make a suggestion", "想反映什么"),
        ("21点到8点", "什么时候不要打扰您"),
        ("晚上10点到第二天早上7点", "什么时候不要打扰您"),
        ("22:00–次日 7:00", "什么时候不要打扰您"),
        ("9pm to 7am", "什么时候不要打扰您"),
        ("22:00 until 7:00 next day", "什么时候不要打扰您"),
    ],
)
async def test_a_wish_in_plain_words_is_granted(room: Room, text: str, shown: str) -> None:
    bo = await room.resident("bo")
    await bo.says(text)
    assert shown in bo.screen


@pytest.mark.parametrize("text", ["我要提建议：路灯坏了", "建议: 路灯坏了", "Suggestion: 路灯坏了"])
async def test_what_stands_behind_a_wish_is_its_text(room: Room, text: str) -> None:
    bo = await room.resident("bo")
    await bo.says(text)
    await bo.presses("设施维修")
    assert "路灯坏了" in bo.screen
    assert "提建议" not in bo.screen
    assert "uggestion" not in bo.screen


async def test_the_words_of_a_wish_are_no_text(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("make a suggestion")
    await bo.presses("设施维修")
    assert "a suggestion" not in bo.screen
    assert "提交" not in "".join(bo.buttons)


@pytest.mark.parametrize(
    "text",
    [
        "9点到11点",
        "晚上9点",
        "22:00",
        "2026-11",
        "周五到周一",
        "时间：周六",
        "退出：不了",
        "通知：明天停水",
        "我要投诉楼上：太吵了",
    ],
)
async def test_a_colon_alone_makes_no_wish(room: Room, text: str) -> None:
    bo = await room.resident("bo")
    await bo.says(text)
    assert "💡 作为建议提交" in bo.buttons


async def test_a_community_with_a_slip_in_its_name_is_offered(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("西三社区")
    assert bo.buttons[0] == "🏘 换到西山社区"


async def test_what_somebody_may_not_use_is_no_wish(room: Room) -> None:
    bo, kim = await room.resident("bo"), await room.staff("kim")
    await bo.says("统计")
    assert "📊" not in bo.screen
    assert "作为建议提交" in "".join(bo.buttons)
    await kim.says("统计")
    assert "📊 <b>东湖社区</b>" in kim.screen


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("计划", "年计划"),
        ("年度计划", "年计划"),
        ("plan", "年计划"),
        ("年度总结", "年度工作总结"),
        ("怎么写总结", "年度工作总结"),
        ("annual summary", "年度工作总结"),
        ("封账", "年度封账"),
        ("close the year", "年度封账"),
    ],
)
async def test_what_is_done_once_a_year_is_called_in_plain_words(
    room: Room, text: str, opened: str
) -> None:
    bo, kim = await room.resident("bo"), await room.staff("kim")
    for each in (bo, kim):
        await each.says(text)
        assert (opened in each.screen) == (each is kim)


@pytest.mark.parametrize("text", ["安全账户", "安全账户是什么？", "什么是安全账户"])
async def test_what_stands_in_the_library_is_offered_first(room: Room, text: str) -> None:
    bo = await room.resident("bo")
    await bo.says(text)
    assert bo.buttons[0].startswith("📚 ")
    await bo.presses("📚 ")
    assert "安全账户" in bo.screen


async def test_a_question_is_offered_to_the_staff(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("社区电话多少")
    assert bo.buttons[0] == "🙋 问工作人员"


async def test_what_is_plainly_said_is_still_offered_as_a_suggestion(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("3号楼东侧路灯坏了，晚上很黑")
    assert bo.buttons[0] == "💡 作为建议提交"


@pytest.mark.parametrize("number", ["2026-0001", "＃２０２６－０００１"])
async def test_the_number_of_ones_own_suggestion_opens_it(room: Room, number: str) -> None:
    bo, li = await room.resident("bo"), await room.resident("li")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.says("路灯坏了")
    await bo.presses("提交")
    await bo.says(number)
    assert "💡 <b>2026-0001</b>" in bo.screen
    await li.says(number)
    assert "路灯坏了" not in li.screen


async def many_communities(room: Room) -> None:
    def found(connection) -> int:
        owner = connection.execute(select(persons.c.id).where(persons.c.telegram_id == OWNER))
        return int(owner.scalar_one())

    owner = await room.database.read(found)
    for n in range(30):
        await room.database.write(add_community, owner, f"幸福{n:03}社区", room.clock.now())


async def test_a_community_is_found_by_typing_among_many(room: Room) -> None:
    await many_communities(room)
    ana = Talker(room, "ana")
    await ana.says("/start")
    await ana.presses("同意")
    assert "直接发社区的名字" in ana.screen
    await ana.says("不存在的地方")
    assert "没找到“不存在的地方”" in ana.messages[-2].text
    await ana.says("幸福０２９")
    assert ana.buttons == ["幸福029社区"]
    await ana.presses("幸福029社区")
    assert "幸福029社区" in ana.screen
    assert "居民" in ana.screen


async def test_a_community_that_is_named_outside_a_form_is_offered(room: Room) -> None:
    bo, mei = await room.resident("bo"), await room.staff("mei")
    await bo.says("西山社区")
    assert bo.buttons[0] == "🏘 换到西山社区"
    await mei.says("东湖")
    assert "📊 东湖社区" in mei.buttons
    await mei.presses("📊 东湖社区")
    assert "📊 <b>东湖社区</b>" in mei.screen


async def test_help_has_buttons(room: Room) -> None:
    bo, kim = await room.resident("bo"), await room.staff("kim")
    await bo.says("/help")
    assert bo.buttons[:6] == [
        *("💡 提建议", "建议进度", "🎫 近期活动", "📚 学习", "👤 我的", "⚙️ 设置"),
    ]
    await kim.says("/help")
    assert "🧰 工作台" in kim.buttons
    await kim.presses("工作台")
    assert "今天" in kim.screen

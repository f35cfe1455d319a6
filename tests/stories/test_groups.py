"""Telegram groups: the bot comes with staff, gets notices through, and goes."""

import pytest

from bot.simulator import Group, acts
from bot.simulator.objects import Json
from bot.simulator.world import RIGHTS
from storage.model.roles import Role
from tests.stories.conftest import Town

NEWS = "明天停水"


def said_in(group: Group) -> list[str]:
    return [m.text for m in group.messages if m.by_bot]


async def test_a_group_of_one_community_gets_its_notices(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana")
    group = town.simulator.group("东湖大家庭", [kim, ana])
    await ana.in_group(group).sees("东湖社区")
    await kim.says("/notice")
    await kim.says("{{ 姓名 }}，明天停水")
    await kim.presses("改对象")
    await kim.presses("发到群")
    await kim.sees("1 个：东湖大家庭")
    await kim.presses("选好了")
    await kim.sees("邻居，明天停水")  # as the group will read it
    await kim.presses("发送")
    await ana.in_group(group).sees("邻居，明天停水")
    await ana.sees_not("明天停水")


async def test_who_has_several_places_is_asked_and_may_change_it(town: Town) -> None:
    mei = await town.staff("mei", Role.DISTRICT)
    ana = await town.member("ana")
    group = town.simulator.group("西山群", [mei, ana])
    await mei.sees("西山群")
    await mei.presses("西山社区")
    await mei.sees("西山群")
    await mei.does(">/staff", "更多", "群聊")
    await mei.presses("西山群")
    await mei.sees("西山社区")
    await mei.presses("换地方")
    await mei.sees("现在收西山社区的通知")
    await mei.presses("返回")  # thought again
    await mei.sees("西山社区的群")
    await mei.does("换地方", "东湖社区")
    await mei.sees("东湖社区")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.sends_notice(NEWS, to=["发到群"])
    await ana.in_group(group).sees(NEWS)


@pytest.mark.parametrize(
    "rights",
    [
        {},
        {"can_be_edited": False},
        {name: may for name, may in RIGHTS.items() if "stories" not in name},
        {**RIGHTS, "can_fly": True, "custom_badge": {"emoji": ["5"]}},
        {**RIGHTS, "custom_title": {"text": "管家"}, "can_pin_messages": "always"},
        {**RIGHTS, "status_until": None, "can_be_edited": {"by": "owner"}},
    ],
    ids=["none", "one", "older", "newer", "other shapes", "other shapes of what is needed"],
)
async def test_a_group_of_which_the_bot_is_an_administrator_by_another_version_is_linked(
    town: Town, rights: Json
) -> None:
    mei = await town.staff("mei", Role.DISTRICT)
    ana = await town.member("ana")
    town.simulator.world.rights = rights
    group = town.simulator.group("西山群", [mei, ana], bot=False)
    acts.set_bot_status(mei.world, group.chat, mei.account, "administrator")
    await mei.sees("西山群")
    await mei.presses("西山社区")
    await mei.sees("“西山群”")
    await mei.sends_notice(NEWS, to=["发到群"])
    await ana.in_group(group).sees(NEWS)
    acts.set_bot_status(mei.world, group.chat, mei.account, "left")
    await mei.does(">/staff", "更多", "群聊")
    await mei.sees("还没有")


async def test_a_group_waits_for_the_answer(town: Town) -> None:
    mei = await town.staff("mei", Role.DISTRICT)
    town.simulator.group("西山群", [mei])
    await mei.sees("西山群")
    await mei.does(">/staff", "更多", "群聊")
    await mei.sees("还没有")


async def test_the_question_is_over_once_the_bot_is_gone(town: Town) -> None:
    mei = await town.staff("mei", Role.DISTRICT)
    group = town.simulator.group("西山群", [mei])
    question = await mei.sees("西山群")
    await group.kicks_bot()
    assert "不在那个群里" in (await mei.presses("西山社区") or "")
    gone = await mei.sees("没有关联")
    assert gone.message_id == question.message_id
    assert "重新加进" in gone.text
    assert gone.buttons == ["💬 群聊"]
    for chat_id in (question.chat.id, -99):  # of a person, and of nobody
        assert await mei.presses_raw(question, f"group_at:{chat_id}:2") is not None
    await mei.presses("群聊")
    await mei.sees("还没有")
    await group.adds_bot()
    await mei.sees("这是哪里的群")
    await mei.presses("西山社区")
    await mei.sees("关联到西山社区了")


async def test_the_question_holds_when_the_group_becomes_a_supergroup(town: Town) -> None:
    mei = await town.staff("mei", Role.DISTRICT)
    ana = await town.member("ana")
    group = town.simulator.group("东湖群", [mei, ana])
    await mei.sees("东湖群")
    await group.upgrades()
    await mei.presses("东湖社区")
    await mei.sees("关联到东湖社区了")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.sends_notice(NEWS, to=["发到群"])
    await ana.in_group(group).sees(NEWS)


async def test_a_group_that_was_lost_unnoticed_leaves_the_list(town: Town) -> None:
    mei = await town.staff("mei", Role.DISTRICT)
    group = town.simulator.group("西山群", [mei])
    await mei.presses("西山社区")
    await mei.sees("关联到西山社区了")
    group.chat.bot_status = "kicked"  # while the bot was down for so long that nobody told it
    await mei.presses("换地方")
    await mei.sees("没有关联")
    await mei.presses("群聊")
    await mei.sees("还没有")


async def test_who_may_not_push_brings_nothing(town: Town) -> None:
    ana = await town.member("ana")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    group = town.simulator.group("邻居", [ana, kim])
    await town.rests()
    assert said_in(group) == []
    await kim.does(">/staff", "更多", "群聊")
    await kim.sees("还没有")


async def test_a_removed_bot_and_an_unlinked_group_get_nothing(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana")
    first = town.simulator.group("一群", [kim, ana])
    second = town.simulator.group("二群", [kim, ana])
    await ana.in_group(second).sees("东湖社区")
    await first.kicks_bot()
    await town.rests()
    await kim.does(">/staff", "更多", "群聊")
    await kim.presses("二群")
    await kim.presses("取消关联")
    await kim.presses("确定")
    await kim.sees("“二群”已取消关联")
    await kim.presses("返回")
    await kim.sees("还没有")
    await kim.says("/notice")
    await kim.says(NEWS)
    await kim.presses("改对象")
    assert not any("群" in label for label in (await kim.sees("发给谁")).buttons)
    await first.adds_bot()
    await ana.in_group(first).sees("东湖社区")


async def test_a_group_that_became_a_supergroup_is_still_the_same(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana")
    group = town.simulator.group("东湖大家庭", [kim, ana])
    await ana.in_group(group).sees("东湖社区")
    await group.upgrades()
    await town.rests()
    await kim.sends_notice(NEWS, to=["发到群"])
    await ana.in_group(group).sees(NEWS)


async def test_an_unlinked_group_is_linked_again_by_one_press(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    mei = await town.staff("mei", Role.DISTRICT)
    ana = await town.member("ana")
    group = town.simulator.group("东湖大家庭", [kim, ana])
    await ana.in_group(group).sees("东湖社区")
    await mei.does(">/staff", "更多", "群聊")  # who is not in it herself
    await mei.does("东湖大家庭", "取消关联", "确定")
    await mei.sees("“东湖大家庭”已取消关联")
    for action in ("group", "unlink", "unlinked"):  # of screens from before
        await mei.says("/staff")
        await mei.presses_raw(await mei.sees("今天"), f"{action}:1")
        await mei.sees("“东湖大家庭”已取消关联")
    await mei.presses("重新关联")
    await mei.sees("关联到东湖社区了")
    await kim.sends_notice(NEWS, to=["发到群"])
    await ana.in_group(group).sees(NEWS)


async def test_a_group_that_others_let_go_is_taken_by_who_is_in_it_and_nobody_else(
    town: Town,
) -> None:
    mei = await town.staff("mei", Role.DISTRICT)
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    li = await town.staff("li", Role.COMMUNITY, "东湖社区")
    group = town.simulator.group("邻里群", [mei, kim])
    await mei.presses("西山社区")
    await mei.does(">/staff", "更多", "群聊", "邻里群", "取消关联", "确定")
    await mei.sees("“邻里群”已取消关联")
    take = f"group_at:{group.id}:{town.communities['东湖社区'].id}"
    for staff, told in ((li, "我已经不在那个群里了"), (kim, "关联到东湖社区了")):
        await staff.says("/staff")
        await staff.presses_raw(await staff.sees("今天"), take)
        await staff.sees(told)


async def test_a_group_hears_from_whom_its_notices_come_now_and_once(town: Town) -> None:
    mei = await town.staff("mei", Role.DISTRICT)
    group = town.simulator.group("西山群", [mei])
    question = await mei.sees("西山群")
    await mei.presses("西山社区")
    await mei.sees("关联到西山社区了")
    await mei.presses_raw(question, f"group_at:{group.id}:{town.communities['西山社区'].id}")
    await town.rests()
    assert [said for said in said_in(group) if "西山社区的助手" in said] == said_in(group)
    assert len(said_in(group)) == 1
    await mei.does("换地方", "东湖社区")
    await mei.sees("关联到东湖社区了")
    await town.rests()
    assert "东湖社区的助手" in said_in(group)[-1]


async def test_a_group_that_is_renamed_is_called_so(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana")
    group = town.simulator.group("东湖大家庭", [kim, ana])
    await ana.in_group(group).sees("东湖社区")
    await group.renames("东湖\n一家人")
    await town.rests()
    await kim.does(">/staff", "更多", "群聊")
    await kim.presses("东湖 一家人")
    await kim.does("取消关联", "确定")
    await group.renames("东湖邻里")
    await town.rests()
    await kim.presses("重新关联")
    await kim.sees("群“东湖邻里”关联到东湖社区了")
    assert kim.buttons() == ["💬 群聊"]  # there is no other place to which it could go
    await kim.presses("群聊")
    await kim.sees("点开可以取消关联")


async def test_nobody_sees_or_takes_a_group_of_others(town: Town) -> None:
    mei = await town.staff("mei", Role.DISTRICT)
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    east = town.communities["东湖社区"].id
    waiting = town.simulator.group("西山新群", [mei])  # mei is asked where it belongs
    await mei.sees("西山新群")
    linked = town.simulator.group("西山群", [mei, kim])
    await mei.sees("西山群")
    await mei.presses("西山社区")
    await mei.sees("关联到西山社区了")
    for chat in (waiting.chat.id, linked.chat.id, -99):  # the last is nobody's
        for data in (f"group_where:{chat}:0", f"group_at:{chat}:{east}"):
            assert "不在那个群里" in (await kim.presses_raw(kim.last, data) or ""), data
            assert "西山" not in kim.screen
            await kim.says("/start")
            await kim.sees("想做什么")
    assert len(said_in(linked)) == 1  # the greeting
    await mei.does(">/staff", "更多", "群聊")
    await mei.sees_button("西山群")  # as it was


async def test_a_command_in_a_topic_is_answered_there_and_in_a_thread_of_replies_as_ever(
    town: Town,
) -> None:
    ana = await town.member("ana")
    group = town.simulator.group("东湖论坛", [ana])
    for said in ({"message_thread_id": 77, "is_topic_message": True}, {"message_thread_id": 5}):
        message = {"message_id": 9, "date": 1, "chat": group.chat.to_json(), "text": "/help"}
        town.simulator.world.push_raw_update(
            {"message": message | said | {"from": ana.account.to_json()}}
        )
    await ana.in_group(group).sees("私聊")
    await town.rests()
    answers = [message for message in group.messages if message.by_bot]
    assert [each.extras.get("message_thread_id") for each in answers] == [77, None]


async def test_an_event_is_signed_up_for_in_the_group_and_its_card_follows(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana, bo = await town.member("ana"), town.person("bo")
    group = town.simulator.group("东湖大家庭", [kim, ana, bo])
    await ana.in_group(group).sees("东湖社区")
    await kim.posts_event(capacity="40")
    card = await ana.in_group(group).sees("0 / 40")
    told = await ana.in_group(group).presses("我要报名", on=card)
    assert told is not None
    assert "第 1 位" in told
    await bo.in_group(group).presses("我要报名", on=card)  # a stranger: it leads to the bot
    await bo.presses("同意")
    await bo.sees("家庭消防演练")
    await bo.presses("我要报名")
    await ana.in_group(group).sees("2 / 40")
    await ana.in_group(group).presses("详情、我的名额", on=card)
    await ana.sees_button("取消报名")
    await kim.does("取消活动", "确定")
    await bo.in_group(group).sees("活动已取消")
    assert len([m for m in group.messages if m.by_bot]) == 2  # the greeting, and one card

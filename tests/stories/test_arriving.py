"""Arriving, settings, membership, roles: who somebody is to the bot, and how that changes."""

from datetime import timedelta

import pytest

from bot.commands.owner import owner_link
from storage.model.roles import Role
from storage.queries.people import by_telegram_id
from tests.stories.conftest import Town


async def test_the_door_code_leads_to_the_community_in_three_screens(town: Town) -> None:
    bo = town.person("bo")
    await bo.opens(town.communities["东湖社区"].code)
    await bo.sees("东湖社区")
    await bo.presses("同意并开始")
    await bo.sees("东湖社区")
    assert "💡 提建议" in bo.buttons()


async def test_a_slip_before_agreeing_leads_nobody_away_from_the_door(town: Town) -> None:
    bo = town.person("bo", start=town.communities["东湖社区"].code)
    await bo.sees("这里是 东湖社区")
    for slip in ("帮助", "/help", "/start"):
        await bo.says(slip)
        await bo.sees("这里是 东湖社区")
    await bo.presses("English")
    await bo.sees("东湖社区")
    await bo.presses("Agree and start")
    await bo.sees("You are a resident of 东湖社区")


async def test_without_a_code_one_is_asked_where_one_lives(town: Town) -> None:
    bo = town.person("bo", start="")
    await bo.presses("同意并开始")
    await bo.sees("哪个社区")
    await bo.presses("西山社区")
    await bo.sees("西山社区")


async def test_what_a_stranger_said_first_is_offered_when_they_live_somewhere(town: Town) -> None:
    bo = town.person("bo", start=None)
    said = await bo.says("路灯坏了")
    await bo.sees("学习与建言助手")
    await bo.edits(said, "3号楼的路灯坏了")
    await bo.presses("English")
    await bo.presses("中文")
    await town.stops()
    await town.starts()
    await bo.presses("同意并开始")
    await bo.presses("西山社区")
    offer = await bo.sees_button("作为建议提交")
    assert offer.reply_to is said
    await bo.presses("作为建议提交")
    await bo.presses("设施维修")
    await bo.sees("3号楼的路灯坏了")


async def test_a_wrong_code_is_said_and_one_chooses_oneself(town: Town) -> None:
    bo = town.person("bo", start="no-such-place")
    await bo.presses("同意并开始")
    why, question = await bo.sees("没有找到"), await bo.sees("哪个社区")
    assert why.message_id < question.message_id


async def test_nothing_works_before_consent(town: Town) -> None:
    bo = town.person("bo", start="")
    await bo.sees("学习与建言助手")
    await bo.says("/events")
    await bo.sees("学习与建言助手")
    await bo.presses("隐私说明")
    await bo.sees("我们保存")
    assert await town.database.read(by_telegram_id, bo.id) is None


async def test_english_from_the_first_screen(town: Town) -> None:
    li = town.person("li", language="en", start=town.communities["东湖社区"].code)
    await li.sees("study and suggestion helper")
    await li.presses("Agree and start")
    await li.sees("You are a resident")
    await li.says("/settings")
    await li.presses("Language")
    await li.presses("中文")
    await li.sees("设置")


async def test_another_communitys_link_asks_before_moving(town: Town) -> None:
    bo = await town.member("bo")
    await bo.opens(town.communities["西山社区"].code)
    await bo.sees("要换到西山社区吗")
    await bo.presses("不换")
    await bo.sees("成员")
    await bo.opens(town.communities["西山社区"].code)
    await bo.presses("换过去")
    await bo.sees("居民")


async def test_a_resident_asks_to_be_a_member_and_is_told(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    bo = await town.resident("bo")
    await bo.says("/start")
    await bo.presses("申请成员身份")
    await bo.sees("已提交申请")
    await kim.sees("申请成为东湖社区的成员")
    await kim.presses("同意")
    await kim.sees("已同意 bo")
    await bo.sees("您已成为东湖社区的成员")


async def test_a_request_is_decided_once(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    mei = await town.staff("mei", Role.DISTRICT)
    bo = await town.resident("bo")
    await bo.says("/start")
    await bo.presses("申请成员身份")
    await kim.sees("申请成为")
    await mei.says("/inbox")
    await mei.presses("bo")
    await mei.presses("不同意")
    await bo.sees("没有通过")
    assert "已经处理过" in (await kim.presses("同意") or "")


async def test_the_owner_builds_the_district_from_nothing(town: Town) -> None:
    link, _ = await owner_link(town.database, town.settings)
    mei = town.person("mei")
    await mei.opens(link)
    await mei.presses("同意并开始")
    await mei.sees("管理员")
    await mei.says("/communities")
    await mei.presses("添加社区")
    await mei.says("北桥社区")
    await mei.sees("已添加北桥社区")
    await mei.presses("二维码")
    await mei.sees("扫码加入北桥社区")
    assert "photo" in mei.last.content
    await mei.says("/invite")
    await mei.presses("北桥社区")
    await mei.presses("社区工作人员")
    invitation = (await mei.sees("https://t.me/")).text.split()[-1]

    kim = town.person("kim")
    await kim.opens(invitation)
    await kim.presses("同意并开始")
    await kim.sees("社区工作人员")
    await kim.says("/staff")
    await kim.sees("北桥社区")
    assert "inbox" in kim.commands

    bo = town.person("bo")
    await bo.opens(invitation)
    await bo.presses("同意并开始")
    await bo.sees("已经被用过")


async def test_an_invitation_expires(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.says("/invite")
    await kim.presses("成员")
    link = (await kim.sees("https://t.me/")).text.split()[-1]
    town.clock.advance(timedelta(days=8))
    bo = await town.resident("bo")
    await bo.opens(link)
    await bo.sees("已过期")


async def test_community_staff_cannot_invite_staff(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.says("/invite")
    await kim.sees("邀请成为什么")
    assert kim.buttons() == ["成员", "‹ 返回"]
    node = town.communities["东湖社区"].id
    answer = await kim.presses_raw(kim.last, f"invite_as:owner:{node}")
    assert "不在您的工作范围" in (answer or "")


async def test_settings_are_kept_and_leaving_ends_everything(town: Town) -> None:
    ana = await town.member("ana")
    await ana.says("/settings")
    await ana.presses("免打扰")
    await ana.says("21点到8点")
    await ana.presses("21:00–8:00")
    await ana.sees("21:00")
    await ana.presses("暂停推送")
    await ana.sees("已暂停")
    await ana.presses("退出")
    await ana.sees("不再收到")
    await ana.presses("确定退出")
    await ana.sees("已退出")
    await ana.says("/me")
    await ana.sees("学习与建言助手")


async def test_help_and_menus_follow_the_role(town: Town) -> None:
    ana = await town.member("ana")
    kim = await town.staff("kim", Role.VIEWER, "东湖社区")
    await ana.says("/help")
    await ana.sees("/suggest")
    assert "/stats" not in ana.screen
    await kim.says("/help")
    await kim.sees("/stats")
    assert "/push" not in kim.screen
    for person, command in ((ana, "/stats"), (kim, "/push")):
        await person.says("/nonsense")
        nonsense = await person.sees("邻里能做什么")
        await person.says(command)
        assert (await person.sees("邻里能做什么")).text == nonsense.text


async def test_the_bot_keeps_quiet_in_groups(town: Town) -> None:
    ana = await town.member("ana")
    bo = await town.resident("bo")
    group = town.simulator.group("邻居群", [ana, bo])
    await ana.in_group(group).says("/events")
    await ana.in_group(group).sees("私聊")
    await bo.in_group(group).says("大家好")
    await bo.in_group(group).sees_not("收到")


async def test_an_invitation_elsewhere_asks_a_member_first(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana", "西山社区")
    await kim.says("/invite")
    await kim.presses("成员")
    link = (await kim.sees("https://t.me/")).text.split()[-1]
    await ana.opens(link)
    await ana.sees("不再是西山社区的")
    await ana.presses("不换")
    await ana.sees("西山社区")
    await ana.opens(link)
    await ana.presses("换过去")
    await ana.sees("您现在是东湖社区的成员")


@pytest.mark.parametrize(
    ("over", "told"), [("recalled", "已经收回"), ("expired", "已过期"), ("used", "已经被用过")]
)
async def test_an_invitation_that_is_over_asks_a_member_of_another_community_nothing(
    town: Town, over: str, told: str
) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana, bo = await town.member("ana", "西山社区"), await town.resident("bo")
    await kim.does(">/invite", "成员")
    link = (await kim.sees("https://t.me/")).text.split()[-1]
    if over == "recalled":
        await kim.does("看邀请、收回", "✉️ 成员")
        assert await kim.presses("收回邀请") == "已收回，链接不能再用"
    elif over == "used":
        await bo.opens(link)
        await bo.sees("邀请已生效")
    else:
        town.clock.advance(timedelta(days=8))
    await ana.opens(link)
    await ana.sees(told)
    assert "不再是西山社区的" not in ana.transcript()
    await ana.sees("您是西山社区的成员")
    li = town.person("li")
    await li.opens(link)
    await li.presses("同意并开始")
    why, question = await li.sees(told), await li.sees("哪个社区")
    assert why.message_id < question.message_id


async def test_staff_who_try_out_their_own_invitation_do_not_use_it_up(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    bo = await town.resident("bo")
    await kim.does(">/invite", "成员")
    link = (await kim.sees("https://t.me/")).text.split()[-1]
    for _ in range(2):
        await kim.opens(link)
        await kim.sees("您自己发出的邀请")
        await kim.sees("您是东湖社区的社区工作人员")
    await bo.opens(link)
    await bo.sees("您现在是东湖社区的成员")


async def test_start_in_the_middle_of_a_form_offers_to_go_on(town: Town) -> None:
    bo = await town.resident("bo")
    await bo.says("/suggest")
    await bo.presses("其他")
    await bo.says("/start")
    await bo.sees("想做什么")
    await bo.presses("继续填写")
    await bo.sees("请用一句话说说")

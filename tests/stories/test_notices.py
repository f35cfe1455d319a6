"""Notices: from thought to sent in a minute, whatever somebody sends as one."""

from datetime import datetime, timedelta

from bot.simulator import Message, Person, TooManyRequests
from bot.simulator.acts import send
from bot.simulator.files import TINY_PNG
from bot.simulator.objects import Besides, Poll
from storage.actions import people as people_actions
from storage.actions.leaving import leave
from storage.actions.study import join_course
from storage.model.roles import Role
from storage.queries import people as people_queries
from tests.stories.conftest import Town

WATER = "明天上午 9 点到 11 点停水"
SIGNED = "\n\n—— 东湖社区"  # below whatever staff say


async def composing(town: Town) -> Person:
    """Staff of the eastern community in front of the form's first window."""
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.says("/notice")
    await kim.sees("想通知什么")
    return kim


async def sends_poll(
    kim: Person, question: str = "哪天方便？", kind: str = "regular", several: bool = False
) -> Message:
    """A poll made in the chat, as Telegram's own dialog makes it."""
    options = [{"text": "周六"}, {"text": "周日"}]
    correct = [0] if kind == "quiz" else []
    poll = Poll("77", question, options, kind, False, several, correct, {}, True)
    return send(kim.world, kim.account, kim.chat, {}, Besides(poll=poll))


def photos(count: int) -> list[tuple[str, bytes]]:
    return [("photo", TINY_PNG)] * count


def shown(person: Person) -> list[tuple[str | None, str]]:
    """Kind and text of what the bot said, without what was said before the notice."""
    said = [m for m in person.messages if m.by_bot]
    return [(m.media_kind or ("poll" if m.poll else None), m.text) for m in said]


# The usual case


async def test_type_look_and_send(town: Town) -> None:
    ana, bo = await town.member("ana"), await town.resident("bo")
    far = await town.resident("li", "西山社区")
    kim = await composing(town)
    await kim.says(WATER)
    confirm = await kim.sees("东湖社区 · 所有人 · 2 人：ana、bo")
    assert WATER in confirm.text
    await kim.presses("发送")
    await kim.sees("送达 2")
    await ana.sees(WATER)
    await bo.sees(WATER)
    await far.sees_not(WATER)
    assert "取消" not in [label for m in kim.messages for label in m.buttons]


async def test_the_desk_leads_there_and_nothing_is_sent_before_the_press(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana")
    await kim.says("/staff")
    await kim.presses("发通知")
    await kim.says(WATER)
    await kim.sees("1 人：ana")
    await kim.presses("取消")
    await kim.sees("已取消")
    await ana.sees_not(WATER)


async def test_a_double_press_is_one_broadcast(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    await kim.says(WATER)
    confirm = await kim.sees("1 人")
    send_data = next(b.data for row in confirm.rows for b in row if "发送" in b.text)
    assert send_data is not None
    await kim.presses("发送")
    await kim.presses_raw(confirm, send_data)
    await ana.sees(WATER)
    await town.rests()
    assert [text for _, text in shown(ana)].count(WATER + SIGNED) == 1


async def test_a_draft_survives_a_restart(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    await kim.sends_photo(caption=WATER)
    await kim.sees("1 人")
    await town.stops()
    await town.starts()
    await kim.presses("发送")
    await ana.sees(WATER)
    assert ("photo", WATER + SIGNED) in shown(ana)


# What can be sent


async def test_formatting_stays(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    bold = {"text": "停水 <明天>", "entities": [{"type": "bold", "offset": 0, "length": 2}]}
    send(kim.world, kim.account, kim.chat, bold)
    await kim.sees("停水 <明天>")
    await kim.presses("发送")
    got = await ana.sees("停水 <明天>")
    assert [e["type"] for e in got.entities] == ["bold"]


async def test_each_kind_of_media_arrives_as_it_was_sent(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    await kim.sends_voice()
    await kim.sees("语音")
    await kim.presses("重写")
    await kim.sends_document(b"plan", "plan.txt", caption="安排表")
    await kim.sees("文件 1")
    await kim.presses("重写")
    await kim.sends_video(caption="怎么做")
    await kim.sees("视频 1")
    await kim.presses("发送")
    await ana.sees("怎么做")
    assert shown(ana)[-1] == ("video", f"怎么做{SIGNED}")


async def test_an_album_is_collected_in_one_window(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    await kim.sends_album(photos(10), caption="活动照片")
    await kim.sees("图片 10")
    await kim.presses("发送")
    await ana.sees("活动照片")
    await town.rests()
    assert [kind for kind, _ in shown(ana)].count("photo") == 10
    windows = [m for m in kim.messages if m.by_bot and "请确认" in m.text]
    assert windows == []  # one, which became the receipt


async def test_photos_come_one_by_one_too_but_no_eleventh(town: Town) -> None:
    kim = await composing(town)
    await kim.sends_album(photos(10))
    await kim.sees("图片 10")
    await kim.sends_photo()
    await kim.sees("最多 10 个")
    await kim.presses("重写")
    await kim.sends_photo()
    await kim.sends_photo()
    await kim.sees("图片 2")


async def test_a_poll_goes_to_everybody_and_a_quiz_is_refused(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    await sends_poll(kim, kind="quiz")
    await kim.sees("测验")
    await sends_poll(kim, several=True)
    await kim.sees("哪天方便？")
    await kim.presses("发送")
    got = await ana.sees("周日")
    assert got.poll is not None
    assert got.poll.multiple
    assert got.poll.is_anonymous


async def test_everybodys_votes_are_one_result_on_the_card(town: Town) -> None:
    ana, bo = await town.resident("ana"), await town.resident("bo")
    kim = await composing(town)
    await sends_poll(kim)
    await kim.presses("发送")
    await kim.sees("完成")
    for person in (ana, bo):
        await person.sees("哪天方便")
        await person.votes("周六")
    await town.rests()
    await kim.presses("刷新")
    await kim.sees("2 人投票")
    await bo.votes()
    await town.rests()
    await kim.presses("刷新")
    shown = await kim.sees("1 人投票")
    assert "周六：1 票，100 %" in shown.text


async def test_an_album_a_text_and_a_poll_go_together(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    await kim.sends_album(photos(2))
    await kim.sees("图片 2")
    await sends_poll(kim)
    await kim.sees("哪天方便？")
    await kim.says("两个方案见图")
    await kim.sees("两个方案见图")
    await kim.presses("发送")
    await ana.sees("哪天方便？")
    assert [kind for kind, _ in shown(ana)[-3:]] == ["photo", "photo", "poll"]


async def test_a_forwarded_message_becomes_the_notice(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    news = await ana.sends_photo(caption="广场上有人免费理发")
    await kim.forwards(news)
    await kim.sees("广场上有人免费理发")
    await kim.presses("发送")
    await ana.sees("广场上有人免费理发")


async def test_a_long_caption_goes_below_the_picture(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    await kim.sends_photo()
    await kim.says("长" * 2000)
    await kim.sees("长长长")
    await kim.presses("发送")
    await ana.sees("长长长")
    assert [kind for kind, _ in shown(ana)[-2:]] == ["photo", None]


async def test_a_newer_text_replaces_the_older_unless_it_is_added(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    await kim.says("今天停水")
    await kim.sees("今天停水")
    await kim.says(WATER)
    await kim.sees("换成了新的文字")
    await kim.presses("再加一段")
    await kim.sees("加在后面")
    await kim.says("请提前储水")
    await kim.sees("请提前储水")
    await kim.presses("发送")
    got = await ana.sees(WATER)
    assert got.text == f"{WATER}\n\n请提前储水{SIGNED}"


async def test_a_text_that_telegram_cut_is_put_together_again(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    await kim.says("水" * 4096 + "完")
    await kim.sees("接在后面")
    await kim.presses("发送")
    await ana.sees("完")
    assert "".join(text for _, text in shown(ana)[-2:]) == "水" * 4096 + "完" + SIGNED


# What cannot


async def test_what_is_no_message_gets_a_clear_word(town: Town) -> None:
    kim = await composing(town)
    for attempt in (kim.sends_sticker, lambda: kim.sends_location(31.2, 121.5)):
        await attempt()
        await kim.sees("可以发文字、图片、文件、视频、语音或投票")
    await kim.says("{{ 名字 }}，您好")
    await kim.sees("没有“名字”这个占位词")
    await kim.says("{{ 姓名，您好")
    await kim.sees("没看懂这里的花括号")
    await kim.sends_photo(caption="{{ 姓名 |upper }}")
    await kim.sees("没看懂这里的花括号")
    await kim.sees("图片 1")  # the picture is good


async def test_a_poll_holds_no_placeholders(town: Town) -> None:
    kim = await composing(town)
    await sends_poll(kim, "{{ 姓名 }}，哪天方便？")
    await kim.sees("投票里不能写占位词")


async def test_a_text_has_an_end(town: Town) -> None:
    kim = await composing(town)
    await kim.says("水" * 4096 * 5)
    await kim.sees("太长了")


async def test_nobody_to_send_to_is_said_and_nothing_is_sent(town: Town) -> None:
    kim = await composing(town)
    await kim.says(WATER)
    await kim.sees("现在没有人会收到")
    assert "没有人会收到" in (await kim.presses("发送") or "")
    await kim.presses("改对象")
    await kim.sees("发给谁")


async def test_who_lost_the_role_meanwhile_cannot_send(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    await kim.says(WATER)
    await kim.sees("1 人")
    known = await town.database.read(people_queries.by_telegram_id, kim.id)
    assert known is not None
    await town.database.write(leave, known.id, town.clock.now(), town.settings.zone)
    await town.database.write(people_actions.consent, kim.id, "kim", "zh", town.clock.now())
    await kim.presses("发送", answered=False)
    await ana.sees_not(WATER)


async def test_residents_have_no_notices(town: Town) -> None:
    ana = await town.resident("ana")
    await ana.says("/notice")
    await ana.sees("邻里能做什么")
    viewer = await town.staff("li", Role.VIEWER, "东湖社区")
    await viewer.says("/notice")
    await viewer.sees("邻里能做什么")


# The look before


async def test_send_to_me_first_shows_what_will_be_sent(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    await kim.sends_photo(caption="{{ 姓名 }}，周六见")
    await kim.sees("kim，周六见")
    await kim.presses("选项")
    await kim.presses("加按钮")
    await kim.says("报名 https://example.org/a")
    await kim.sees("报名")
    await kim.presses("返回")
    await kim.presses("先发给我")
    mine = [m for m in kim.messages if m.by_bot and m.media_kind == "photo"][-1]
    assert (mine.text, mine.buttons) == (f"kim，周六见{SIGNED}", ["报名"])
    assert "请确认" in kim.last.text  # below the preview
    await ana.sees_not("周六见")
    await kim.presses("发送")
    got = await ana.sees("ana，周六见")
    assert (got.media_kind, got.buttons) == ("photo", ["报名"])


async def test_a_preview_that_telegram_does_not_take_is_said(town: Town) -> None:
    kim = await composing(town)
    await kim.says(WATER)
    await kim.sees("请确认")
    town.simulator.faults.next(TooManyRequests(3600), method="sendMessage")
    assert "没能发给您" in (await kim.presses("先发给我") or "")
    await kim.presses("先发给我")
    await kim.sees("请确认")


async def test_everybody_reads_their_own_language(town: Town) -> None:
    ana, bo = await town.member("ana"), await town.member("bo")
    bos = await town.database.read(people_queries.by_telegram_id, bo.id)
    assert bos is not None
    await town.database.write(people_actions.set_language, bos.id, "en", town.clock.now())
    kim = await composing(town)
    await kim.says(WATER)
    await kim.presses("选项")
    await kim.presses("英文")
    await kim.sees("英文")
    await kim.says("No water tomorrow, 9 to 11")
    await kim.sees("选项")
    await kim.presses("返回")
    await kim.presses("先发给我")
    await kim.sees("No water tomorrow")
    await kim.presses("发送")
    await ana.sees(WATER)
    await bo.sees("No water tomorrow")
    await bo.sees_not(WATER)


async def test_a_link_needs_an_address_that_is_one(town: Town) -> None:
    kim = await composing(town)
    await kim.says(WATER)
    await kim.presses("选项")
    await kim.presses("加按钮")
    await kim.says("报名")
    await kim.sees("https://")
    await kim.says("报名 example")
    await kim.sees("https://")
    await kim.says("https://example.org")
    await kim.sees("打开链接")
    await kim.presses("去掉按钮")
    await kim.sees_button("加按钮")


async def test_an_album_holds_no_button(town: Town) -> None:
    kim = await composing(town)
    await kim.sends_album(photos(2))
    await kim.sees("图片 2")
    await kim.presses("选项")
    await kim.presses("加按钮")
    await kim.says("报名 https://example.org")
    await kim.sees("再写一句话")


async def test_urgent_and_at_most_once_are_said_before_sending(town: Town) -> None:
    await town.member("ana")
    kim = await composing(town)
    await kim.says(WATER)
    await kim.presses("选项")
    await kim.presses("紧急")
    await kim.presses("宁漏不重")
    await kim.sees_button("✓ 宁漏不重")
    await kim.presses("返回")
    confirm = await kim.sees("紧急")
    assert "宁漏不重" in confirm.text
    await kim.presses("发送")
    await kim.sees("送达 1")


async def test_all_of_it_in_english(town: Town) -> None:
    await town.member("ana")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    known = await town.database.read(people_queries.by_telegram_id, kim.id)
    assert known is not None
    await town.database.write(people_actions.set_language, known.id, "en", town.clock.now())
    await kim.says("/notice")
    await kim.sees("What is the notice")
    await kim.says("Hello {{ name }}")
    await kim.sees("东湖社区 · everybody · 1 person: ana")
    await kim.presses("To whom")
    await kim.presses("Who")
    await kim.presses("members")
    await kim.presses("Done")
    await kim.presses("Options")
    await kim.presses("In Chinese")
    await kim.says("您好")
    await kim.sees("In Chinese, too")
    await kim.presses("Back")
    await kim.presses("Send to me")
    await kim.sees("Hello kim")
    await kim.presses("Tomorrow 8:30")
    await kim.presses("Schedule")
    await kim.sees("Scheduled")


# When


async def test_tomorrow_morning_is_one_tap(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    await kim.says(WATER)
    await kim.presses("明天 8:30")
    await kim.sees("周二 11月24日 8:30")
    await kim.presses("定时发送")
    await kim.sees("已安排：东湖社区 · 所有人 · 1 人：ana")
    await ana.sees_not(WATER)
    town.clock.advance(timedelta(hours=21))
    await ana.sees(WATER)


async def test_a_notice_may_come_every_week_until_it_is_stopped(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    await kim.says("周末大扫除")
    await kim.presses("改时间")
    await kim.presses("每周定时")
    await kim.presses("周五")
    await kim.presses("选好了")
    await kim.presses("18:30")
    await kim.sees("周五 11月27日 18:30")
    await kim.presses("定时发送")
    await kim.sees("每周五 18:30")
    town.clock.advance(timedelta(days=4, hours=7))
    await ana.sees("大扫除")
    await kim.presses("查看定时计划")
    await kim.presses("停止第 1 项")
    await kim.presses("停止")
    await ana.says("/me")
    await ana.sees("ana")
    town.clock.advance(timedelta(days=7))
    await ana.sees_not("大扫除")


# To whom


async def test_the_audience_is_chosen_by_taps_and_the_count_follows(town: Town) -> None:
    ana, bo = await town.member("ana"), await town.resident("bo")
    kim = await composing(town)
    await kim.says(WATER)
    await kim.sees("2 人")
    await kim.presses("改对象")
    await kim.presses("人员")
    await kim.presses("成员")
    await kim.sees("东湖社区 · 成员 · 1 人：ana")
    await kim.presses("学习")
    await kim.presses("居民安全与权益")
    await kim.presses("1.")
    await kim.presses("未学习")
    await kim.sees("未学习")
    await kim.presses("选好了")
    await kim.sees("请确认")
    await kim.presses("发送")
    await ana.sees(WATER)
    await bo.sees_not(WATER)


async def test_who_is_on_a_course_can_be_told(town: Town) -> None:
    ana, bo = await town.member("ana"), await town.member("bo")
    anas = await town.database.read(people_queries.by_telegram_id, ana.id)
    assert anas is not None
    course = "resident-basics"
    await town.database.write(join_course, anas.id, course, town.clock.now())
    kim = await composing(town)
    await kim.says("课程有更新")
    await kim.presses("改对象")
    await kim.presses("课程")
    await kim.presses("居民安全与权益")
    await kim.sees("1 人：ana")
    await kim.presses("选好了")
    await kim.presses("发送")
    await ana.sees("课程有更新")
    await bo.sees_not("课程有更新")


async def test_who_joins_a_course_later_gets_its_notice_on_their_own_day(town: Town) -> None:
    ana, bo = await town.member("ana"), await town.resident("bo")
    kim = await composing(town)
    await kim.says("{{ 姓名 }}，欢迎来学习")
    await kim.presses("改时间")
    how = await kim.sees("什么时候发")
    assert "加入课程后" not in how.buttons
    await kim.presses("现在发一次")
    await kim.presses("改对象")
    await kim.presses("课程")
    await kim.presses("居民安全与权益")
    await kim.presses("选好了")
    await kim.presses("改时间")
    await kim.presses("加入课程后")
    await kim.presses("1")
    await kim.presses("8:30")
    confirm = await kim.sees("加入课程 1 天后 8:30")
    assert "没有人会收到" not in confirm.text  # nobody has joined yet, which is no mistake
    await kim.presses("定时发送")
    await kim.sees("已安排")
    await bo.says("/study")
    await bo.presses("居民安全与权益")
    await bo.presses("加入课程")
    town.clock.advance(timedelta(hours=20, minutes=31))
    await bo.sees("bo，欢迎来学习")
    await ana.sees_not("欢迎来学习")


async def test_without_its_course_a_notice_has_no_rhythm_after_joining(town: Town) -> None:
    await town.member("ana")
    kim = await composing(town)
    await kim.says(WATER)
    await kim.presses("改对象")
    await kim.presses("课程")
    await kim.presses("居民安全与权益")
    await kim.presses("选好了")
    await kim.presses("改时间")
    await kim.presses("加入课程后")
    await kim.presses("1")
    await kim.presses("8:30")
    await kim.sees("加入课程 1 天后 8:30")
    await kim.presses("改对象")
    await kim.presses("课程")
    await kim.presses("不限")
    await kim.presses("选好了")
    confirm = await kim.sees("时间：现在")
    assert any("发送" in label and "定时" not in label for label in confirm.buttons)


async def test_those_who_did_not_sign_up_are_reminded(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana, bo = await town.member("ana"), await town.resident("bo")
    await kim.posts_event("消防演练", day="明天", capacity="不限")
    await ana.presses("我要报名")
    await bo.sees("消防演练")
    await kim.sends_notice("还没报名的快来", to=["活动", "消防演练", "未报名"])
    await bo.sees("快来")
    await ana.sees_not("快来")


async def test_the_district_chooses_a_place_and_a_role(town: Town) -> None:
    mei = await town.staff("mei", Role.DISTRICT)
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana, far = await town.member("ana"), await town.resident("li", "西山社区")
    await mei.says("/notice")
    await mei.says("周五开会")
    await mei.sees("示范区 · 所有人 · 2 人")
    await mei.presses("改对象")
    await mei.presses("地点")
    await mei.presses("西山社区")
    await mei.sees("西山社区 · 所有人 · 1 人：li")
    await mei.presses("地点")
    await mei.presses("示范区")
    await mei.presses("人员")
    await mei.presses("社区工作人员")
    await mei.sees("1 人：kim")  # who lives in no community
    await mei.presses("选好了")
    await mei.presses("发送")
    await kim.sees("周五开会")
    await ana.sees_not("周五开会")
    await far.sees_not("周五开会")


async def test_a_text_among_the_choices_is_not_lost_silently(town: Town) -> None:
    kim = await composing(town)
    await kim.says(WATER)
    await kim.presses("改对象")
    await kim.says("还有一句")
    await kim.sees("先选好")


# From outside the form


async def test_what_staff_send_outside_a_form_can_become_a_notice(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.member("ana")
    await kim.says(WATER)
    await kim.sees_button("作为建议")
    await kim.presses("作为通知")
    await kim.sees("1 人：ana")
    await kim.presses("取消")
    await kim.sends_voice()
    await kim.presses("作为通知")
    await kim.sees("语音")
    await kim.presses("发送")
    assert await ana.chat.signal.until(lambda: ("voice", SIGNED.strip()) in shown(ana) or None, 5)


async def test_an_album_outside_a_form_is_offered_once_and_comes_along_whole(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    [first, *_] = await kim.sends_album(photos(3), caption="活动照片")
    await kim.sees_button("作为通知")
    await town.rests()
    [offer] = [m for m in kim.messages if m.reply_to is not None]
    assert offer.reply_to is first
    await kim.presses("作为通知", on=offer)
    confirm = await kim.sees("图片 3")
    assert "活动照片" in confirm.text
    await kim.edits(first, "活动的照片")
    await kim.sees("活动的照片")


async def test_residents_are_offered_what_they_always_were(town: Town) -> None:
    ana = await town.resident("ana")
    await ana.says("路灯坏了")
    offer = await ana.sees_button("作为建议")
    assert offer.buttons == ["💡 作为建议提交", "🎫 近期活动", "📚 学习", "‹ 返回", "❓ 帮助"]
    await ana.sends_sticker()
    await ana.sees("还看不懂")


async def test_a_quiet_night_is_kept(town: Town) -> None:
    ana = await town.member("ana")
    kim = await composing(town)
    town.clock.move_to(datetime.fromisoformat("2026-11-23T23:00:00+08:00"))
    await kim.says(WATER)
    await kim.presses("发送")
    await ana.sees_not(WATER)
    town.clock.advance(timedelta(hours=8, minutes=1))
    await ana.sees(WATER)

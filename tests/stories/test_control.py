"""Following and steering a broadcast: the card, pause and stop, whom it did not reach, changes."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.simulator import DropAfterAccept, Message, Person, TooManyRequests
from bot.telegram.client import REPLY_PATIENCE
from storage.actions.notices import send_notice
from storage.actions.people import set_reachable
from storage.model.audience import Audience
from storage.model.message import Message as Content
from storage.model.notice import NewNotice
from storage.model.roles import Role
from storage.queries import people as people_queries
from storage.queries.cards import open_cards
from storage.tables import broadcasts
from tests.storage.district import rows_of
from tests.stories.conftest import Town
from tests.stories.people import Neighbour
from tests.stories.rest import looked
from tests.waiting import HANG, until

WATER = "明天上午 9 点停水"


async def crowd(town: Town, count: int) -> list[Person]:
    return [await town.resident(f"p{n}") for n in range(count)]


async def staff(town: Town) -> Neighbour:
    return await town.staff("kim", Role.COMMUNITY, "东湖社区")


async def sends(town: Town, kim: Person, content: Content | str = WATER, **given: Any) -> int:
    """A notice to everybody of the eastern community."""
    person = await town.database.read(people_queries.by_telegram_id, kim.id)
    assert person is not None
    message = Content({"zh": content}) if isinstance(content, str) else content
    audience = Audience(town.communities["东湖社区"].id)
    notice = NewNotice(f"draft of {content}", audience, message, **given)
    broadcast = await town.database.write(send_notice, person.id, notice, town.clock.now())
    town.app.planner.planner.rounds.wake()
    return broadcast


async def opens(kim: Person, name: str = WATER) -> Message:
    """Finds a broadcast in the list and opens its card."""
    await kim.says("/broadcasts")
    await kim.presses(name)
    return await kim.sees("东湖社区 · 周")


async def looks(town: Town, kim: Person, text: str) -> Message:
    """What the next looks make of the card, without the seconds between them."""
    async with asyncio.timeout(HANG):
        while text not in kim.screen:
            await looked(town.app.courier.cards.rounds)
    return kim.last


async def no_cards(town: Town) -> None:
    """Waits until no message is kept up to date any more."""
    async with asyncio.timeout(HANG):
        while await town.database.read(open_cards):
            await looked(town.app.courier.cards.rounds)


async def all_got(people: list[Person]) -> None:
    await until(lambda: got(people) == len(people))


def got(people: list[Person], text: str = WATER) -> int:
    return sum(any(text in message.text for message in each.messages) for each in people)


# The card


async def test_a_card_follows_its_broadcast_in_place_to_the_end(town: Town) -> None:
    people, kim = await crowd(town, 12), await staff(town)
    town.hurries = False
    await town.paced(6)
    some, others = town.holds(people[:6]), town.holds(people[6:])
    await sends(town, kim)
    card = await opens(kim)
    assert "发送中" in card.text
    assert {"⏸ 暂停", "⏹ 停止"} <= set(card.buttons)
    cards = town.app.courier.cards
    cards.rounds.wake()
    await until(lambda: cards._watches)  # the rate is what changed between two looks
    some.set()
    await until(lambda: got(people) == 6)
    cards.rounds.wake()
    later = await kim.sees("条 · 约剩")
    assert later.message_id == card.message_id
    others.set()
    last = await kim.sees("✅ 完成：送达 12")
    assert last.message_id == card.message_id
    assert {"✏️ 更正", "↩️ 撤回"} <= set(last.buttons)
    assert got(people) == 12
    edits = [c for c in town.simulator.calls("editMessageText") if "停水" in str(c.params)]
    assert len(edits) <= 5  # the first by the press, then one in three seconds
    await no_cards(town)


async def test_the_form_of_a_notice_becomes_its_card(town: Town) -> None:
    people, kim = await crowd(town, 3), await staff(town)
    await town.paced(10)
    await kim.says("/notice")
    await kim.sees("想通知什么")
    await kim.says(WATER)
    form = await kim.sees("请确认")
    await kim.presses("发送")
    card = await kim.sees("东湖社区 · 周一")
    assert card.message_id == form.message_id
    last = await looks(town, kim, "✅ 完成：送达 3")
    assert last.message_id == form.message_id
    await no_cards(town)
    assert got(people) == 3


async def test_colleagues_see_what_one_of_them_did(town: Town) -> None:
    people = await crowd(town, 8)
    kim, mei = await staff(town), await town.staff("mei", Role.DISTRICT)
    await town.paced(10)
    town.holds(people)
    await sends(town, kim)
    card = await opens(kim)
    pause = card_data(card, "暂停")
    await opens(mei)
    await mei.presses("暂停")
    await mei.sees("已暂停")
    await looks(town, kim, "已暂停")
    assert "已经过去" in (await kim.presses_raw(card, pause) or "")
    await kim.presses("继续")
    await looks(town, mei, "发送中")


async def test_pausing_holds_it_over_a_restart_and_it_goes_on_where_it_was(town: Town) -> None:
    people, kim = await crowd(town, 10), await staff(town)
    await town.paced(4)
    gate = town.holds(people)
    await sends(town, kim)
    card = await opens(kim)
    await kim.presses("暂停")
    await kim.sees("已暂停")
    gate.set()
    # What was in the courier's hands arrives, and then nothing for more than two turns.
    await town.rests()
    held = got(people)
    assert held < 10
    await town.stops()
    await town.starts()
    await town.rests()
    assert got(people) == held
    town.settings = town.settings.model_copy(update={"pace_per_second": 500})
    await kim.presses("继续")
    await kim.sees("发送中")
    await town.stops()  # the card goes on, too
    await town.starts()
    last = await looks(town, kim, "✅ 完成：送达 10")
    assert last.message_id == card.message_id
    assert sum(WATER in m.text for each in people for m in each.messages) == 10


async def test_stopping_asks_first_and_the_rest_gets_nothing(town: Town) -> None:
    people, kim = await crowd(town, 10), await staff(town)
    await town.paced(4)
    gate = town.holds(people)
    await sends(town, kim)
    card = await opens(kim)
    running = {b.text: b.data for row in card.rows for b in row}
    await kim.presses("停止")
    question = await kim.sees(f"停止“{WATER}”")
    assert question.message_id == card.message_id
    await kim.presses("先暂停")
    await kim.sees("已暂停")
    await kim.presses("停止")
    await kim.sees("还在等的")
    await kim.presses("返回")
    await kim.sees("已暂停")
    await kim.presses("停止")
    await kim.sees("还在等的")
    await kim.presses("停止")
    gate.set()
    stopped = await looks(town, kim, "⏹ 已停止：")
    await town.rests()
    assert f"送达 {got(people)}" in stopped.text
    assert f"已取消 {10 - got(people)}" in stopped.text
    for label, data in running.items():
        if data and ("暂停" in label or "停止" in label):
            toast = await kim.presses_raw(stopped, data)
            assert "已经过去" in (toast or ""), label
            assert "已停止" in kim.screen


async def test_a_question_is_not_covered_by_the_card(town: Town) -> None:
    people, kim = await crowd(town, 8), await staff(town)
    await town.paced(20)
    gate = town.holds(people)
    await sends(town, kim)
    await opens(kim)
    await kim.presses("停止")
    await kim.sees("还在等的")
    gate.set()
    await all_got(people)
    await looked(town.app.courier.cards.rounds)
    assert "还在等的" in kim.screen
    await kim.presses("返回")
    await looks(town, kim, "✅ 完成：送达 8")


async def test_the_list_is_the_newest_first_in_pages(town: Town) -> None:
    kim = await staff(town)
    await town.resident("ana")
    for n in range(7):
        await sends(town, kim, f"第 {n} 条")
    await town.rests()
    await kim.says("/broadcasts")
    page = await kim.sees("群发")
    labels = [label for label in page.buttons if "条" in label]
    assert [label.split("📣 ")[1].split(" · ")[0] for label in labels] == [
        f"第 {n} 条" for n in (6, 5, 4, 3, 2)
    ]
    await kim.presses("下一页")
    await kim.sees_button("第 0 条")
    await kim.presses("上一页")
    await kim.sees_button("第 6 条")
    for beyond in ("9999", "99999999999999999999"):
        await kim.presses_raw(page, f"broadcasts:{beyond}")
        await kim.sees_button("第 0 条")  # on the last page, which is the nearest
        await kim.presses("上一页")
        await kim.sees_button("第 6 条")


async def test_an_audience_of_nobody_says_what_to_do(town: Town) -> None:
    kim = await staff(town)
    await sends(town, kim)
    await opens(kim)
    seen = await looks(town, kim, "对象里现在没有能收到的人")
    assert "邀请成员" in seen.text


async def test_who_is_in_quiet_hours_is_told_and_gets_it_in_the_morning(town: Town) -> None:
    people, kim = await crowd(town, 2), await staff(town)
    town.clock.advance(timedelta(hours=11))
    await sends(town, kim)
    await opens(kim)
    await looks(town, kim, "2 人在免打扰时段，7:00 起发送。")
    town.clock.advance(timedelta(hours=8, minutes=1))
    await people[0].sees(WATER)
    await looks(town, kim, "✅ 完成：送达 2")


async def test_a_pause_of_telegram_is_told(town: Town) -> None:
    people, kim = await crowd(town, 3), await staff(town)
    town.simulator.faults.next(TooManyRequests(600), method="sendMessage", chat_id=people[0].id)
    await sends(town, kim)
    await opens(kim)
    seen = await looks(town, kim, "Telegram 要求稍候，12:1")
    assert "发送中" in seen.text


async def test_acknowledgements_of_a_study_item_are_counted(town: Town) -> None:
    ana, kim = await town.member("ana"), await staff(town)
    await town.member("bo")
    await kim.pushes()
    await ana.sees("安全账户")
    await kim.says("/broadcasts")
    await kim.presses("第 1 课")
    await looks(town, kim, "✅ 完成：送达 2")
    await ana.presses("已学习")
    await kim.presses("刷新")
    await kim.sees("送达 2 · 已学习 1")


# In nobody's way


async def test_a_card_that_hangs_does_not_delay_the_messages(town: Town) -> None:
    people, kim = await crowd(town, 20), await staff(town)
    await town.paced(20)
    await sends(town, kim)
    await opens(kim)
    town.holds_edit(kim)
    town.app.courier.cards.rounds.wake()
    async with asyncio.timeout(REPLY_PATIENCE):  # in which the card would give up
        await all_got(people)


async def test_a_card_that_was_deleted_or_cannot_be_seen_is_given_up(town: Town) -> None:
    people, kim = await crowd(town, 4), await staff(town)
    await town.paced(4)
    await sends(town, kim)
    await opens(kim)
    assert len(await town.database.read(open_cards)) == 1
    await kim.blocks()
    await no_cards(town)
    await all_got(people)


# Whom it did not reach


async def test_who_blocked_the_bot_is_listed_and_tried_again_when_back(town: Town) -> None:
    people, kim = await crowd(town, 3), await staff(town)
    bo = await town.resident("bo")
    await bo.blocks()
    await town.rests()
    await town.database.write(
        set_reachable, bo.id, True, town.clock.now()
    )  # it was not noticed in time
    await sends(town, kim)
    await opens(kim)
    card = await looks(town, kim, "✅ 完成：送达 3 · 未能送达 1")
    listed = card_data(card, "未送达名单")
    await kim.presses("未送达名单")
    await kim.sees("1. bo：停用了机器人")
    assert await kim.presses("再试一次") == "现在还没有可以重发的"
    await bo.unblocks()
    await kim.presses("未送达名单")
    assert await kim.presses("再试一次") == "重新发送 1 条"
    await bo.sees(WATER)
    await looks(town, kim, "✅ 完成：送达 4")
    assert got(people) == 3
    await kim.presses_raw(card, listed)
    await kim.sees("没有未送达的人")


def card_data(card: Message, label: str) -> str:
    return next(b.data for row in card.rows for b in row if label in b.text and b.data)


async def test_what_telegram_does_not_take_has_failed_and_can_be_sent_again(town: Town) -> None:
    await crowd(town, 2)
    kim = await staff(town)
    gone = Content({"zh": "看图 <b"})
    await sends(town, kim, gone)
    await opens(kim, "看图")
    card = await looks(town, kim, "✅ 完成：失败 2")
    await kim.presses("未送达名单")
    await kim.sees("Telegram 不收这条消息")
    await kim.presses("返回")
    assert await kim.presses("重发失败的 2 条") == "重新发送 2 条"
    again = await looks(town, kim, "✅ 完成：失败 2")
    assert again.message_id == card.message_id


async def test_to_send_again_what_may_have_arrived_asks_first(town: Town) -> None:
    people, kim = await crowd(town, 2), await staff(town)
    town.simulator.faults.next(DropAfterAccept(), method="sendMessage", chat_id=people[0].id)
    await sends(town, kim, at_most_once=True)
    await opens(kim)
    await looks(town, kim, "✅ 完成：送达 1 · 失败 1 · 不知道是否送到 1")
    await kim.presses("未送达名单")
    await kim.sees("p0：不知道是否送到")
    await kim.presses("返回")
    await kim.presses("重发失败的 1 条")
    await kim.sees("其中 1 条不知道是否送到")
    assert await kim.presses("重发") == "重新发送 1 条"
    await looks(town, kim, "✅ 完成：送达 2")
    assert sum(WATER in m.text for m in people[0].messages) == 2


# Correcting and taking back


async def test_a_correction_changes_what_people_have(town: Town) -> None:
    people, kim = await crowd(town, 3), await staff(town)
    await sends(town, kim, "{{ 姓名 }}，<b>明早</b>停水")
    await opens(kim, "停水")
    await looks(town, kim, "✅ 完成：送达 3")
    await people[0].sees("p0，明早停水")
    await kim.presses("更正")
    await kim.sees("现在的内容")
    await kim.says("{{ 名字 }}，停水改到后天")
    await kim.sees("没有“名字”这个占位词")
    await kim.says("{{ 姓名 }}，停水改到后天")
    await kim.sees("kim，停水改到后天")
    confirm = await kim.sees("已经收到的 3 人")
    yes = card_data(confirm, "确认更正")
    await kim.presses("确认更正")
    card = await looks(town, kim, "✅ 更正完成：已更正 3")
    assert card.message_id == confirm.message_id
    assert await kim.presses_raw(confirm, yes) is not None  # pressed twice: that step is over
    for each in people:
        assert [m.text for m in each.messages if "停水" in m.text] == [f"{each.name}，停水改到后天"]
    rows = await town.database.read(rows_of, broadcasts)
    assert [row.kind for row in rows] == ["notice", "correction"]
    await kim.presses("看原消息")
    await kim.sees("停水改到后天")
    # It was a mistake: what they had before is seen, and comes back to them.
    await kim.presses("更正前的内容")
    await kim.sees("明早停水")
    await kim.presses("换回更正前的内容")
    await kim.sees("换回以前的内容")
    assert "停水改到后天" in people[0].messages[-1].text  # not before it is confirmed
    await kim.presses("确认更正")
    await looks(town, kim, "✅ 更正完成：已更正 3")
    for each in people:
        assert [m.text for m in each.messages if "停水" in m.text] == [f"{each.name}，明早停水"]


async def test_each_language_is_corrected_by_itself(town: Town) -> None:
    ana, li = await town.resident("ana"), await town.resident("li")
    kim = await staff(town)
    await li.says("/settings")
    await li.presses("语言")
    await li.presses("English")
    await li.sees("Settings")
    await sends(town, kim, Content({"zh": "停水", "en": "No water"}))
    await opens(kim, "停水")
    await looks(town, kim, "✅ 完成：送达 2")
    await kim.presses("更正")
    await kim.presses("English")
    await kim.sees("No water")
    await kim.says("No water")
    await kim.sees("内容没有变化")
    await kim.says("No water <today>")
    await kim.sees("已经收到的 2 人")
    await kim.presses("改另一种语言")
    await kim.presses("中文")
    await kim.says("今天停水")
    await kim.sees("已经收到的 2 人")
    await kim.presses("确认更正")
    await looks(town, kim, "✅ 更正完成：已更正 2")
    await ana.sees("今天停水")
    await li.sees("No water <today>")


async def test_taking_back_deletes_it_and_what_is_too_old_is_listed(town: Town) -> None:
    people, kim = await crowd(town, 3), await staff(town)
    await sends(town, kim)
    await opens(kim)
    await looks(town, kim, "✅ 完成：送达 3")
    await kim.presses("撤回")
    question = await kim.sees("会被删除")
    yes = card_data(question, "撤回")
    await kim.presses("撤回")
    await looks(town, kim, "✅ 撤回完成：已撤回 3")
    assert got(people) == 0
    await kim.presses_raw(question, yes)
    assert "撤回完成" in kim.screen
    assert len(await town.database.read(rows_of, broadcasts)) == 2
    await kim.presses("看原消息")
    card = await kim.sees("这条消息已经撤回")
    assert not {"✏️ 更正", "↩️ 撤回"} & set(card.buttons)
    number = (await town.database.read(rows_of, broadcasts))[0].id
    for action in ("broadcast_correct", "broadcast_withdraw", "broadcast_retry"):
        assert await kim.presses_raw(card, f"{action}:{number}") == "这条消息已经撤回了。"
    await sends(town, kim, "后天停电")
    await opens(kim, "后天停电")
    await looks(town, kim, "✅ 完成：送达 3")
    town.clock.advance(timedelta(hours=49))
    await kim.presses("撤回")
    await kim.sees("超过 48 小时")
    await kim.presses("撤回")
    await looks(town, kim, "✅ 撤回完成：失败 3")
    await kim.presses("未送达名单")
    await kim.sees("发出超过 48 小时，删不掉")
    assert got(people, "后天停电") == 3


async def test_a_withdrawal_that_was_stopped_can_be_begun_again(town: Town) -> None:
    people, kim = await crowd(town, 6), await staff(town)
    await sends(town, kim)
    await opens(kim)
    await looks(town, kim, "✅ 完成：送达 6")
    await town.paced(2)
    await kim.presses("撤回")
    await kim.presses("撤回")
    await kim.sees("撤回中")
    await kim.presses("停止")
    await kim.presses("停止")
    await looks(town, kim, "⏹ 已停止")
    assert got(people) > 0
    await town.paced(500)
    await kim.presses("看原消息")
    await kim.presses("撤回")
    await kim.presses("撤回")
    await looks(town, kim, "✅ 撤回完成：已撤回 6")
    assert got(people) == 0


# Whose it is, and for how long


async def test_only_who_may_push_there_sees_and_steers(town: Town) -> None:
    people, kim = await crowd(town, 2), await staff(town)
    li = await town.staff("li", Role.COMMUNITY, "西山社区")
    viewer = await town.staff("bo", Role.VIEWER, "东湖社区")
    mei = await town.staff("mei", Role.DISTRICT)
    ana = await town.resident("ana")
    number = await sends(town, kim)
    await all_got(people)
    actions = [
        f"{action}:{number}"
        for action in (
            *("broadcast", "broadcast_pause", "broadcast_resume", "broadcast_stop"),
            *("broadcast_stopped", "broadcast_retry", "broadcast_retried", "broadcast_correct"),
            *("broadcast_withdraw", "broadcast_withdrawn"),
        )
    ]
    for stranger in (li, viewer, ana):
        for data in (*actions, f"broadcast_lost:{number}:0"):
            assert "没有找到" in (await stranger.presses_raw(stranger.last, data) or ""), data
    await li.says("/broadcasts")
    await li.sees("还没有群发")
    for stranger in (viewer, ana):
        await stranger.says("/broadcasts")
        await stranger.sees("邻里能做什么")  # as for a command that does not exist
    await mei.says("/broadcasts")
    await mei.presses(WATER)
    await looks(town, mei, "✅ 完成：送达 3")  # nobody stopped it, nor took it back


async def test_a_card_works_a_year_later(town: Town) -> None:
    await crowd(town, 1)
    kim = await staff(town)
    await sends(town, kim)
    await opens(kim)
    await looks(town, kim, "✅ 完成：送达 1")
    await town.stops()
    town.clock.advance(timedelta(days=365))
    await town.starts()
    await kim.presses("刷新")
    assert "✅ 完成：送达 1" in kim.screen
    assert "更正" not in str(kim.last.content)
    assert "90 天" in (await kim.presses_raw(kim.last, "broadcast_correct:1") or kim.screen)


@pytest.mark.parametrize("data", ["broadcast:x", "broadcast:-1", "broadcast_lost:1", "broadcast:"])
async def test_data_that_no_button_carries_is_an_old_button(town: Town, data: str) -> None:
    kim = await staff(town)
    assert "已经失效" in (await kim.presses_raw(kim.last, data) or "")


async def test_a_broadcast_that_is_not_there_is_refused(town: Town) -> None:
    kim = await staff(town)
    for data in ("broadcast:77", "broadcast_pause:77", "broadcast_lost:77:0"):
        assert "工作范围" in (await kim.presses_raw(kim.last, data) or "")

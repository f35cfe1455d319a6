"""What stands in the ledger: counting twice, the list, putting right, voiding, who may read it."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, update

from storage.actions.events import post
from storage.actions.fan_out import fan_out
from storage.actions.notices import send_notice
from storage.model.audience import Audience
from storage.model.delivery import DeliveryState
from storage.model.event import NewEvent
from storage.model.ledger import EntryState
from storage.model.message import Message
from storage.model.notice import NewNotice
from storage.model.roles import Role
from storage.queries.people import by_telegram_id
from storage.tables import deliveries
from tests.handlers.content import photo
from tests.handlers.room import OWNER, Room, Talker
from tests.handlers.test_log import at_the_review, begun, recorded


async def with_an_entry(room: Room) -> Talker:
    """kim recorded three visits today, in building 3."""
    kim = await at_the_review(room)
    await kim.presses("📍")
    await kim.says("3号楼")
    await kim.sends(**photo("p1"))
    await kim.presses("保存")
    return kim


async def owner_id(room: Room) -> int:
    owner = await room.database.read(by_telegram_id, OWNER)
    assert owner is not None
    return owner.id


def _arrived(connection: Connection) -> None:
    connection.execute(update(deliveries).values(state=DeliveryState.SENT))


# Counting twice


async def test_what_is_there_already_is_shown_and_asked_about(room: Room) -> None:
    kim = await with_an_entry(room)
    await begun(kim)
    await kim.presses("今天", "2 人次")
    assert "⚠️ 这一天这里已经记过：走访慰问 3 人次，3号楼" in kim.screen
    await kim.presses("保存")
    assert "会不会记重了" in kim.screen
    await kim.presses("返回", "📅", "昨天")
    assert "⚠️" not in kim.screen
    await kim.presses("📅", "今天", "保存", "仍要记")
    assert "本年累计 5 人次" in kim.screen
    assert len(await recorded(room)) == 2


async def test_a_notice_of_that_day_counts_as_published_already(room: Room) -> None:
    kim, node = await room.staff("kim"), room.communities["东湖社区"].id
    notice = NewNotice("n", Audience(node), Message({"zh": "停水"}))
    await room.resident("bo")
    sent = await room.database.write(send_notice, await owner_id(room), notice, room.clock.now())
    await room.database.write(fan_out, sent, room.clock.now(), room.tools.zone)
    await room.database.write(_arrived)
    await kim.says("/log")
    await kim.says("发布宣传信息")
    await kim.presses("今天", "1 条")
    assert "⚠️ 这一天机器人已经自动算了 1（发出的通知）" in kim.screen
    await kim.presses("保存")
    assert "会不会记重了" in kim.screen
    await kim.presses("返回", "📅", "昨天")
    assert "发出的通知已经自动算" in kim.screen
    await kim.presses("保存")
    assert "已记：发布宣传信息 1 条，本年累计 2 条" in kim.screen


async def test_an_event_of_that_day_is_told_and_asks_nothing(room: Room) -> None:
    kim, node, now = await room.staff("kim"), room.communities["东湖社区"].id, room.clock.now()
    new = NewEvent("e", node, "meeting", "走访协调会", "活动室", now + timedelta(hours=2), None)
    await room.database.write(post, await owner_id(room), new, now)
    await begun(kim)
    await kim.presses("今天", "3 人次")
    assert "这一天这里有活动“走访协调会”（联席会议）" in kim.screen
    await kim.presses("保存")
    assert "已记" in kim.screen


async def test_a_day_of_long_ago_is_asked_back(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("📅")
    await kim.says("2025年3月3日")
    assert "一年多以前，会算进2025年" in kim.screen
    await kim.presses("保存")
    assert "一年多以前" in kim.screen
    await kim.presses("仍要记")
    assert "2025年累计 3 人次" in kim.screen


# Reading


async def test_the_list_is_narrowed_by_what_and_by_month(room: Room) -> None:
    kim = await with_an_entry(room)
    await kim.says("/log")
    await kim.says("调解")
    await kim.says("10月8日")
    await kim.presses("1 起", "保存")
    await kim.says("/staff")
    await kim.presses("更多", "看台账")
    assert [label for label in kim.buttons if "月" in label][:2] == [
        "周一 11月23日 走访慰问 3 人次 · 3号楼",
        "周四 10月8日 调解矛盾纠纷 1 起",
    ]
    await kim.presses("按月份", "2026年10月")
    assert "调解矛盾纠纷 1 起" in kim.buttons[0]
    assert "走访" not in "".join(kim.buttons)
    await kim.presses("按项目", "下一页", "走访慰问")
    assert "走访慰问 · 2026年10月" in kim.screen
    assert "还没有记录" in kim.screen
    await kim.presses("按月份", "全部")
    assert "走访慰问 3 人次" in kim.buttons[0]


async def test_a_viewer_reads_and_changes_nothing(room: Room) -> None:
    await with_an_entry(room)
    lin = await room.staff("lin", Role.VIEWER, "东湖社区")
    await lin.says("/staff")
    assert not any("记台账" in label for label in lin.buttons)
    await lin.presses("看台账")
    assert "点开看详细的。" in lin.screen, "nor are they told that they may"
    await lin.presses("走访慰问 3 人次")
    assert "📍 3号楼" in lin.screen
    assert "kim 记下" in lin.screen
    assert lin.messages[-1].media or any(each.media for each in lin.messages)
    assert not {"✏️ 更正", "🗑 作废"} & set(lin.buttons)


async def test_who_works_elsewhere_does_not_see_it(room: Room) -> None:
    await with_an_entry(room)
    li = await room.staff("li", place="西山社区")
    await li.says("/staff")
    await li.presses("更多", "看台账")
    assert "还没有记录" in li.screen
    assert "没有找到" in await li.presses_raw("entry:1")


# Putting right


async def opened(kim: Talker) -> None:
    await kim.presses_raw("entry:1")


async def test_an_entry_is_put_right_with_old_and_new_side_by_side(room: Room) -> None:
    kim = await with_an_entry(room)
    await opened(kim)
    await kim.presses("更正", "🔢")
    await kim.says("2")
    assert "✏️ 数量：3 人次 → 2 人次" in kim.screen
    await kim.presses("更正")
    assert "为什么更正" in kim.screen
    assert "数量：3 人次 → 2 人次" in kim.screen
    await kim.says("一位老人不在家")
    assert "原因：一位老人不在家" in kim.screen
    await kim.presses("更正")
    assert "已更正：走访慰问 2 人次，本年累计 2 人次" in kim.screen
    await kim.presses("看这一笔")
    assert "kim 更正成这样：一位老人不在家" in kim.screen
    await kim.presses("更正前")
    assert "走访慰问 3 人次" in kim.screen
    assert "不算数" in kim.screen
    await kim.presses("更正后")
    assert "走访慰问 2 人次" in kim.screen
    [entry] = await recorded(room)
    assert (entry["number"], entry["place"], entry["media"]) == (Decimal(2), "3号楼", ["p1"])


async def test_nothing_is_put_right_without_a_change_and_a_reason(room: Room) -> None:
    kim = await with_an_entry(room)
    await opened(kim)
    await kim.presses("更正")
    assert "还没有改动" in await kim.presses("更正")
    await kim.presses("🔢")
    await kim.says("2")
    await kim.presses("更正")
    await kim.says("\u200b")
    assert "请写明更正或作废的原因" in kim.screen
    await kim.says("长" * 501)
    assert "原因最多 500 个字" in kim.screen
    await kim.presses("数量记错了", "更正")
    assert "已更正" in kim.form


async def test_what_was_put_right_meanwhile_is_not_put_right_again(room: Room) -> None:
    kim, mei = await with_an_entry(room), await room.staff("mei")
    for each in (kim, mei):
        await opened(each)
        await each.presses("更正", "🔢")
        await each.says("2")
        await each.presses("更正", "数量记错了")
    await mei.presses("更正")
    assert "已经更正或作废" in await kim.presses("更正")
    assert "已经更正或作废" in await kim.presses_raw("entry_correct:1")
    assert len(await recorded(room)) == 1


# Voiding


async def test_an_entry_is_voided_with_a_reason_and_can_still_be_read(room: Room) -> None:
    kim = await with_an_entry(room)
    await opened(kim)
    await kim.presses("作废")
    await kim.says(" ")
    assert "请写明更正或作废的原因" in kim.screen
    await kim.presses("记重了")
    assert "原因：记重了" in kim.form
    await kim.presses("作废")
    assert "已作废：走访慰问 3 人次，本年累计 0 人次" in kim.form
    assert await recorded(room) == []
    await opened(kim)
    assert "已作废，不算数" in kim.screen
    assert "kim 作废：记重了" in kim.screen
    assert "作废" not in "".join(kim.buttons)
    assert len(await recorded(room, EntryState.VOIDED)) == 1


async def test_cancel_leads_back_to_the_entry(room: Room) -> None:
    kim = await with_an_entry(room)
    for what in ("更正", "作废"):
        await opened(kim)
        await kim.presses(what, "取消")
        assert "走访慰问 3 人次" in kim.screen
        assert "✏️ 更正" in kim.buttons


@pytest.mark.parametrize("again", ["entry_undo:1", "entry_void:1"])
async def test_an_old_receipt_undoes_nothing_twice(room: Room, again: str) -> None:
    kim = await with_an_entry(room)
    await kim.presses("撤销")
    room.clock.at = datetime.fromisoformat("2026-12-01T09:00:00+08:00")
    assert "已经更正或作废" in await kim.presses_raw(again)

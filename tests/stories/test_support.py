"""Me too: a neighbour has suggested it already, and one press says that more people want it."""

from datetime import timedelta

from storage.model.roles import Role
from storage.queries.conversations import all_open
from tests.stories.conftest import Town
from tests.stories.people import Neighbour
from tests.stories.test_attendance import got

LAMP = "3号楼一带路灯不亮"
MINE = "3号楼东侧路灯坏了,晚上很黑"


async def supports(person: Neighbour) -> None:
    """Says "me too" to the lamp."""
    await person.begins_suggestion(MINE)
    await person.presses("我也附议")
    await person.sees("已附议")


async def kept(town: Town) -> str:
    """All that is kept of anybody's conversation."""
    return str(await town.database.read(all_open))


async def a_lamp_in_hand(town: Town) -> tuple[Neighbour, Neighbour]:
    """The lamp that li, anonymously, suggested and kim adopted; gives both back."""
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    li = await town.resident("li-of-house-3")
    await li.suggests(LAMP, anonymous=True, number="2026-0001")
    await kim.answers("2026-0001")
    await li.sees("已采纳")
    return kim, li


async def test_a_neighbour_says_me_too_and_thinks_again(town: Town) -> None:
    kim, li = await a_lamp_in_hand(town)
    bo = await town.resident("bo")
    await bo.begins_suggestion(MINE, category="其他")
    await bo.sees("有 1 条相近的建议正在办理")
    assert LAMP in bo.screen
    assert bo.buttons() == ["我也附议 · 2026-0001", "不一样，继续", "‹ 返回", "取消"]
    await bo.presses("我也附议")
    receipt = await bo.sees("已附议")
    assert "1 人附议 · 已采纳" in receipt.text
    assert "您写的那条就不用再提交了" in receipt.text
    assert "li-of-house-3" not in bo.transcript()

    # Staff and the author see how many, not who.
    await kim.says("/inbox")
    await kim.sees_button("2026-0001 已采纳 · 1 人附议")
    await kim.presses("2026-0001")
    await kim.sees("署名：匿名 · 1 人附议")
    await li.says("/track")
    await li.presses("2026-0001")
    await li.sees("1 人附议")

    # It stands in the list, and a second thought is free both ways.
    await bo.says("/track")
    await bo.presses("附议 2026-0001")
    card = await bo.sees("1 人附议")
    assert "没有提交" not in card.text
    await bo.presses("取消附议")
    await bo.sees("0 人附议")
    town.clock.advance(timedelta(seconds=2))
    await bo.presses("我也附议")
    await bo.sees("1 人附议")


async def test_what_was_written_is_not_lost(town: Town) -> None:
    await a_lamp_in_hand(town)
    bo = await town.resident("bo")
    await bo.begins_suggestion(MINE)
    await bo.presses("我也附议")
    receipt = await bo.sees("已附议")
    await town.stops()
    await town.starts()
    await bo.says("/events")
    await bo.sees("现在没有活动")
    await bo.sees_not("还没有提交")  # the form is over; only its draft waits
    await bo.presses("继续提交我写的", on=receipt)
    await bo.sees(MINE)
    receipt = await bo.sees_button("建议进度")  # it stays above
    assert "没有提交" not in receipt.text
    assert bo.buttons(receipt) == ["取消附议", "建议进度"]
    await bo.presses("提交")
    await bo.sees("2026-0002")
    assert "已经结束" in (await bo.presses_raw(receipt, "submit_own:1") or "")


async def test_an_old_receipt_does_not_bring_up_a_newer_draft(town: Town) -> None:
    kim, li = await a_lamp_in_hand(town)
    await li.suggests("楼道垃圾没人清", number="2026-0002")
    await kim.answers("2026-0002")
    bo = await town.resident("bo")
    receipts = []
    for text in (MINE, "楼道里的垃圾好几天没人清理了"):
        await bo.begins_suggestion(text)
        await bo.presses("我也附议")
        receipts.append(await bo.sees("已附议"))
    assert "已经结束" in (await bo.presses("继续提交我写的", on=receipts[0]) or "")
    await bo.presses("继续提交我写的", on=receipts[1])
    await bo.sees("请确认")
    assert "楼道里的垃圾" in bo.screen


async def test_what_was_written_is_forgotten_when_another_is_begun(town: Town) -> None:
    await a_lamp_in_hand(town)
    bo = await town.resident("bo")
    await supports(bo)
    receipt = bo.last
    assert MINE in await kept(town)
    await bo.suggests("广场舞晚上太吵", number="2026-0002")
    assert MINE not in await kept(town)
    assert "已经结束" in (await bo.presses("继续提交我写的", on=receipt) or "")


async def test_what_was_written_is_forgotten_when_somebody_leaves(town: Town) -> None:
    await a_lamp_in_hand(town)
    bo = await town.resident("bo")
    await supports(bo)
    await bo.says("/settings")
    await bo.presses("退出")
    await bo.presses("确定退出")
    await bo.sees("已退出")
    await town.rests()
    assert MINE not in await kept(town)


async def test_mine_is_different_and_nobody_asks_again(town: Town) -> None:
    await a_lamp_in_hand(town)
    bo = await town.resident("bo")
    await bo.begins_suggestion(MINE)
    await bo.presses("不一样，继续")
    await bo.sees("请确认")
    await bo.says("还有5号楼的路灯")
    await bo.sees("5号楼")
    await bo.presses("修改")
    await bo.says(MINE)
    await bo.sees("请确认")
    await bo.presses("提交")
    await bo.sees("2026-0002")


async def test_what_is_written_before_the_category_is_compared_too(town: Town) -> None:
    await a_lamp_in_hand(town)
    bo = await town.resident("bo")
    await bo.says(f"/suggest {MINE}")
    await bo.presses("设施维修")
    await bo.sees("相近的建议")


async def test_only_what_is_alike_adopted_near_and_of_others_is_shown(town: Town) -> None:
    kim, li = await a_lamp_in_hand(town)
    await li.suggests("楼道垃圾没人清", number="2026-0002")  # nobody of the staff read it
    await li.suggests("5号楼电梯老是坏", number="2026-0003")
    await kim.answers("2026-0003", decision="不采纳")
    bo, ana = await town.resident("bo"), await town.resident("ana", "西山社区")
    for person, text in (
        (bo, "广场舞晚上太吵"),  # nothing alike
        (bo, "楼道里的垃圾好几天没人清理了"),  # not adopted yet
        (bo, "5号楼电梯又坏了"),  # declined
        (ana, MINE),  # another community
        (li, MINE),  # one's own
    ):
        await person.begins_suggestion(text)
        await person.sees("请确认")
        await person.presses("取消")


async def test_a_photo_alone_is_like_nothing(town: Town) -> None:
    await a_lamp_in_hand(town)
    bo = await town.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.sends_photo()
    await bo.sees("请确认")


async def test_a_second_press_is_the_same_and_after_the_end_words_say_why(town: Town) -> None:
    kim, _ = await a_lamp_in_hand(town)
    bo, mei = await town.resident("bo"), await town.resident("mei")
    await bo.begins_suggestion(MINE)
    await bo.presses("我也附议")
    receipt = await bo.sees("已附议")
    await bo.presses_raw(receipt, "support:1")
    assert "1 人附议" in bo.screen

    await mei.begins_suggestion(MINE)
    window = await mei.sees("相近的建议")
    await kim.answers("2026-0001", decision="已办结")
    assert "现在不能附议" in (await mei.presses("我也附议", on=window) or "")
    await mei.presses("不一样，继续")  # what she wrote is still there
    await mei.sees("请确认")
    town.clock.advance(timedelta(seconds=1))
    await bo.presses_raw(receipt, "withdraw:1")
    await bo.sees("0 人附议 · 已办结")
    town.clock.advance(timedelta(seconds=2))
    assert "现在不能附议" in (await bo.presses_raw(receipt, "support:1") or "")


async def test_a_forged_press_supports_and_shows_nothing_of_others(town: Town) -> None:
    _, li = await a_lamp_in_hand(town)
    ana = await town.resident("ana", "西山社区")
    for data in ("support:1", "support:99"):
        assert "不是您社区" in (await ana.presses_raw(ana.last, data) or "")
    for data in ("supported:1", "withdraw:1"):
        assert "没有找到" in (await ana.presses_raw(ana.last, data) or "")
    assert "您自己" in (await li.presses_raw(li.last, "support:1") or "")
    await li.suggests("主任是坏人", number="2026-0002")  # nobody of the staff read it
    bo = await town.resident("bo")
    assert "现在不能附议" in (await bo.presses_raw(bo.last, "support:2") or "")
    assert "没有找到" in (await bo.presses_raw(bo.last, "supported:2") or "")
    assert "主任" not in bo.transcript()


async def test_a_telephone_number_is_not_shown_to_neighbours(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    li, bo = await town.resident("li"), await town.resident("bo")
    await li.suggests("路灯坏了，电话13812345678", number="2026-0001")
    await kim.answers("2026-0001")
    await bo.begins_suggestion("路灯不亮")
    await bo.sees("路灯坏了，电话…")
    assert "138" not in bo.transcript()


async def test_supporters_hear_what_became_of_it_unless_they_thought_again(town: Town) -> None:
    kim, _ = await a_lamp_in_hand(town)
    bo, mei = await town.resident("bo"), await town.resident("mei")
    for person in (bo, mei):
        await supports(person)
    await mei.presses("取消附议")
    await mei.sees("已取消附议")
    await kim.answers("2026-0001", decision="已办结")
    news = await bo.sees("您附议的建议 2026-0001")
    assert f"“{LAMP}”已办结" in news.text
    assert "本周更换" not in news.text  # the reply was written to the author
    await bo.presses("查看进度", on=news)
    await bo.sees("1 人附议 · 已办结")
    await mei.sees_not("您附议的建议")


async def test_who_supports_a_suggestion_can_be_told_and_nobody_is_named(town: Town) -> None:
    kim, li = await a_lamp_in_hand(town)
    ana, bo = await town.resident("ana"), await town.resident("bo")
    for person in (ana, bo):
        await supports(person)
    await ana.deletes_account()
    await kim.sends_notice("路灯修好了", to=["建议", "2026-0001", "附议"])
    await bo.sees("路灯修好了")
    assert not got(li, "路灯修好了")
    await kim.presses("未送达名单")
    lost = await kim.sees("1. 其中一位：账号已经不在")
    assert "ana" not in lost.text

    await kim.says("/notice")
    await kim.says("来附议吧")
    await kim.presses("改对象")
    await kim.presses("建议")
    offered = await kim.sees("按哪条建议来选")
    assert offered.buttons[1] == "2026-0001 3号楼一带路灯不亮"
    await kim.presses("2026-0001")
    await kim.presses("未附议")
    asked = await kim.sees("东湖社区 · 所有人 · 未附议建议 2026-0001 的 · 1 人")
    assert "li-of-house-3" not in " ".join([asked.text, offered.text, *offered.buttons])


async def test_supporters_are_not_narrowed_down_to_one(town: Town) -> None:
    kim, _ = await a_lamp_in_hand(town)
    await supports(await town.resident("bo"))
    await town.member("ana")
    await kim.says("/notice")
    await kim.says("路灯修好了")
    await kim.presses("改对象")
    for tap in ("人员", "成员", "语言", "中文"):
        await kim.presses(tap)
    await kim.sees("东湖社区 · 成员 · 用中文的 · 1 人：ana")
    for tap in ("建议", "2026-0001", "附议"):
        await kim.presses(tap)
    await kim.sees("东湖社区 · 所有人 · 附议建议 2026-0001 的 · 1 人")
    await kim.presses("语言")
    await kim.presses("不限")
    await kim.sees("所有人 · 附议建议 2026-0001 的 · 1 人")
    for taps, words in (
        (("语言", "中文"), "东湖社区 · 所有人 · 用中文的 · 3 人"),
        (("人员", "成员"), "东湖社区 · 成员 · 1 人"),
    ):
        for tap in ("建议", "2026-0001", "附议"):
            await kim.presses(tap)
        await kim.sees("附议建议 2026-0001 的 · 1 人")
        for tap in taps:
            await kim.presses(tap)
        await kim.sees(words)

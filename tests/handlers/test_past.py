"""An event that was elsewhere, or before the bot came, is recorded afterwards."""

from datetime import date

import pytest

from storage.model.message import Media, MediaKind
from storage.model.past_event import PastDraft
from storage.model.refusal import Refusal
from tests.handlers.room import Room, Shown
from tests.handlers.test_figures import YEAR

WHOLE = PastDraft("k", False, 1, "study", "演出", date(2026, 11, 3), "一楼大厅", 35)


async def test_it_counts_at_once_marked_by_hand_and_can_be_put_right_and_voided(
    room: Room,
) -> None:
    kim, east = await room.staff("kim"), room.communities["东湖社区"].id
    sessions, came = (f"figure:{east}:{YEAR}:study_{of}" for of in ("sessions", "attendance"))
    await kim.presses_raw("posted")
    await kim.presses("补录活动", "学习活动")
    await kim.says("重阳节慰问演出")
    await kim.says("11月3日")
    await kim.says("一楼大厅")
    await kim.says("350人")
    assert "到场 350 人（不记名）" in kim.screen
    await kim.says("35人")
    assert "到场 35 人（不记名）" in kim.screen
    await kim.presses("保存")
    assert "✅ 已补录，已计入统计" in kim.screen
    await kim.presses_raw(sessions)
    assert "<b>1 场次</b>" in kim.screen
    await kim.presses("明细")
    assert "1. 周二 11月3日 重阳节慰问演出 ✍️ 手工补录" in kim.screen
    await kim.presses_raw(f"records:{east}:{YEAR}:study_attendance:0")
    assert "重阳节慰问演出 · 35 人不记名 ✍️ 手工补录" in kim.screen
    await kim.presses("1")
    assert "✍️ <b>重阳节慰问演出</b>（手工补录）" in kim.screen

    await kim.presses("更正")
    await kim.says("40")
    await kim.presses("保存")
    assert "为什么更正" in kim.screen
    await kim.says("人数记错了")
    await kim.presses("保存")
    await kim.presses_raw(came)
    assert "<b>40 人次</b>" in kim.screen
    await kim.presses("明细", "1", "作废")
    twice = next(each for each in kim.carried if each.endswith(":twice"))
    forged = twice.replace(":twice", ":nonsense")
    assert "没有找到" in await kim.presses_raw(forged, kim.window)  # nothing goes without a reason
    await kim.presses_raw(twice, kim.window)
    assert "已作废，不计入统计" in kim.screen
    await kim.presses_raw(sessions)
    assert "<b>0 场次</b>" in kim.screen


@pytest.mark.parametrize(
    ("step", "text", "key"),
    [
        ("came", "很多", "event.bad_number"),
        ("came", "100001", "past.came_range"),
        ("on", "明天", "ledger.still_to_come"),
        ("on", "1999年1月1日", "ledger.too_early"),
        ("title", " ", "event.title_length"),
        ("place", "长" * 121, "event.place_length"),
        ("note", "长" * 5000, "ledger.long_note"),
        ("reason", " ", "ledger.no_reason"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    room: Room, step: str, text: str, key: str
) -> None:
    with pytest.raises(Refusal, match=key):
        WHOLE.answered(step, text, room.tools.calendar(room.tools.zone))


@pytest.mark.parametrize(
    ("text", "steps"),
    [("35", ("came",)), ("上周六", ("on",)), ("社区广场", ("title", "place", "note"))],
)
def test_a_text_means_what_it_plainly_says(room: Room, text: str, steps: tuple[str, ...]) -> None:
    assert WHOLE.meanings(text, room.tools.calendar(room.tools.zone)) == steps


def test_an_album_is_taken_as_far_as_there_is_room() -> None:
    photos = tuple(Media(MediaKind.PHOTO, f"p{n}") for n in range(12))
    filled = WHOLE.with_more("合影", photos[:8]).with_more("", photos[4:])
    assert (len(filled.media), filled.note) == (10, "合影")
    with pytest.raises(Refusal, match="ledger.many_media"):
        filled.with_more("", photos)


async def test_who_records_an_event_as_work_is_led_to_where_it_counts(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log")
    await kim.presses("✍️ 补录活动")
    assert "补录一场已经办过" in kim.form
    assert len(await kim.forms()) == 1  # nothing was said to the other
    await kim.presses("学习活动")
    assert "叫什么名字" in kim.form


@pytest.mark.parametrize("begins", ["/log 专题讲座 1 昨天", "/log", "专题讲座 1 昨天"])
async def test_an_indicator_that_counts_events_opens_that_form_with_kind_and_day(
    room: Room, begins: str
) -> None:
    kim = await room.staff("kim")
    if begins == "/log":
        await kim.says("/log")
        await kim.says("专题讲座 1 昨天")
    elif begins.startswith("/log"):
        await kim.says(begins)
    else:
        said = await kim.says(begins)
        offer = room.phones.put(kim.id, room.phones.new_id(), Shown("?", reply_to=said))
        await kim.presses_raw("log_this", offer)
    assert "“专题讲座”不用记台账，机器人自己会数" in kim.screen
    assert kim.buttons == ["✍️ 补录：专题讲座"]
    await kim.presses("补录：专题讲座")
    await kim.says("防汛知识讲座")
    await kim.says("礼堂")
    await kim.says("40")
    assert "2026年11月22日" in kim.form
    assert "专题讲座 · 东湖社区 · 到场 40 人" in kim.form
    await kim.presses("保存")
    assert "✅ 已补录，已计入统计" in kim.screen


async def test_what_counts_no_event_leads_to_none(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log 推送学习资料 3")
    assert "机器人自己会数" in kim.screen
    assert "✍️ 补录活动" not in [label for label, _ in kim.messages[-1].buttons]


async def test_a_kind_that_is_none_opens_nothing(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.presses_raw("past_as:nonsense")
    assert await kim.forms() == []

"""What hangs under an event: one button of the review, everything may be left out."""

import pytest

from content.screen import Venue
from storage.queries import events as queries
from storage.queries.event_details import details
from storage.queries.people import by_telegram_id
from storage.tables import broadcasts
from tests.handlers.room import Room, Talker
from tests.handlers.test_post import at_the_review
from tests.storage.district import rows_of

PHOTO = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
HERE = {"latitude": 31.2304, "longitude": 121.4737}


async def at_the_details(room: Room) -> Talker:
    kim = await at_the_review(room)
    await kim.presses("说明、照片")
    assert "还可以写什么" in kim.screen
    return kim


async def event_of(room: Room, kim: Talker) -> int:
    person = await room.database.read(by_telegram_id, kim.id)
    assert person is not None
    (event,) = (await room.database.read(queries.managed, person, room.clock.now(), 0)).items
    return event.id


async def test_what_is_no_text_is_seen_on_the_review_and_never_said_to_be_missing(
    room: Room,
) -> None:
    kim = await at_the_review(room)
    assert "➕ 说明、照片 …" in kim.buttons
    await kim.sends(photo=PHOTO)
    assert "🖼 照片 1 张" in kim.screen
    assert "📎 说明、照片 1 张 …" in kim.buttons
    await kim.sends(location=HERE)
    assert "🖼 照片 1 张 · 🗺 有地图位置" in kim.screen
    await kim.presses("📎 说明、照片", "❓")
    await kim.says("吃辣吗？吃/不吃")
    await kim.presses("返回", "回到核对", "发布")
    assert "🖼 照片 1 张 · 🗺 有地图位置 · ❓ 报名问题 1 个" in kim.screen
    await kim.presses("改", "📎 说明、照片", "🖼 照片 1 张", "去掉照片", "回到核对")
    assert "🖼" not in kim.screen
    assert "➕ 说明、照片 …" in kim.buttons


async def test_all_of_it_is_kept_and_stands_on_the_card(room: Room) -> None:
    kim, bo = await at_the_details(room), await room.resident("bo")
    await kim.presses("📝")
    await kim.says("带水杯，穿平底鞋。")
    await kim.presses("🖼")
    await kim.sends(photo=PHOTO)
    await kim.presses("🗺")
    await kim.sends(location=HERE)
    await kim.presses("⏳")
    await kim.says("11月27日 18:00")
    await kim.presses("❓")
    await kim.says("吃辣吗？吃/不吃")
    await kim.says("几个孩子？")
    await kim.presses("返回", "👪", "2")
    await kim.presses("💰")
    await kim.says("免费")
    await kim.presses("☎️")
    await kim.says("居委会 66001234")
    for each in ("带水杯", "报名到 周五 11月27日 18:00", "再带 2 人", "免费", "居委会 66001234"):
        assert each in kim.screen
    assert "吃辣吗？（吃 / 不吃）" in kim.screen
    await kim.presses("回到核对", "发布")
    assert "带水杯" in kim.screen
    event_id = await event_of(room, kim)
    kept = await room.database.read(details, event_id)
    assert [each.options for each in kept.questions] == [("吃", "不吃"), ()]
    assert (kept.companions, kept.cost, len(kept.media)) == (2, "免费", 1)
    await bo.presses_raw(f"event:{event_id}")
    assert "带水杯" in bo.screen
    assert bo.buttons[-2:] == ["🗺 看地图", "‹ 返回"]
    assert bo.messages[-1].media == 1
    card = bo.window
    await bo.presses("看地图")
    assert bo.messages[-1].venue == Venue(**HERE, title="社区广场", address="东湖社区")
    assert room.phones.chats[bo.id][card].media == 1, "the card stays above it"


async def test_several_pictures_are_seen_from_the_events_own_screen(room: Room) -> None:
    kim, bo = await at_the_details(room), await room.resident("bo")
    for each in ("a", "b", "c"):
        await kim.presses("🖼")
        await kim.sends(photo=[{**PHOTO[0], "file_id": each, "file_unique_id": each}])
    await kim.presses("回到核对", "发布")
    event_id = await event_of(room, kim)
    await bo.presses_raw(f"event:{event_id}")
    assert bo.messages[-1].media == 0, "an album is no card"
    await bo.presses("照片（3）")
    assert bo.messages[-1].media == 3
    far = await room.resident("li", "西山社区")
    for data in (f"event_pictures:{event_id}", f"venue:{event_id}"):
        told = await far.presses_raw(data)
        assert told == room.tools.texts.in_("zh").label("event.not_for_you")
    assert "没有了" in await bo.presses_raw(f"venue:{event_id}"), "there is no pin"


@pytest.mark.parametrize(
    ("line", "wrong", "told"),
    [
        ("📝", "长" * 601, "说明要有 1 到 600 个字"),
        ("⏳", "12月4日", "不能晚于活动开始"),
        ("⏳", "今天 8:00", "已经过去"),
        ("⏳", "随便", "没看懂截止"),
        ("👪", "10", "0 到 9 个人"),
        ("👪", "很多", "0 到 9 个人"),
        ("💰", "长" * 101, "1 到 100 个字"),
        ("❓", "吃辣吗？\n吃", "选项要有 2 到 8 个"),
        ("❓", "吃吗？" + "/".join("一二三四五六七八九"), "选项要有 2 到 8 个"),
        ("🗺", "社区广场", "附件"),
        ("🖼", "照片", "只收照片"),
    ],
)
async def test_what_cannot_be_is_told_and_nothing_is_lost(
    room: Room, line: str, wrong: str, told: str
) -> None:
    kim = await at_the_details(room)
    await kim.presses("💰")
    await kim.says("免费")
    await kim.presses(line)
    await kim.says(wrong)
    assert told in kim.screen
    await kim.presses("返回")
    assert "💰 免费" in kim.form


async def test_five_questions_are_enough_and_each_can_be_taken_off(room: Room) -> None:
    kim = await at_the_details(room)
    await kim.presses("❓")
    for n in range(5):
        await kim.says(f"第{n}个问题？")
    await kim.says("还有呢？")
    assert "最多问 5 个" in kim.screen
    await kim.presses("🗑 第0个问题", "返回")
    assert "报名问题 4 个" in "".join(kim.buttons)


async def test_what_was_written_can_be_left_out_again(room: Room) -> None:
    kim = await at_the_details(room)
    await kim.presses("💰")
    await kim.says("免费")
    await kim.presses("💰", "去掉费用")
    assert "免费" not in kim.screen
    await kim.presses("⏳", "11月27日", "⏳", "一直到开始")
    assert "报名到" not in kim.screen


async def test_after_posting_it_is_changed_in_the_same_way(room: Room) -> None:
    kim = await at_the_details(room)
    await kim.presses("💰")
    await kim.says("免费")
    await kim.presses("回到核对", "发布", "改", "说明、照片", "💰")
    await kim.says("每人 20 元")
    await kim.presses("回到核对", "保存")
    assert "💰 免费 → <b>💰 每人 20 元</b>" in kim.screen
    assert "不会通知任何人" in kim.screen
    await kim.presses("保存")
    kept = await room.database.read(details, await event_of(room, kim))
    assert kept.cost == "每人 20 元"


async def test_an_event_for_members_is_seen_by_members_alone(room: Room) -> None:
    kim, ana, bo = await at_the_details(room), await room.member("ana"), await room.resident("bo")
    await kim.presses("对象：所有人", "人员", "成员")
    await kim.presses("选好了")
    assert "成员" in "".join(kim.buttons)
    await kim.presses("回到核对", "发布")
    event_id = await event_of(room, kim)
    for each, sees in ((ana, True), (bo, False)):
        await each.says("/events")
        assert ("家庭消防演练" in "".join(each.buttons)) is sees
        await each.presses_raw(f"join:{event_id}")
    event = await room.database.read(queries.by_id, event_id)
    assert event.taken == 1
    (notice,) = await room.database.read(rows_of, broadcasts)
    assert "member" in notice.audience

"""Posting an event: the short path, the review on which everything can be changed, the way back."""

from datetime import datetime, timedelta

import pytest

from storage.model.event import Event
from storage.model.roles import Role
from storage.queries import events as queries
from storage.queries.people import by_telegram_id
from tests.handlers.room import Room, Talker


async def at_the_review(room: Room) -> Talker:
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.presses("公共服务")
    await kim.says("家庭消防演练")
    await kim.presses("11月28日", "9:30")
    await kim.says("社区广场")
    await kim.presses("40")
    assert "请确认" in kim.screen
    return kim


async def posted(room: Room, by: Talker) -> list[Event]:
    person = await room.database.read(by_telegram_id, by.id)
    assert person is not None
    page = await room.database.read(queries.managed, person, room.clock.now(), 0)
    return list(page.items)


async def test_the_short_path_ends_at_the_review_and_posts_what_it_shows(room: Room) -> None:
    kim = await at_the_review(room)
    assert "周六 11月28日 9:30 · 社区广场" in kim.screen
    await kim.presses("发布")
    assert "已发布" in kim.screen
    (event,) = await posted(room, kim)
    assert (event.title, event.place, event.capacity) == ("家庭消防演练", "社区广场", 40)
    assert event.starts_at == datetime.fromisoformat("2026-11-28T09:30:00+08:00")
    assert event.remind_at == datetime.fromisoformat("2026-11-27T09:30:00+08:00")


@pytest.mark.parametrize(
    ("line", "answer", "shown"),
    [
        ("🎫 家庭消防演练", "says 防火演练", "防火演练"),
        ("公共服务", "presses 学习活动", "学习活动 · 东湖社区"),
        ("📅", "presses 11月29日", "周日 11月29日 9:30"),
        ("📅", "says 12-5", "周六 12月5日 9:30"),
        ("🕘", "presses 14:30", "周六 11月28日 14:30"),
        ("🕘", "says 下午3点", "周六 11月28日 15:00"),
        ("🕘", "says 明天", "周二 11月24日 9:30"),
        ("📍", "says 活动室", "9:30 · 活动室"),
        ("名额 40", "presses 不限", "不限名额"),
        ("名额 40", "says 25", "名额 25"),
    ],
)
async def test_each_line_of_the_review_changes_one_thing_and_keeps_the_rest(
    room: Room, line: str, answer: str, shown: str
) -> None:
    kim = await at_the_review(room)
    await kim.presses(line)
    before = kim.screen
    verb, text = answer.split(" ", 1)
    await (kim.says(text) if verb == "says" else kim.presses(text))
    assert "请确认" in kim.screen
    assert shown in kim.screen
    assert kim.screen != before
    kept = {"家庭消防演练", "公共服务", "周六 11月28日", "9:30", "社区广场", "名额 40"}
    assert len([each for each in kept if each in kim.screen]) >= len(kept) - 1


@pytest.mark.parametrize("line", ["🎫 家庭消防演练", "公共服务", "📅", "🕘", "📍", "名额 40"])
async def test_back_from_a_line_leads_to_the_review_with_everything_as_it_was(
    room: Room, line: str
) -> None:
    kim = await at_the_review(room)
    review = kim.screen
    await kim.presses(line)
    assert kim.screen != review
    await kim.presses("返回")
    assert kim.screen == review


@pytest.mark.parametrize("asked", ["day", "at"])
async def test_a_time_typed_with_its_end_fills_both(room: Room, asked: str) -> None:
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.presses("公共服务")
    await kim.says("家庭消防演练")
    if asked == "day":
        await kim.says("周六 9:30-11:00")
    else:
        await kim.presses("11月28日")
        await kim.says("9:30，一个半小时")
    await kim.says("社区广场")
    await kim.presses("40")
    assert "周六 11月28日 9:30–11:00 · 社区广场" in kim.screen
    await kim.presses("发布")
    assert "9:30–11:00" in kim.screen
    (event,) = await posted(room, kim)
    assert event.ends_at == datetime.fromisoformat("2026-11-28T11:00:00+08:00")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1.5 小时", "9:30–11:00"),  # a button
        ("11:15", "9:30–11:15"),
        ("两个小时", "9:30–11:30"),
        ("10:00-12:00", "10:00–12:00"),
        ("第二天 12:00", "周六 11月28日 9:30 – 周日 11月29日 12:00"),
    ],
)
async def test_an_end_is_a_line_of_the_review_and_moves_with_the_start(
    room: Room, text: str, shown: str
) -> None:
    kim = await at_the_review(room)
    await kim.presses("加结束时间")
    if text in "".join(kim.buttons):
        await kim.presses(text)
    else:
        await kim.says(text)
    assert shown in kim.screen
    await kim.says("到11:45")
    assert "–11:45" in kim.screen
    await kim.presses("🏁", "不写结束时间")
    assert "加结束时间" in "".join(kim.buttons)


async def test_without_an_end_none_is_invented(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("发布")
    (event,) = await posted(room, kim)
    assert event.ends_at is None


@pytest.mark.parametrize(
    ("line", "text", "told"),
    [
        ("🏁", "9:00", "比开始的时间（9:30）早"),
        ("🏁", "昨天 9:00", "结束要在开始之后"),
        ("🏁", "不知道", "没看懂什么时候结束"),
        ("🏁", "800小时", "最多 31 天"),
        ("🕘", "9:30-9:00", "结束的时间（9:00）比开始的时间（9:30）早"),
        ("📅", "今天 9:00", "已经过去"),
        ("📅", "今天 9:00-9:30", "已经过去"),
        ("名额 40", "0", "名额要在 1 到 100000 之间"),
        ("名额 40", "1000000", "名额要在 1 到 100000 之间"),
        ("名额 40", "一百万", "没看懂这个数字"),
        ("名额 40", "10⁶", "没看懂这个数字"),
        ("名额 40", "-5", "没看懂这个数字"),
    ],
)
async def test_what_cannot_be_is_told_in_a_sentence_and_nothing_is_lost(
    room: Room, line: str, text: str, told: str
) -> None:
    kim = await at_the_review(room)
    review = kim.screen
    await kim.presses(line)
    await kim.says(text)
    assert told in kim.screen
    await kim.presses("返回")
    assert kim.form == review


@pytest.mark.parametrize("text", ["十个", "ten", "10 个", "十人"])
async def test_a_capacity_may_be_a_word(room: Room, text: str) -> None:
    kim = await at_the_review(room)
    await kim.presses("名额 40")
    await kim.says(text)
    assert "名额 10" in kim.screen


async def test_the_reminder_goes_round(room: Room) -> None:
    kim = await at_the_review(room)
    for shown in ("提前 48 小时", "不提醒", "提前 2 小时", "提前 24 小时"):
        room.clock.at += timedelta(minutes=1)  # a second tap at once is none
        await kim.presses("⏰")
        assert shown in kim.screen
    room.clock.at += timedelta(minutes=1)
    await kim.presses("⏰", "🕘", "14:30")
    assert "提前 48 小时" in kim.screen
    await kim.presses("📅", "11月24日")  # two days before it is over already
    assert "提前 24 小时" in kim.screen


async def test_back_walks_the_short_path_with_every_answer_kept(room: Room) -> None:
    kim = await room.staff("kim", Role.DISTRICT, "示范区")
    await kim.says("/post")
    assert "返回" not in "".join(kim.buttons)
    await kim.presses("东湖社区", "公共服务")
    await kim.says("家庭消防演练")
    await kim.presses("11月28日", "9:30")
    for asked in ("几点开始", "哪一天", "叫什么名字", "什么活动", "为哪里"):
        await kim.presses("返回")
        assert asked in kim.screen
    await kim.presses("西山社区")
    assert "在哪里" in kim.screen  # the first thing that was not answered yet
    await kim.says("社区广场")
    await kim.presses("40")
    assert "公共服务 · 西山社区" in kim.screen


async def test_the_place_is_a_line_only_for_who_has_several(room: Room) -> None:
    kim = await at_the_review(room)
    assert not any("东湖社区" in label for label in kim.buttons)


async def test_times_that_are_over_are_not_offered_and_another_day_can_be_taken(
    room: Room,
) -> None:
    room.clock.at = datetime.fromisoformat("2026-11-23T13:04:00+08:00")
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.presses("公共服务")
    await kim.says("家庭消防演练")
    await kim.presses("11月23日")
    assert "8:30" not in kim.buttons
    assert "14:30" in kim.buttons
    room.clock.at = datetime.fromisoformat("2026-11-23T20:04:00+08:00")
    await kim.presses("返回", "11月23日")
    assert "常用的时间都过了" in kim.screen
    await kim.says("9:30")
    assert "已经过去" in kim.screen
    await kim.presses("换一天", "11月24日", "8:30")
    assert "在哪里" in kim.form


async def test_a_day_on_which_the_time_is_over_asks_for_the_time(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("📅", "11月23日")  # noon is over
    assert "周一 11月23日，几点开始" in kim.screen
    await kim.presses("19:30")
    assert "周一 11月23日 19:30 · 社区广场" in kim.screen


async def test_a_day_too_far_or_gone_is_refused(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("📅")
    await kim.says("2026-11-22")
    assert "已经过去" in kim.screen
    await kim.says("2036-11-22")
    assert "太远" in kim.screen
    await kim.says("9999-12-31")
    assert "太远" in kim.screen


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10点开始", "周六 11月28日 10:00 · 社区广场"),
        ("10:30", "周六 11月28日 10:30 · 社区广场"),
        ("2:30 pm", "周六 11月28日 14:30"),
        ("12月5日", "周六 12月5日 9:30"),
        ("明天", "周二 11月24日 9:30"),
        ("60", "名额 60"),
        ("60人", "名额 60"),
        ("名额60", "名额 60"),
    ],
)
async def test_a_text_on_the_review_changes_what_it_plainly_means(
    room: Room, text: str, shown: str
) -> None:
    kim = await at_the_review(room)
    await kim.says(text)
    assert "请确认" in kim.screen
    assert shown in kim.screen


@pytest.mark.parametrize(
    ("text", "choice", "shown"),
    [
        ("三号楼活动室", "地点", "9:30 · 三号楼活动室"),
        ("防火演练", "名称", "<b>防火演练</b>"),
        ("请带水杯", "说明", "请带水杯"),
        ("请穿好走的鞋。" * 20, "说明", "请穿好走的鞋。"),  # too long for anything else
        ("12.10", "日期", "12月10日 9:30"),  # a day as well as a time
        ("12.10", "时间", "11月28日 12:10"),
    ],
)
async def test_a_text_that_may_mean_several_things_is_asked_about(
    room: Room, text: str, choice: str, shown: str
) -> None:
    kim = await at_the_review(room)
    await kim.says(text)
    assert f"“{text}”" in kim.screen
    await kim.presses(choice)
    assert "请确认" in kim.screen
    assert shown in kim.screen


@pytest.mark.parametrize(
    ("text", "choice", "shown"),
    [
        ("10点到11点半", None, "10:00–11:30"),
        ("60人", None, "名额 60"),
        ("请带水杯", "说明", "请带水杯"),
    ],
)
async def test_beside_what_hangs_under_it_a_text_means_the_same(
    room: Room, text: str, choice: str | None, shown: str
) -> None:
    kim = await at_the_review(room)
    await kim.presses("说明、照片")
    await kim.says(text)
    if choice:
        await kim.presses(choice)
    assert "请确认" in kim.screen
    assert shown in kim.screen


async def test_a_text_about_which_somebody_thinks_again_changes_nothing(room: Room) -> None:
    kim = await at_the_review(room)
    review = kim.screen
    await kim.says("三号楼活动室")
    await kim.says("60人")  # plainly something else
    assert "名额 60" in kim.screen
    await kim.says("40人")
    await kim.says("三号楼活动室")
    await kim.presses("返回")
    assert kim.screen == review


async def test_nothing_that_is_typed_vanishes_without_a_word(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.says("长" * 700)
    assert "没看懂要改什么" in kim.screen
    await kim.says("0")
    assert "名额要在 1 到" in kim.screen
    await kim.sends(sticker=STICKER)
    assert "请发文字" in kim.screen
    await kim.presses("公共服务")
    await kim.says("火箭")
    assert "没找到“火箭”" in kim.screen
    await kim.sends(sticker=STICKER)
    assert "请点一个按钮" in kim.screen


STICKER = {
    "file_id": "s",
    "file_unique_id": "s",
    "type": "regular",
    "width": 1,
    "height": 1,
    "is_animated": False,
    "is_video": False,
}


async def test_cancel_leads_back_to_where_the_form_was_opened_from(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/staff")
    await kim.presses("🎫 活动", "发布活动", "取消")
    assert "已取消" in kim.messages[-2].text
    assert "还没有活动" in kim.screen
    for cancel in (lambda: kim.presses("取消"), lambda: kim.says("/cancel")):
        await kim.says("/post")
        await cancel()
        assert "已取消" in kim.messages[-2].text
        assert "东湖社区 · 今天" in kim.screen


async def test_an_event_whose_time_went_by_on_the_review_can_be_put_right(room: Room) -> None:
    kim = await at_the_review(room)
    room.clock.at = datetime.fromisoformat("2026-11-28T10:00:00+08:00")
    assert "已经过去" in await kim.presses("发布")
    await kim.presses("🕘", "14:30", "发布")
    assert "已发布" in kim.screen


async def test_posting_twice_is_one_event(room: Room) -> None:
    kim = await at_the_review(room)
    message_id, shown = next(
        (number, each)
        for number, each in reversed(room.phones.chats[kim.id].items())
        if each.buttons
    )
    press = next(data for label, data in shown.buttons if "发布" in label)
    await kim.presses_raw(press, message_id)
    assert "结束" in await kim.presses_raw(press, message_id)
    assert len(await posted(room, kim)) == 1


async def test_a_reminder_of_the_night_is_promised_for_the_evening_before(room: Room) -> None:
    kim, bo = await at_the_review(room), await room.resident("bo")
    await kim.presses("🕘")
    await kim.says("6:30")
    for _ in range(3):
        room.clock.at += timedelta(minutes=1)
        await kim.presses("⏰")
    assert "提前 2 小时" in kim.screen
    assert "周六 11月28日 4:30；那时免打扰的人，周五 11月27日 21:00 提醒" in kim.screen
    await kim.presses("发布")
    assert "周五 11月27日 21:00 提醒" in kim.screen
    (event,) = await posted(room, kim)
    await bo.presses_raw(f"event:{event.id}")
    await bo.presses("我要报名")
    assert "您已报名 · 周五 11月27日 21:00 提醒您" in bo.screen
    await bo.presses_raw(f"event:{event.id}")
    assert "周五 11月27日 21:00 提醒您" in bo.screen


@pytest.mark.parametrize("category", ["学习活动", "公共", " 公共服务 "])
async def test_a_category_may_be_typed(room: Room, category: str) -> None:
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.says(category)
    await kim.says("读书会")
    assert "哪一天" in kim.screen


@pytest.mark.parametrize("category", ["火箭", "学习"])  # none, and several
async def test_a_category_that_is_none_of_them_is_asked_for_again(
    room: Room, category: str
) -> None:
    kim = await room.staff("kim")
    await kim.says("/post")
    asked = kim.form
    await kim.says(category)
    assert category in kim.screen
    assert kim.form == asked


@pytest.mark.parametrize("clock", ["15:50", "20:04", "23:50", "00:05"])
async def test_at_an_odd_hour_no_time_that_is_over_is_offered_and_the_day_can_be_changed(
    room: Room, clock: str
) -> None:
    room.clock.at = datetime.fromisoformat(f"2026-11-24T{clock}:00+08:00")
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.presses("学习活动")
    await kim.says("读书会")
    await kim.presses("11月24日")
    assert all(at.zfill(5) > clock for at in kim.buttons if ":" in at)
    await kim.says("09:00" if clock > "09:00" else "00:01")
    assert kim.messages[-1].text != kim.form  # a refusal, below the question
    await kim.presses("换一天", "11月25日")
    assert "9:30" in kim.buttons


async def test_one_line_is_enough_to_begin(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/post 周六9:30 家庭消防演练 社区广场 40人")
    assert "什么活动" in kim.form
    await kim.presses("公共服务")
    assert "周六 11月28日 9:30 · 社区广场" in kim.screen
    assert "名额 40" in kim.screen


async def test_what_a_line_says_that_cannot_be_is_told_and_asked(room: Room) -> None:
    kim = await room.staff("kim", language="en")
    await kim.says("/post Sat 9:30-9:00, Fire drill, the hall, 0 people, service")
    assert any("The end (9:00) is before the start" in each.text for each in kim.messages)
    assert any("must be between 1 and 100000" in each.text for each in kim.messages)
    await kim.says("Saturday 9:30-11:00")
    await kim.says("40")
    assert "Sat 28 Nov 9:30–11:00 · the hall" in kim.screen
    assert "<b>Fire drill</b>" in kim.screen

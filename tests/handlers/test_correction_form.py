"""A correction: each language can be changed, and left as it was, before it counts; and what it
took the place of can be seen and put back."""

from zoneinfo import ZoneInfo

from storage.actions.fan_out import fan_out
from storage.actions.notices import send_notice
from storage.model.audience import Audience
from storage.model.message import Message
from storage.model.notice import NewNotice
from storage.queries.people import by_telegram_id
from storage.tables import broadcasts
from tests.handlers.room import Room, Talker
from tests.storage.district import rows_of

CONTENT = Message({"zh": "明天停水", "en": "No water tomorrow"})


async def correcting(room: Room, content: Message = CONTENT) -> Talker:
    """Staff in front of the form."""
    await room.resident("ana")
    kim = await room.staff("kim")
    person = await room.database.read(by_telegram_id, kim.id)
    assert person is not None
    now, write = room.clock.now(), room.database.write
    new = NewNotice("draft", Audience(room.communities["东湖社区"].id), content)
    sent = await write(send_notice, person.id, new, now)
    while await write(fan_out, sent, now, ZoneInfo("Asia/Shanghai")):
        continue
    await kim.presses_raw(f"broadcast_correct:{sent}")
    return kim


async def contents(room: Room) -> list[Message]:
    rows = await room.database.read(rows_of, broadcasts, broadcasts.c.content.is_not(None))
    return [Message.from_json(row.content) for row in rows]


async def test_each_language_is_changed_and_the_other_comes_back_kept(room: Room) -> None:
    kim = await correcting(room)
    await kim.presses("English")
    await kim.says("No water on Friday")
    await kim.presses("改另一种语言", "中文")
    await kim.says("周五停水")
    await kim.presses("改另一种语言")
    assert {"✓ 中文", "✓ English"} <= set(kim.buttons)
    await kim.presses("English")
    assert "No water on Friday" in kim.screen  # as it is now, not as it was sent
    await kim.presses("返回", "确认更正")
    assert (await contents(room))[0].bodies == {"zh": "周五停水", "en": "No water on Friday"}


async def test_a_change_made_by_mistake_is_left_out(room: Room) -> None:
    kim = await correcting(room)
    await kim.presses("English")
    await kim.says("No water on Friday")
    assert "不改了" not in "".join(kim.buttons)  # nothing would be left
    await kim.presses("改另一种语言", "中文")
    await kim.says("周五停水")
    await kim.presses("中文的不改了", "确认更正")
    assert (await contents(room))[0].bodies == {"zh": "明天停水", "en": "No water on Friday"}


async def test_back_from_the_text_leads_to_where_one_came_from(room: Room) -> None:
    kim = await correcting(room)
    await kim.presses("English", "返回")
    assert "改哪种语言" in kim.screen
    await kim.presses("English")
    await kim.says("No water on Friday")
    review = kim.screen
    await kim.presses("改另一种语言", "返回")
    assert kim.screen == review


async def test_cancel_leads_back_to_the_card(room: Room) -> None:
    kim = await correcting(room, Message({"zh": "明天停水"}))
    assert "现在的内容" in kim.screen
    await kim.presses("取消")
    assert "发送中" in kim.screen
    assert (await contents(room))[0].bodies == {"zh": "明天停水"}


async def corrects(kim: Talker, text: str) -> None:
    """Once more, on the card of the notice or of its last correction."""
    if "看原消息" in kim.buttons:
        await kim.presses("看原消息")
    await kim.presses_raw("broadcast_correct:1")
    if "改哪种语言" in kim.form:
        await kim.presses("中文")
    await kim.says(text)
    await kim.presses("确认更正")


async def test_the_text_before_a_wrong_correction_is_put_back_by_one_press(room: Room) -> None:
    kim = await correcting(room, Message({"zh": "明天<b>停水</b>"}))
    assert "换回" not in "".join(kim.buttons)  # it was never corrected
    await kim.says("明天停电")
    await kim.presses("确认更正", "更正前的内容")
    assert "明天<b>停水</b>" in kim.screen
    assert "kim 更正" in kim.screen
    await kim.presses("返回")
    await kim.presses_raw("broadcast_correct:1")
    await kim.presses("换回更正前的内容")
    assert "明天<b>停水</b>" in kim.screen
    assert "确认后" in kim.screen
    assert [each.body("zh") for each in await contents(room)] == ["明天停电"]  # nothing is sent yet
    await kim.presses("确认更正")
    assert [each.body("zh") for each in await contents(room)] == ["明天<b>停水</b>"]


async def test_what_it_said_before_each_correction_comes_back_from_the_report(room: Room) -> None:
    kim = await correcting(room)
    await kim.presses("English")
    await kim.says("No water on Friday")
    await kim.presses("改另一种语言", "中文")
    await kim.says("周五停水")
    await kim.presses("确认更正")
    await corrects(kim, "周六停水")
    await kim.presses("更正前的内容")
    assert "周五停水" in kim.screen
    await kim.presses("下一页")
    assert "明天停水" in kim.screen
    await kim.presses("换回更正前的内容")
    assert "明天停水" in kim.screen
    assert "No water tomorrow" in kim.screen  # both languages come back
    await kim.presses("确认更正")
    assert (await contents(room))[0].bodies == CONTENT.bodies
    await kim.presses("更正前的内容")
    assert "周六停水" in kim.screen  # and what it said in between is not lost either


async def test_a_text_typed_after_the_old_one_was_put_back_takes_its_place(room: Room) -> None:
    kim = await correcting(room, Message({"zh": "明天停水"}))
    await kim.says("明天停电")
    await kim.presses("确认更正")
    await kim.presses_raw("broadcast_correct:1")
    await kim.presses("换回更正前的内容")
    await kim.says("后天停水")
    assert "换回以前" not in kim.screen
    await kim.presses("换回更正前的内容")
    assert "明天停水" in kim.screen


async def test_the_same_text_as_now_is_no_correction(room: Room) -> None:
    kim = await correcting(room, Message({"zh": "明天停水"}))
    await kim.says("明天停电")
    await kim.presses("确认更正")
    await corrects(kim, "明天停水")
    await kim.presses("更正前的内容", "下一页")
    assert await kim.presses("换回更正前的内容") == "内容没有变化。"


async def test_a_language_may_be_typed(room: Room) -> None:
    kim = await correcting(room)
    await kim.says("english")
    await kim.says("No water on Friday")
    await kim.presses("确认更正")
    assert (await contents(room))[0].bodies["en"] == "No water on Friday"
